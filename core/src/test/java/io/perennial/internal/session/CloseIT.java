package io.perennial.internal.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.perennial.Registration;
import io.perennial.ResilientSession;
import io.perennial.SessionOwner;
import io.perennial.SessionRegistry;
import io.perennial.SessionState;
import io.perennial.SessionTransition.Cause;
import io.perennial.operation.Effect;
import io.perennial.operation.SessionClosedException;
import io.perennial.test.EmbeddedServer;
import io.perennial.test.FaultProxy;
import io.perennial.test.NoLeaks;
import io.perennial.test.Sockets;
import io.perennial.testing.SessionRig;
import io.perennial.testing.Transitions;
import java.net.URL;
import java.net.URLClassLoader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.apache.curator.framework.imps.CuratorFrameworkState;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Closing a session whose server is well. */
@ExtendWith(NoLeaks.class)
@Tag("S-45")
class CloseIT {
    private static final byte[] DATA = {1};

    @AutoClose
    private final SessionRig rig = new SessionRig();

    private final EmbeddedServer server = rig.server();
    private final Transitions heard = rig.heard();

    private ResilientSession.Builder builder() {
        return ResilientSession.builder()
                .name("closing")
                .connectString(server.connectString())
                .sessionTimeout(Duration.ofSeconds(10))
                .listener(heard);
    }

    @Test
    void leavesNoThreadSocketOrNode_whenItReturns() throws Exception {
        var observer = rig.observer();
        observer.create("/parent", DATA);
        int sockets = Sockets.connectedTo(server.port());
        ResilientSession session = rig.connect(builder());
        session.ephemerals().register("/parent/node", DATA).whenHeld().get(10, TimeUnit.SECONDS);
        session.watches().node("/parent", change -> {}).whenArmed().get(10, TimeUnit.SECONDS);
        long id = session.info().orElseThrow().sessionId();
        assertThat(SessionRegistry.sessions()).contains(session);

        session.close();

        assertThat(NoLeaks.clientThreads()).isEmpty();
        assertThat(Sockets.connectedTo(server.port())).isEqualTo(sockets);
        assertThat(observer.exists("/parent/node")).isFalse();
        assertThat(server.isSessionAlive(id)).isFalse();
        assertThat(SessionRegistry.sessions()).doesNotContain(session);
        assertThat(session.state()).isEqualTo(SessionState.CLOSED);
        assertThat(session.info()).isEmpty();
        assertThat(session.lease().isHeld()).isFalse();
        assertThat(session.curator().getState()).isEqualTo(CuratorFrameworkState.STOPPED);
    }

    @Test
    void tellsTheLastTransition_beforeItReturns() throws Exception {
        ResilientSession session = rig.connect(builder());

        session.close();

        assertThat(heard.states())
                .containsExactly(
                        SessionState.CONNECTING, SessionState.RESTORING, SessionState.CONNECTED, SessionState.CLOSED);
        assertThat(heard.all().get(3).cause()).isEqualTo(Cause.CLOSED);
        assertThat(heard.all().get(3).session()).isNull();
    }

    @Test
    void doesNothing_whenClosedAgain() throws Exception {
        ResilientSession session = rig.connect(builder());

        session.close();
        session.close();
        session.curator().close();

        assertThat(heard.to(SessionState.CLOSED)).hasSize(1);
    }

    @Test
    void returnsToEveryCaller_whenManyCloseAtOnce() throws Exception {
        ResilientSession session = rig.connect(builder());
        var go = new CountDownLatch(1);
        List<CompletableFuture<SessionState>> closers = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            var closer = new CompletableFuture<SessionState>();
            closers.add(closer);
            startTestThread(() -> {
                go.await();
                session.close();
                closer.complete(session.state());
            });
        }

        go.countDown();

