package io.perennial.internal.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.perennial.ResilientSession;
import io.perennial.SessionState;
import io.perennial.operation.Effect;
import io.perennial.test.EmbeddedServer;
import io.perennial.test.NoLeaks;
import io.perennial.testing.Blocking;
import io.perennial.testing.CapturedLog;
import io.perennial.testing.SessionRig;
import io.perennial.testing.Transitions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.curator.framework.state.ConnectionState;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.data.Stat;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What the application may do, and do wrong, in its callbacks. */
@ExtendWith(NoLeaks.class)
class CallbackIT {
    private static final byte[] DATA = {1};

    @AutoClose
    private final SessionRig rig = new SessionRig();

    private final EmbeddedServer server = rig.server();
    private final Transitions heard = rig.heard();

    private ResilientSession.Builder builder() {
        return rig.builder()
                .name("calling")
                .sessionTimeout(Duration.ofSeconds(10))
                .closeTimeout(Duration.ofSeconds(2));
    }

    /** Has the server end the session; the application hears of a loss and of the next generation. */
    private void expire(ResilientSession session) {
        server.expireSession(session.info().orElseThrow().sessionId());
    }

    @Nested
    @Tag("S-43")
    @DisplayName("ZooKeeper and the session answer inside")
    class CallsInside {
        private final CompletableFuture<Stat> answered = new CompletableFuture<>();
        private ResilientSession session;

        /** Every way to ask, blocking. */
        private void ask() {
            try {
                Stat plain = session.curator().checkExists().forPath("/");
                Stat operation = session.operations()
                        .call(Effect.READ, c -> c.checkExists().forPath("/"));
                assertThat(operation).isEqualTo(plain);
                session.curator().getZookeeperClient().getZooKeeper().exists("/", false);
                session.report();
                session.ephemerals().nodes();
                answered.complete(plain);
            } catch (Throwable t) {
                answered.completeExceptionally(t);
            }
        }

        private void assertAnswered() {
            assertThat(answered).succeedsWithin(Duration.ofSeconds(30));
            assertThat(session.state()).isEqualTo(SessionState.CONNECTED);
        }

        @Test
        @DisplayName("a session listener, which may also wait for the connection")
        void sessionListener() {
            session = rig.open(builder()
                    .listener(transition -> {
                        if (transition.to() == SessionState.CONNECTING) {
                            awaitConnection();
                        } else if (transition.to() == SessionState.CONNECTED) {
                            ask();
                        }
                    })
                    .build());

            session.start();

            heard.await(SessionState.CONNECTED);
            assertAnswered();
        }

