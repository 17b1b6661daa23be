package io.perennial.internal.session;

import io.perennial.ResilientSession;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.apache.zookeeper.Watcher.Event.KeeperState;
import org.apache.zookeeper.ZooKeeper;

/**
 * What an application in a {@link HostedLoader} does: holds a node and a watch, by a session or by ZooKeeper's own
 * client, and has a listener that always throws. Told and called in terms of the JDK only, since its classes are not
 * those of the test.
 */
public final class HostedProgram implements BiConsumer<Map<String, String>, Consumer<String>> {
    static final String NODE = "/hosted";

    /** Connects. */
    @Override
    public void accept(Map<String, String> options, Consumer<String> transitions) {
        try {
            if (options.containsKey("raw")) {
                raw(options);
            } else {
                session(options, transitions);
            }
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static void session(Map<String, String> options, Consumer<String> transitions) throws Exception {
        var fault = new IllegalArgumentException("a listener that throws", new IllegalStateException("its cause"));
        ResilientSession session = ResilientSession.builder()
                .name("hosted")
                .connectString(options.get("connectString"))
                .sessionTimeout(Duration.ofSeconds(6))
                .closeTimeout(Duration.ofSeconds(Long.parseLong(options.getOrDefault("closeTimeout", "5"))))
                .listener(transition -> {
                    transitions.accept(transition.to().name());
                    throw fault;
                })
                .build()
                .start();
        session.awaitConnected(Duration.ofSeconds(30));
        session.ephemerals().register(NODE, new byte[] {1}).whenHeld().get(30, TimeUnit.SECONDS);
        session.watches().node("/watched", change -> {}).whenArmed().get(30, TimeUnit.SECONDS);
    }

    private static void raw(Map<String, String> options) throws Exception {
        var connected = new CountDownLatch(1);
        var zooKeeper = new ZooKeeper(options.get("connectString"), 6_000, event -> {
            if (event.getState() == KeeperState.SyncConnected) {
                connected.countDown();
            }
        });
        connected.await();
        zooKeeper.exists("/watched", true);
    }
}
