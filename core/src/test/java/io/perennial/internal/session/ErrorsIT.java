package io.perennial.internal.session;

import static io.perennial.SessionState.CONNECTED;
import static io.perennial.SessionState.FAILED;
import static io.perennial.testing.Sessions.awaitGeneration;
import static io.perennial.testing.Sessions.awaitState;
import static io.perennial.testing.Sessions.eventually;
import static io.perennial.testing.Sessions.generationOf;
import static io.perennial.testing.Sessions.idOf;
import static io.perennial.testing.Sessions.loopOf;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import io.perennial.ResilientSession;
import io.perennial.SessionTransition.Cause;
import io.perennial.test.EmbeddedServer;
import io.perennial.test.NoLeaks;
import io.perennial.testing.Blocking;
import io.perennial.testing.CapturedLog;
import io.perennial.testing.SessionRig;
import io.perennial.testing.Transitions;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.zookeeper.data.Stat;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** An {@code Error} in a thread of the library's or of the client's: no memory for a moment, most likely (S-64). */
@ExtendWith(NoLeaks.class)
@Tag("S-64")
class ErrorsIT {
    private static final String SESSIONS = "io.perennial.session";

    /** Not of a rig: its session's log is said to have no internal error. */
    @AutoClose
    private final EmbeddedServer server = EmbeddedServer.start();

    private ResilientSession.Builder builder() {
        return ResilientSession.builder()
                .name("tested")
                .connectString(server.connectString())
                .sessionTimeout(Duration.ofSeconds(10))
                .closeTimeout(Duration.ofSeconds(2));
    }

    private static ResilientSession connected(ResilientSession.Builder builder) throws Exception {
        ResilientSession session = builder.build().start();
        assertThat(session.awaitConnected(SessionRig.PATIENCE)).isTrue();
        return session;
    }

    @Test
    @Tag("K4")
    @DisplayName("Each line that the engine logs comes out of the logging as an Error")
    void goesThroughAnOutageAndAnExpiry_whenTheEnginesLoggingThrows() throws Exception {
        try (var rig = new SessionRig();
                var boom = Boom.on(SESSIONS, e -> onThread("-engine"))) {
            ResilientSession session = rig.connect();
            session.ephemerals().register("/mine", new byte[0]).whenHeld().join();
            assertThat(boom.thrown()).isPositive();

            rig.server().expireSession(idOf(session));
            awaitGeneration(session, 2);

            eventually(() -> assertThat(session.report().nodesHeld()).isEqualTo(1));
            assertThat(session.lease().isHeld()).isTrue();
            assertThat(rig.heard().to(FAILED)).isEmpty();
        }
    }

    @Test
    @Tag("K4")
    @DisplayName("An Error cuts one of the engine's decisions short: told as FAILED, and the session begins anew")
    void beginsAnew_whenADecisionIsCutShort() throws Exception {
        var heard = new Transitions();
        try (ResilientSession session = connected(builder().listener(heard))) {
            session.ephemerals().register("/mine", new byte[0]).whenHeld().join();
            long id = idOf(session);
            Stat before = session.curator().checkExists().forPath("/mine");

            loopOf(session).execute(() -> {
                throw new OutOfMemoryError("for a moment");
            });
            eventually(() -> {
                heard.catchUp(session);
                assertThat(heard.to(FAILED)).singleElement().satisfies(failed -> {
                    assertThat(failed.cause()).isEqualTo(Cause.INTERNAL_ERROR);
                    assertThat(failed.detail()).contains("OutOfMemoryError: for a moment");
                });
            });
            awaitState(session, CONNECTED);

            assertThat(idOf(session)).as("the server has kept it").isEqualTo(id);
            assertThat(generationOf(session)).isEqualTo(1);
            assertThat(session.curator().checkExists().forPath("/mine")).isEqualTo(before);
            eventually(() -> assertThat(session.report().nodesHeld()).isEqualTo(1));
        }
    }