        for (CompletableFuture<SessionState> closer : closers) {
            assertThat(closer.get(30, TimeUnit.SECONDS)).isEqualTo(SessionState.CLOSED);
        }
        assertThat(heard.to(SessionState.CLOSED)).hasSize(1);
    }

    @Test
    @Tag("K2")
    void waitsForTheEnd_whenTheCallingThreadIsInterrupted_whichStaysSo() throws Exception {
        ResilientSession session = rig.connect(builder());
        var interruptedAfterwards = new CompletableFuture<Boolean>();
        var stateAfterwards = new CompletableFuture<SessionState>();

        startTestThread(() -> {
            Thread.currentThread().interrupt();
            session.close();
            stateAfterwards.complete(session.state());
            interruptedAfterwards.complete(Thread.currentThread().isInterrupted());
        });

        assertThat(interruptedAfterwards.get(30, TimeUnit.SECONDS)).isTrue();
        assertThat(stateAfterwards).isCompletedWithValue(SessionState.CLOSED);
    }

    @Nested
    @Tag("K6")
    class OfAll {
        @Test
        void waitsForOne_whoseCloseSomebodyElseHasBegun() throws Exception {
            var proxy = rig.open(new FaultProxy(server.port()));
            ResilientSession session = rig.connect(builder().connectString(proxy.connectString()));
            proxy.freeze();
            startTestThread(session::close);
            await().pollInterval(Duration.ofMillis(1))
                    .until(() -> ((CuratorSession) session).beginClose(SessionCloser.Reason.CLOSED), begun -> !begun);

            int closed = SessionRegistry.closeAll(getClass().getClassLoader(), Duration.ofSeconds(30));

            assertThat(session.state()).isEqualTo(SessionState.CLOSED);
            assertThat(closed).isLessThanOrEqualTo(1);
        }

        @Test
        void closesThose_whoseOwnerTheLoaderWasMade() throws Exception {
            try (var loader = new URLClassLoader(new URL[0], getClass().getClassLoader())) {
                ResilientSession session = rig.connect(builder().owner(SessionOwner.ofClassLoader(loader)));
                ResilientSession other = rig.connect(builder());

                int closed = SessionRegistry.closeAll(loader, Duration.ofSeconds(30));

                assertThat(closed).isEqualTo(1);
                assertThat(session.state()).isEqualTo(SessionState.CLOSED);
                assertThat(other.state()).isEqualTo(SessionState.CONNECTED);
            }
        }

        @Test
        void returns_whenCalledFromACallbackOfTheSession() throws Exception {
            ResilientSession session = rig.connect(builder().closeTimeout(Duration.ofMinutes(5)));
            var returned = new CompletableFuture<Integer>();

            session.addListener(transition -> {});
            session.operations()
                    .callAsync(Effect.READ, c -> c.checkExists().forPath("/"))
                    .thenRun(() -> returned.complete(
                            SessionRegistry.closeAll(getClass().getClassLoader(), Duration.ofMinutes(5))));

            assertThat(returned).succeedsWithin(Duration.ofSeconds(30));
            heard.await(SessionState.CLOSED);
        }
    }

    @Test
    @Tag("K3")
    @Tag("S-64")
    void endsAll_onTheCallingThread_whenThereIsNoThreadToBeHad() throws Exception {
        var observer = rig.observer();
        var starved = new AtomicBoolean();
        ResilientSession session = rig.open(Starved.build(builder(), starved)).start();
        session.ephemerals().register("/node", DATA).whenHeld().get(30, TimeUnit.SECONDS);

        starved.set(true);
        session.close();
        session.close();

        assertThat(observer.exists("/node")).isFalse();
        assertThat(session.state()).isEqualTo(SessionState.CLOSED);
        assertThat(SessionRegistry.sessions()).doesNotContain(session);
        await().untilAsserted(() -> assertThat(NoLeaks.clientThreads()).isEmpty());
    }

    @Test
    @Tag("K1")
    @Tag("K3")
    @Tag("S-64")
    void failsWhoeverWaits_whenThereIsNoThreadToBeHad() throws Exception {
        var observer = rig.observer();
        observer.create("/taken", DATA);
        var starved = new AtomicBoolean();
        ResilientSession session = rig.open(Starved.build(builder(), starved)).start();
        assertThat(session.awaitConnected(Duration.ofSeconds(30))).isTrue();
        var held = session.ephemerals().register("/taken", DATA).whenHeld();

        starved.set(true);
        session.close();

        assertThat(held).isCompletedExceptionally();
    }

    @Test
    void failsWhoeverWaits_whenClosed() throws Exception {
        server.stop();
        ResilientSession session = rig.start(builder());
        CompletableFuture<byte[]> operation =
                session.operations().callAsync(Effect.READ, c -> c.getData().forPath("/"));
        var held = session.ephemerals().register("/node", DATA).whenHeld();
        var armed = session.watches().node("/node", change -> {}).whenArmed();
        var connected = new CompletableFuture<Boolean>();
        startTestThread(() -> connected.complete(session.awaitConnected(Duration.ofMinutes(2))));

        session.close();

        assertThat(connected.get(30, TimeUnit.SECONDS)).isFalse();
        assertThat(operation)
                .failsWithin(Duration.ofSeconds(30))
                .withThrowableThat()
                .havingCause()
                .isInstanceOf(SessionClosedException.class);
        assertThat(held)
                .failsWithin(Duration.ofSeconds(30))
                .withThrowableThat()
                .havingCause()
                .isInstanceOf(SessionClosedException.class);
        assertThat(armed)
                .failsWithin(Duration.ofSeconds(30))
                .withThrowableThat()
                .havingCause()
                .isInstanceOf(SessionClosedException.class);
    }

    @Test
    void refusesFurtherUse_sayingThatItIsClosed() throws Exception {
        ResilientSession session = rig.connect(builder());

        session.close();

        assertThatThrownBy(session::start)
                .isInstanceOf(SessionClosedException.class)
                .hasMessageContaining("session 'closing' is closed")
                .hasMessageContaining("build another");
        assertThatThrownBy(() -> session.addListener(heard)).isInstanceOf(SessionClosedException.class);
        assertThatThrownBy(() ->
                        session.operations().call(Effect.READ, c -> c.getData().forPath("/")))
                .isInstanceOf(SessionClosedException.class);
        assertThatThrownBy(() -> session.ephemerals().register("/late", DATA))
                .isInstanceOf(SessionClosedException.class);
        assertThatThrownBy(() -> session.watches().node("/late", change -> {}))
                .isInstanceOf(SessionClosedException.class);
        assertThat(session.awaitConnected(Duration.ofMinutes(1))).isFalse();
        assertThat(session.report().toString()).contains("closing").contains("CLOSED");
    }

    @Test
    void tellsNobody_whoTookHisListenerBack() throws Exception {
        ResilientSession session = rig.connect(builder());
        var other = new Transitions();
        Registration registration = session.addListener(other);

        registration.close();
        session.close();

        assertThat(other.states()).isEmpty();
        assertThat(heard.to(SessionState.CLOSED)).hasSize(1);
    }

    @Nested
    class BeforeStart {
        @Test
        void buildsWithoutThreadOrSocket() {
            int sockets = Sockets.connectedTo(server.port());

            ResilientSession session = rig.open(builder().build());

            assertThat(session.state()).isEqualTo(SessionState.LATENT);
            assertThat(NoLeaks.clientThreads()).isEmpty();
            assertThat(Sockets.connectedTo(server.port())).isEqualTo(sockets);
            assertThat(SessionRegistry.sessions()).doesNotContain(session);
        }

        @Test
        void closes_andRefusesToStartLater() {
            ResilientSession session = builder().build();

            session.close();

            assertThat(session.state()).isEqualTo(SessionState.CLOSED);
            assertThat(heard.states()).containsExactly(SessionState.CLOSED);
            assertThatThrownBy(session::start).isInstanceOf(SessionClosedException.class);
            assertThat(NoLeaks.clientThreads()).isEmpty();
        }

        @Test
        void leavesNoThread_whenCuratorIsStartedOnTheClosedSession() {
            ResilientSession session = builder().build();
            session.close();
            int accepted = server.connectionsAccepted();

            session.curator().start();

            await().untilAsserted(() -> assertThat(NoLeaks.clientThreads()).isEmpty());
            assertThat(server.connectionsAccepted()).isEqualTo(accepted);
            assertThat(SessionRegistry.sessions()).doesNotContain(session);
            assertThat(session.state()).isEqualTo(SessionState.CLOSED);
        }

        @Test
        @DisplayName("start() and close() at the same moment, 80 times: closed, nothing left")
        void endsClosed_whenStartedAndClosedAtOnce() throws Exception {
            var random = new Random(45);
            for (int round = 0; round < 80; round++) {
                ResilientSession session = builder().build();
                boolean throughCurator = round % 2 == 0;
                var started = new CompletableFuture<Throwable>();
                startTestThread(() -> {
                    try {
                        if (throughCurator) {
                            session.curator().start();
                        } else {
                            session.start();
                        }
                        started.complete(null);
                    } catch (Throwable t) {
                        started.complete(t);
                    }
                });

                // Within the start, and up to the moment at which the session is granted.
                LockSupport.parkNanos(random.nextInt(round % 4 < 2 ? 2_000_000 : 12_000_000));
                session.close();

                Throwable refusal = started.get(30, TimeUnit.SECONDS);
                if (refusal != null) {
                    assertThat(refusal).isInstanceOf(SessionClosedException.class);
                }
                assertThat(session.state()).as("round %d", round).isEqualTo(SessionState.CLOSED);
                await().pollDelay(Duration.ZERO)
                        .pollInterval(Duration.ofMillis(5))
                        .untilAsserted(() -> assertThat(NoLeaks.clientThreads()).isEmpty());
                assertThat(SessionRegistry.sessions()).doesNotContain(session);
            }
        }
    }

    private static void startTestThread(Interruptible task) {
        var thread = new Thread(
                () -> {
                    try {
                        task.run();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                },
                "test-thread");
        thread.setDaemon(true);
        thread.start();
    }

    @FunctionalInterface
    private interface Interruptible {
        void run() throws InterruptedException;
    }
}
