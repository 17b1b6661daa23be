package io.perennial.versions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.perennial.ResilientSession;
import io.perennial.SessionState;
import io.perennial.ephemeral.EphemeralNode;
import io.perennial.test.FaultProxy;
import io.perennial.test.IndependentClient;
import io.perennial.test.Opened;
import io.perennial.test.ServerProcess;
import io.perennial.watch.Watch;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.core.ThrowingRunnable;

/** Where an {@link Essential} plays: a server, a connected session behind a proxy, and an observer past that proxy. */
final class Stage implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Opened opened = new Opened();
    final ServerProcess server;
    final FaultProxy proxy;
    final IndependentClient observer;
    final ResilientSession session;
    final String root;

    /** With a path that no other play uses. */
    Stage(ServerProcess server, String root) throws InterruptedException {
        this.server = server;
        this.root = root;
        observer = opened.add(new IndependentClient(server.connectString()));
        proxy = opened.add(new FaultProxy(server.port()));
        session = opened.add(ResilientSession.builder()
                        .name("essential")
                        .connectString(proxy.connectString())
                        .sessionTimeout(Duration.ofSeconds(6))
                        .build())
                .start();
        assertThat(session.awaitConnected(PATIENCE)).isTrue();
    }

    long sessionId() {
        return session.info().orElseThrow().sessionId();
    }

    /** A node at the root and below it what is named. */
    void createRoot(String... children) {
        observer.create(root, new byte[0]);
        for (String child : children) {
            observer.create(root + "/" + child, new byte[0]);
        }
    }

    EphemeralNode held(String path) throws Exception {
        return held(session.ephemerals().register(path, new byte[] {1}));
    }

    EphemeralNode held(EphemeralNode node) throws Exception {
        return get(node.whenHeld());
    }

    Watch armed(Watch watch) throws Exception {
        return get(watch.whenArmed());
    }

    <T> T get(CompletableFuture<T> future) throws Exception {
        return future.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    /** The node is held by the current session, as the server sees it. */
    void assertOwn(EphemeralNode node) {
        eventually(() -> assertThat(observer.ownerOf(node.path())).contains(sessionId()));
    }

    void awaitState(SessionState state) {
        eventually(() -> assertThat(session.state()).isEqualTo(state));
    }

    void eventually(ThrowingRunnable assertion) {
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(10)).untilAsserted(assertion);
    }

    /** Loses the connection, and finds it again when that has been done. */
    void away(Runnable meanwhile) {
        proxy.disconnect();
        awaitState(SessionState.SUSPENDED);
        meanwhile.run();
        proxy.accept();
        awaitState(SessionState.CONNECTED);
    }

    @Override
    public void close() {
        opened.close();
    }
}