    @Test
    @Tag("K4")
    @DisplayName("An action at the lapse throws, and so does the logging of that")
    void runsTheNextAction_whenTheLoggingOfTheLastOneThrows() throws Exception {
        var ran = new AtomicInteger();
        try (ResilientSession session = connected(builder());
                var boom = Boom.on(SESSIONS, e -> onThread("-lease"))) {
            session.lease().onLapse(() -> {
                throw new IllegalStateException("a bug of the application's");
            });
            session.lease().onLapse(ran::incrementAndGet);

            for (int lapse = 1; lapse <= 2; lapse++) {
                server.expireSession(idOf(session));
                awaitGeneration(session, lapse + 1);
                int lapses = lapse;
                eventually(() -> assertThat(ran).hasValue(lapses));
            }
            assertThat(boom.thrown()).isPositive();
        }
    }

    @Test
    @Tag("K4")
    @DisplayName("The engine stands in something: told, with where, by a thread that does not")
    void tellsThatTheEngineStands_andThatItGoesOn() throws Exception {
        var released = new CountDownLatch(1);
        try (ResilientSession session = connected(builder().sessionTimeout(Duration.ofSeconds(2)))) {
            try (var log = new CapturedLog(SESSIONS)) {
                loopOf(session).execute(() -> Blocking.stubbornlyUntil(released));

                eventually(() -> assertThat(session.report().problems())
                        .anyMatch(problem -> problem.contains("engine is stuck")));
                assertThat(log.events())
                        .filteredOn(e -> e.getLevel() == Level.WARN
                                && e.getFormattedMessage().contains("engine is stuck"))
                        .singleElement()
                        .satisfies(e -> assertThat(e.getThrowableProxy().getStackTraceElementProxyArray())
                                .anyMatch(frame -> frame.toString().contains("stubbornlyUntil")));
            } finally {
                released.countDown();
            }
            eventually(() -> assertThat(session.report().problems()).isEmpty());
        }
    }

    @Test
    @Tag("C9")
    @DisplayName("The client's SendThread dies of an Error out of its logging, while there is no session")
    void connects_whenTheClientsThreadHasDiedBefore() throws Exception {
        server.stop();
        try (var boom = Boom.on("org.apache.zookeeper.ClientCnxn", e -> e.getLevel() == Level.WARN);
                ResilientSession session =
                        builder().sessionTimeout(Duration.ofSeconds(2)).build().start()) {
            eventually(() -> assertThat(boom.thrown()).isPositive());
            boom.close();

            server.restart();

            assertThat(session.awaitConnected(SessionRig.PATIENCE)).isTrue();
        }
    }

    @Test
    @Tag("U2")
    @Tag("S-63")
    @DisplayName("A callback executor drops what it has accepted, once")
    void tellsWhatADroppingExecutorHasKept_afterAWhile() throws Exception {
        var drop = new AtomicBoolean();
        var heard = new Transitions();
        ExecutorService pool = Executors.newSingleThreadExecutor(task -> new Thread(task, "test-callbacks"));
        Executor dropping = task -> {
            if (!drop.getAndSet(false)) {
                pool.execute(task);
            }
        };
        try (ResilientSession session = connected(builder()
                .sessionTimeout(Duration.ofSeconds(5))
                .callbackExecutor(dropping)
                .listener(heard))) {
            heard.catchUp(session);
            int before = heard.all().size();
            drop.set(true);

            server.expireSession(idOf(session));

            eventually(() -> assertThat(session.report().problems())
                    .anyMatch(
                            problem -> problem.matches("the callback executor (has run no callback for \\d+ ms although"
                                    + " it accepted some, .*|did not run callbacks that it had accepted .*)")));
            awaitGeneration(session, 2);
            eventually(() -> {
                assertThat(heard.all().size()).isGreaterThan(before);
                assertThat(heard.states()).endsWith(CONNECTED);
                assertThat(session.report().problems()).isEmpty();
            });
            assertThat(session.report().callbackFailures()).isPositive();
        } finally {
            pool.shutdown();
        }
    }

    private static boolean onThread(String role) {
        return Thread.currentThread().getName().endsWith(role);
    }
}