        private void awaitConnection() {
            try {
                assertThat(session.awaitConnected(Duration.ofSeconds(30))).isTrue();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        @Test
        @DisplayName("a session listener, right after an expiry")
        void sessionListener_afterExpiry() throws Exception {
            session = rig.connect(builder());
            session.addListener(transition -> {
                if (transition.to() == SessionState.LOST) {
                    ask();
                }
            });

            expire(session);

            assertThat(answered).succeedsWithin(Duration.ofSeconds(30));
        }

        @Test
        void curatorsConnectionStateListener() {
            session = rig.open(builder().build());
            session.curator().getConnectionStateListenable().addListener((curator, state) -> {
                if (state == ConnectionState.CONNECTED) {
                    ask();
                }
            });

            session.start();

            assertThat(answered).succeedsWithin(Duration.ofSeconds(30));
        }

        @Test
        void curatorsConnectionStateListener_afterExpiry() throws Exception {
            session = rig.connect(builder());
            session.curator().getConnectionStateListenable().addListener((curator, state) -> {
                if (state == ConnectionState.RECONNECTED) {
                    ask();
                }
            });

            expire(session);

            assertThat(answered).succeedsWithin(Duration.ofSeconds(30));
        }

        @Test
        void nodesFuture() throws Exception {
            session = rig.connect(builder());

            session.ephemerals().register("/node", DATA).whenHeld().thenAccept(node -> ask());

            assertAnswered();
        }

        @Test
        @DisplayName("a node's future, registering and releasing others and waiting for them")
        void nodesFuture_waitingForAnother() throws Exception {
            session = rig.connect(builder());
            var released = new CompletableFuture<Void>();

            session.ephemerals().register("/node", DATA).whenHeld().thenAccept(node -> {
                try (var other = session.ephemerals().register("/other", DATA)) {
                    other.update(DATA);
                }
                released.complete(null);
            });

            assertThat(released).succeedsWithin(Duration.ofSeconds(30));
        }

        @Test
        void watchListener() throws Exception {
            session = rig.connect(builder());

            session.watches().node("/watched", change -> ask());

            assertAnswered();
        }

        @Test
        void asynchronousOperation() throws Exception {
            session = rig.connect(builder());

            session.operations()
                    .callAsync(Effect.READ, c -> c.checkExists().forPath("/"))
                    .thenAccept(stat -> ask());

            assertAnswered();
        }

        @Test
        void curatorsBackgroundCallback() throws Exception {
            session = rig.connect(builder());

            session.curator()
                    .checkExists()
                    .inBackground((curator, event) -> CompletableFuture.runAsync(this::ask))
                    .forPath("/");

            assertAnswered();
        }
    }

    @Test
    @Tag("S-43")
    @DisplayName(
            "A synchronous call in a watcher on the event thread, which ZooKeeper forbids, costs the handle, not the"
                    + " session")
    void recovers_whenAWatcherBlocksTheEventThread() throws Exception {
        ResilientSession session = rig.connect(builder().sessionTimeout(Duration.ofSeconds(5)));
        session.curator().create().forPath("/watched", DATA);
        var ended = new CompletableFuture<Void>();
        session.curator()
                .getData()
                .usingWatcher((Watcher) event -> {
                    if (event.getPath() != null) {
                        Blocking.untilInterrupted();
                        ended.complete(null);
                    }
                })
                .forPath("/watched");
        heard.forget();

        session.curator().setData().forPath("/watched", DATA);

        heard.await(SessionState.LOST, SessionState.CONNECTED);
        assertThat(ended).succeedsWithin(Duration.ofSeconds(30));
        assertThat(session.info().orElseThrow().generation()).isEqualTo(1);
    }

    @Nested
    @Tag("S-44")
    class GoesOn {
        private final List<SessionState> lossAndReturn = List.of(
                SessionState.CONNECTING,
                SessionState.RESTORING,
                SessionState.CONNECTED,
                SessionState.SUSPENDED,
                SessionState.LOST,
                SessionState.RESTORING,
                SessionState.CONNECTED);

        @Test
        void whenAListenerThrows() throws Exception {
            var thrown = new AtomicInteger();
            ResilientSession session = rig.connect(builder()
                    .listener(transition -> {
                        thrown.incrementAndGet();
                        throw new IllegalStateException("a listener's bug");
                    })
                    .listener(transition -> {
                        throw new NoClassDefFoundError("a listener's missing class");
                    }));

            expire(session);

            heard.await(SessionState.LOST, SessionState.RESTORING, SessionState.CONNECTED);
            assertThat(heard.states()).isEqualTo(lossAndReturn);
            assertThat(thrown).hasValue(lossAndReturn.size());
        }

        @Test
        void whenTheCallbackExecutorRejects_andTellsAllLater() throws Exception {
            goesOn_whenTheCallbackExecutorThrows(new RejectedExecutionException("the queue is full"));
        }

        @Test
        void whenTheCallbackExecutorThrowsAnythingElse_andTellsAllLater() throws Exception {
            goesOn_whenTheCallbackExecutorThrows(new IllegalStateException("the pool is not initialised"));
        }

        private void goesOn_whenTheCallbackExecutorThrows(RuntimeException rejection) throws Exception {
            var executor = rig.open(new TestExecutor());
            executor.reject(rejection);
            ResilientSession session = rig.connect(builder().callbackExecutor(executor));

            expire(session);

            await().untilAsserted(() -> {
                assertThat(session.lease().generation()).isEqualTo(2);
                assertThat(session.state()).isEqualTo(SessionState.CONNECTED);
            });
            assertThat(heard.states()).isEmpty();
            executor.accept();
            await().untilAsserted(() -> assertThat(heard.states()).isEqualTo(lossAndReturn));
        }

        @Test
        void andCloses_whenTheCallbackExecutorIsShutDown() throws Exception {
            var executor = rig.open(new TestExecutor());
            ResilientSession session = rig.connect(builder().callbackExecutor(executor));
            executor.close();

            expire(session);

            await().untilAsserted(() -> assertThat(session.lease().generation()).isEqualTo(2));
            session.close();
            assertThat(session.state()).isEqualTo(SessionState.CLOSED);
            assertThat(heard.states()).as("on the session's own thread").endsWith(SessionState.CLOSED);
            await().untilAsserted(() -> assertThat(NoLeaks.clientThreads()).isEmpty());
        }

        @Test
        @Tag("U2")
        @DisplayName("when both executors accept tasks and drop them, which is found out within a second")
        void andCloses_whenTheExecutorsDropWhatTheyAccept() throws Exception {
            Executor dropping = task -> {};
            ResilientSession session = rig.connect(builder()
                    .closeTimeout(Duration.ofSeconds(5))
                    .callbackExecutor(dropping)
                    .futureExecutor(dropping));
            var held = session.ephemerals().register("/node", DATA).whenHeld();

            try (var log = CapturedLog.ofSessions()) {
                session.close();

                assertThat(heard.states()).endsWith(SessionState.CLOSED);
                assertThat(held).isDone();
                assertThat(log.lines())
                        .anySatisfy(line -> assertThat(line)
                                .contains(
                                        "has not run within 1000 ms",
                                        dropping.getClass().getName()))
                        .anySatisfy(line -> assertThat(line).contains("the future executor has not started"));
            }
        }

        @Test
        @DisplayName(
                "when the executor of a Curator connection state listener rejects: Curator's state thread dies there")
        void whenACuratorListenersExecutorRejects() throws Exception {
            var states = new CopyOnWriteArrayList<ConnectionState>();
            ResilientSession session = rig.open(builder().build());
            Executor rejecting = task -> {
                throw new RejectedExecutionException("shut down");
            };
            session.curator().getConnectionStateListenable().addListener((curator, state) -> {}, rejecting);
            session.curator().getConnectionStateListenable().addListener((curator, state) -> states.add(state));
            session.start();
            assertThat(session.awaitConnected(Duration.ofSeconds(30))).isTrue();

            expire(session);

            await().untilAsserted(() -> assertThat(states)
                    .containsExactly(
                            ConnectionState.CONNECTED,
                            ConnectionState.SUSPENDED,
                            ConnectionState.LOST,
                            ConnectionState.RECONNECTED));
        }

        @Test
        void whenACuratorListenerBlocks() throws Exception {
            ResilientSession session = rig.connect(builder());
            var blocked = new CompletableFuture<Void>();
            session.curator().getConnectionStateListenable().addListener((curator, state) -> {
                blocked.complete(null);
                Blocking.untilInterrupted();
            });

            expire(session);

            blocked.get(30, TimeUnit.SECONDS);
            heard.await(SessionState.LOST, SessionState.RESTORING, SessionState.CONNECTED);
            Stat root =
                    session.operations().call(Effect.READ, c -> c.checkExists().forPath("/"));
            assertThat(root).isNotNull();
        }
    }
}
