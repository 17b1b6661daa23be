package io.perennial.internal.session;

import io.perennial.Registration;
import io.perennial.ResilientSession;
import io.perennial.SessionOwner;
import io.perennial.SessionRegistry;
import io.perennial.SessionState;
import io.perennial.ephemeral.EphemeralNode;
import io.perennial.ephemeral.EphemeralSpec;
import io.perennial.operation.Effect;
import io.perennial.watch.Watch;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.apache.zookeeper.CreateMode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * A session's whole life, with most that can happen to it: {@link PreloadListIT} records which classes that takes. Runs
 * in a {@link HostedLoader}; told in terms of the JDK only.
 */
public final class PreloadScenario implements BiConsumer<String, Consumer<String>> {
    private static final Logger LOG = LoggerFactory.getLogger(PreloadScenario.class);
    private static final byte[] DATA = {1, 2, 3};
    private static final long PATIENCE_SECONDS = 60;

    /** Runs it against that proxy; the faults are asked for by name. */
    @Override
    public void accept(String connectString, Consumer<String> faults) {
        try {
            if (connectString.isEmpty()) {
                logExceptions();
            } else {
                live(connectString, faults);
                closeInSilence(connectString, faults);
                failToAuthenticate(connectString);
                loseTheOwner(connectString);
                readOnlyAndEagerlyClosed(connectString);
            }
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static ResilientSession.Builder builder(String connectString) {
        return ResilientSession.builder()
                .name("recorded")
                .connectString(connectString)
                .sessionTimeout(Duration.ofSeconds(4))
                .connectTimeout(Duration.ofSeconds(1))
                .closeTimeout(Duration.ofSeconds(2))
                .listener(transition -> {
                    throw new IllegalStateException("a listener that throws", new RuntimeException("its cause"));
                });
    }

    private static void live(String connectString, Consumer<String> faults) throws Exception {
        ResilientSession session = builder(connectString).build().start();
        session.awaitConnected(Duration.ofSeconds(PATIENCE_SECONDS));
        var nodes = new ArrayList<EphemeralNode>();
        nodes.add(session.ephemerals().register("/parents/of/plain", DATA));
        nodes.add(session.ephemerals()
                .register(EphemeralSpec.at("/queue/n-")
                        .data(DATA)
                        .sequential(true)
                        .containerParents(true)));
        faults.accept("create /taken");
        EphemeralNode taken = session.ephemerals().register("/taken", DATA);
        var watches = new ArrayList<Watch>();
        watches.add(session.watches().node("/parents/of/plain", change -> {}));
        watches.add(session.watches().children("/queue", change -> {}));
        watches.add(session.watches().tree("/tree", change -> {
            throw new IllegalStateException("a watch listener that throws");
        }));
        for (Watch watch : watches) {
            watch.whenArmed().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        }
        for (EphemeralNode node : nodes) {
            node.whenHeld().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        }
        nodes.get(0).update(new byte[] {4}).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        until(() -> taken.status() == EphemeralNode.Status.CONFLICT);
        operate(session);
        session.lease().onLapse(() -> {
            throw new IllegalStateException("an action at the lapse that throws");
        });
        Registration rejected = session.addListener(transition -> {
            throw new RejectedExecutionException();
        });

        faults.accept("cut");
        session.operations().call(Effect.READ, curator -> curator.checkExists().forPath("/"));
        awaitConnected(session);
        faults.accept("outage");
        until(() -> session.state() == SessionState.SUSPENDED || session.state() == SessionState.LOST);
        until(() -> session.state() == SessionState.LOST);
        faults.accept("outage over");
        awaitConnected(session);
        long generation = session.info().orElseThrow().generation();
        faults.accept("expire " + session.info().orElseThrow().sessionId());
        until(() -> session.info().map(i -> i.generation() > generation).orElse(false));
        awaitConnected(session);
        faults.accept("expire in an outage " + session.info().orElseThrow().sessionId());
        until(() -> session.info().map(i -> i.generation() > generation + 1).orElse(false));
        awaitConnected(session);
        rejected.close();
        watches.forEach(Watch::close);
        nodes.get(0).release().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        LOG.debug("{} {}", session.report(), SessionRegistry.sessions());
        session.close();
    }

    private static void operate(ResilientSession session) throws Exception {
        session.operations().call(Effect.ONCE, c -> c.create()
                .creatingParentsIfNeeded()
                .withMode(CreateMode.PERSISTENT)
                .forPath("/tree/a", DATA));
        session.operations()
                .callAsync(Effect.IDEMPOTENT, c -> c.setData().forPath("/tree/a", DATA))
                .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        session.operations().call(Effect.ONCE, c -> c.delete().forPath("/tree/a"));
        try {
            session.operations().call(Effect.READ, c -> c.getData().forPath("/none"));
        } catch (RuntimeException e) {
            LOG.debug("as expected", e);
        }
    }

    private static void closeInSilence(String connectString, Consumer<String> faults) throws Exception {
        var executor = Executors.newSingleThreadExecutor();
        ResilientSession session =
                builder(connectString).callbackExecutor(executor).build().start();
        session.awaitConnected(Duration.ofSeconds(PATIENCE_SECONDS));
        executor.shutdownNow();
        faults.accept("freeze");
        session.close();
        faults.accept("thaw");
    }

    private static void failToAuthenticate(String connectString) throws Exception {
        ResilientSession session = builder(connectString)
                .authorization("no-such-scheme", DATA)
                .build()
                .start();
        until(() -> session.state() == SessionState.FAILED);
        session.close();
    }

    private static void loseTheOwner(String connectString) throws Exception {
        var alive = new boolean[] {true};
        ResilientSession session = builder(connectString)
                .owner(new SessionOwner() {
                    @Override
                    public boolean isAlive() {
                        return alive[0];
                    }

                    @Override
                    public String describe() {
                        return "the recording";
                    }
                })
                .build()
                .start();
        session.awaitConnected(Duration.ofSeconds(PATIENCE_SECONDS));
        alive[0] = false;
        until(() -> session.state() == SessionState.CLOSED);
    }

    /** Nothing listens there. */
    private static void readOnlyAndEagerlyClosed(String connectString) throws Exception {
        ResilientSession session = builder("localhost:1," + connectString + "/no/chroot")
                .readOnlyAllowed(true)
                .build()
                .start();
        until(() -> session.state() == SessionState.FAILED);
        session.close();
    }

    /** All that a backend does with a line that has an exception, before and after the end of its life. */
    private static void logExceptions() throws Exception {
        var cause = new IllegalStateException("a cause", new NoClassDefFoundError("a/cause/of/it"));
        cause.addSuppressed(new IOException("suppressed"));
        MDC.put("key", "value");
        for (String name : new String[] {"io.perennial.session", "org.apache.zookeeper.ClientCnxn"}) {
            var log = LoggerFactory.getLogger(name);
            log.error("{} and {}", "an error", 1, cause);
            log.warn("a warning", cause);
            log.warn("{}{}{}", "three", "arguments", "and", cause);
            log.info("some {}", "information");
            log.debug("{}", "nothing", cause);
        }
        MDC.clear();
        Object factory = LoggerFactory.getILoggerFactory();
        stop(factory);
        LoggerFactory.getLogger("io.perennial.session").warn("after the end", cause);
        LoggerFactory.getLogger("another").debug("after the end", cause);
    }

    private static void stop(Object factory) throws Exception {
        if (factory.getClass().getName().startsWith("ch.qos.logback")) {
            factory.getClass().getMethod("stop").invoke(factory);
        }
    }

    private static void awaitConnected(ResilientSession session) throws Exception {
        until(() -> session.state() == SessionState.CONNECTED);
    }

    private static void until(Callable<Boolean> condition) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (!condition.call()) {
            if (System.nanoTime() - deadline > 0) {
                throw new AssertionError("not within " + PATIENCE_SECONDS + " s");
            }
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }
}
