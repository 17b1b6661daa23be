package io.perennial.internal.session;

import static io.perennial.SessionState.CLOSED;
import static io.perennial.SessionState.CONNECTED;
import static io.perennial.SessionState.CONNECTING;
import static io.perennial.SessionState.LOST;
import static io.perennial.SessionState.SUSPENDED;
import static io.perennial.testing.Sessions.awaitGeneration;
import static io.perennial.testing.Sessions.awaitState;
import static io.perennial.testing.Sessions.eventually;
import static io.perennial.testing.Sessions.generationOf;
import static io.perennial.testing.Sessions.handleOf;
import static io.perennial.testing.Sessions.idOf;
import static io.perennial.testing.Sessions.loopOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.perennial.Registration;
import io.perennial.ResilientSession;
import io.perennial.internal.engine.Uninterrupted;
import io.perennial.internal.lease.LeaseClock;
import io.perennial.test.IndependentClient;
import io.perennial.test.NoLeaks;
import io.perennial.testing.SessionRig;
import io.perennial.testing.Sessions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.apache.zookeeper.ZooDefs.OpCode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(NoLeaks.class)
@Tag("S-34")
class LeaseIT {
    private static final Duration TIMEOUT = SessionRig.SESSION_TIMEOUT;
    private static final String THREAD = "perennial-tested-lease";

    @AutoClose
    private final SessionRig rig = new SessionRig();

    private final List<Long> ran = new CopyOnWriteArrayList<>();
    private final CountDownLatch released = new CountDownLatch(1);

    private void cut() {
        rig.proxy().disconnect();
    }

    /** When it ran, and only once the lease was not held. */
    private void note(ResilientSession session) {
        long now = System.nanoTime();
        if (!session.lease().isHeld()) {
            ran.add(now);
        }
    }

    /**
     * At the moment at which the lease ends, since nothing more is heard: hardly later than a thread that waits for it,
     * too, for which the machine may be as slow.
     */
    private void assertRunsAtTheEnd(ResilientSession session) {
        for (long left = 1; left > 0; left = session.lease().remaining().toNanos()) {
            LockSupport.parkNanos(left);
        }
        long ended = System.nanoTime();
        eventually(() -> assertThat(ran).hasSize(1));
        assertThat(Duration.ofNanos(ran.get(0) - ended)).isLessThan(Duration.ofSeconds(2));
    }

    @AfterEach
    void release() {
        released.countDown();
    }

    @Test
    @Tag("S-36")
    @DisplayName("The engine and the callbacks are blocked")
    void tellsTheLapse_atItsMoment_whateverIsBlocked() throws Exception {
        ResilientSession session = rig.connect(b -> b.sessionTimeout(TIMEOUT).listener(t -> {
            if (t.to() == SUSPENDED) {
                Uninterrupted.run(released::await);
            }
        }));
        session.lease().onLapse(() -> note(session));
        cut();
        awaitState(session, SUSPENDED);
        loopOf(session).execute(() -> Uninterrupted.run(released::await));

        assertRunsAtTheEnd(session);

        assertThat(session.state()).as("the engine stands").isEqualTo(SUSPENDED);
        assertThat(session.lease().isHeld()).isFalse();
        release();
        awaitState(session, LOST);
        rig.proxy().accept();
        awaitState(session, CONNECTED);
        assertThat(ran).hasSize(1);
    }

    @Test
    @DisplayName("The handle's event thread, through which every answer comes, is held")
    void lapses_whenNoAnswerCanComeThrough() throws Exception {
        ResilientSession session = rig.connect(TIMEOUT);
        session.lease().onLapse(() -> note(session));

        try (var held = new HeldThread(session, "/held")) {
            assertRunsAtTheEnd(session);
            assertThat(held.thread().isAlive()).isTrue();
            awaitState(session, CONNECTED);
        }
        eventually(() -> assertThat(session.lease().isHeld()).isTrue());
    }

    @Test
    void lapses_beforeTheSessionIsTakenForLost() throws Exception {
        ResilientSession session =
                rig.connect(b -> b.sessionTimeout(Duration.ofSeconds(12)).leaseMargin(Duration.ofSeconds(5)));
        session.lease().onLapse(() -> ran.add(System.nanoTime()));
        // At first it counts from the connection; once heartbeats carry it, the margin is taken off.
        eventually(() -> assertThat(session.lease().remaining()).isLessThan(Duration.ofSeconds(7)));

        rig.stopServer();
        eventually(() -> assertThat(session.lease().isHeld()).isFalse());
        assertThat(session.state()).isEqualTo(SUSPENDED);
        rig.restartServer();
        awaitState(session, CONNECTED);

        eventually(() -> assertThat(session.lease().isHeld()).isTrue());
        assertThat(rig.heard().states()).as("back within the timeout").doesNotContain(LOST);
        assertThat(ran).hasSize(1);
    }

    @Test
    void tellsEachLapse_whenTheServerSaysThatTheSessionIsGone() throws Exception {
        ResilientSession session = rig.connect(Duration.ofSeconds(20));
        session.lease().onLapse(() -> ran.add(session.lease().generation()));
        Registration takenBack = session.lease().onLapse(() -> ran.add(-1L));
        takenBack.close();

        for (long generation = 1; generation <= 3; generation++) {
            rig.server().expireSession(idOf(session));
            awaitGeneration(session, generation + 1);
        }

        eventually(() -> assertThat(ran).hasSize(3));
        assertThat(Sessions.threadsNamed("perennial-tested-lease")).hasSize(1);
    }

    @Test
    @DisplayName("close() gives the lease up before the server removes the nodes")
    void isNotHeld_whenTheServerClosesTheSession() throws Exception {
        ResilientSession session = rig.connect(SessionRig.SESSION_TIMEOUT);
        rig.createEphemeral(session, "/mine");
        try (var sampler = new LeaseSampler(session.lease(), line -> {});
                var client = new IndependentClient(rig.server().connectString());
                var departure = new Departure(client, "/mine", idOf(session))) {
            eventually(() -> assertThat(sampler.lastHeld(1)).isPositive());

            session.close();

            assertThat(sampler.lastHeld(1)).isLessThan(departure.nanos());
            assertThat(sampler.lapse(1)).isPositive();
            eventually(() -> assertThat(Sessions.threadsNamed(THREAD)).isEmpty());
        }
    }

    @Test
    void mayCloseTheSession() throws Exception {
        ResilientSession session = rig.connect(TIMEOUT);
        var there = new AtomicReference<Thread>();
        session.lease().onLapse(() -> {
            there.set(Thread.currentThread());
            session.close();
        });

        rig.server().expireSession(idOf(session));

        awaitState(session, CLOSED);
        eventually(() -> assertThat(there.get().isAlive()).isFalse());
        assertThat(there.get().getName()).isEqualTo(THREAD);
    }

    @Test
    void isInterrupted_whenItBlocksBeyondTheClose() throws Exception {
        ResilientSession session = rig.connect(b -> b.closeTimeout(Duration.ofSeconds(1)));
        var interrupted = new CountDownLatch(1);
        session.lease().onLapse(() -> {
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                interrupted.countDown();
            }
        });

        session.close();

        interrupted.await();
        eventually(() -> assertThat(Sessions.threadsNamed(THREAD)).isEmpty());
    }

    @Test
    @DisplayName("The lease goes by the leader's word: a sync, not a read that any follower answers by itself")
    void asksTheLeader() throws Exception {
        rig.connect(TIMEOUT);
        rig.proxy().resetCounters();

        eventually(() -> assertThat(rig.proxy().requests(OpCode.sync)).isGreaterThan(3));

        assertThat(rig.proxy().requests(OpCode.exists)).isZero();
    }

    @Test
    void needsNoThread_withoutAnAction() throws Exception {
        ResilientSession session = rig.connect(TIMEOUT);
        assertThat(Sessions.threadsNamed(THREAD)).isEmpty();

        session.lease().onLapse(() -> {});

        assertThat(Sessions.threadsNamed(THREAD)).hasSize(1).allMatch(Thread::isDaemon);
    }

    @Test
    void lapses_whenTheApplicationClosesTheHandle() throws Exception {
        ResilientSession session = rig.connect(Duration.ofSeconds(20));
        session.lease().onLapse(() -> ran.add(System.nanoTime()));
        rig.proxy().refuse(); // so that nobody says that the session is gone

        handleOf(session).close();

        awaitState(session, LOST);
        assertThat(session.lease().isHeld()).as("the server has ended it").isFalse();
        eventually(() -> assertThat(ran).hasSize(1));
    }

    @Test
    @Tag("L1")
    @Tag("S-66")
    @DisplayName("maxSessionTimeout is raised while the session lives; a server that starts anew goes by the old one")
    void isNeverLonger_thanTheTimeoutAtTheSessionsCreation() throws Exception {
        rig.server().reconfigure(Duration.ofMillis(200), TIMEOUT);
        ResilientSession session = rig.connect(Duration.ofSeconds(30));
        rig.createEphemeral(session, "/mine");
        rig.server().reconfigure(Duration.ofMillis(200), Duration.ofSeconds(60));
        eventually(() -> {
            assertThat(session.info().orElseThrow().negotiatedTimeout()).isEqualTo(Duration.ofSeconds(30));
            assertThat(session.state()).isEqualTo(CONNECTED);
        });
        assertThat(generationOf(session)).isEqualTo(1);
        eventually(() -> assertThat(((LeaseClock) session.lease()).silence())
                .as("heard in the meantime, too: it beats for the shorter one")
                .isBetween(Duration.ofNanos(1), Duration.ofMillis(100)));
        assertThat(session.lease().isHeld()).isTrue();
        try (var sampler = new LeaseSampler(session.lease(), line -> {})) {
            eventually(() -> assertThat(sampler.lastHeld(1)).isPositive());

            rig.proxy().freeze();
            rig.server().restart();

            eventually(() -> assertThat(rig.observer().exists("/mine")).isFalse());
            assertThat(session.lease().isHeld()).isFalse();
            eventually(() -> assertThat(sampler.lapse(1)).isPositive());
            rig.proxy().thaw();
        }
    }

    @Test
    @Tag("L3")
    @Tag("S-67")
    @DisplayName("A server that throttles answers a sync by itself")
    void lapses_whenTheServerAnswersNotNow() throws Exception {
        ResilientSession session = rig.connect(TIMEOUT);
        session.lease().onLapse(() -> ran.add(System.nanoTime()));
        var putOff = new AtomicInteger();

        rig.server().throttle(opCode -> opCode == OpCode.sync && putOff.incrementAndGet() > 0);
        eventually(() -> assertThat(putOff).as("none is answered any more").hasPositiveValue());
        eventually(() -> {
            assertThat(session.lease().isHeld()).isFalse();
            assertThat(ran).isNotEmpty();
        });
        rig.server().throttle(opCode -> false);

        eventually(() -> assertThat(session.lease().isHeld()).isTrue());
    }

    @ParameterizedTest
    @ValueSource(ints = {OpCode.sync, OpCode.exists})
    @Tag("L3")
    @Tag("S-67")
    @DisplayName("The first questions on a connection are asked again until they are answered")
    void isNotConnected_whileTheServerAnswersNotNow(int throttled) throws Exception {
        var asked = new AtomicInteger();
        rig.server().throttle(opCode -> opCode == throttled && asked.incrementAndGet() <= 3);

        ResilientSession session = rig.connect(SessionRig.SESSION_TIMEOUT);

        assertThat(asked).hasValueGreaterThan(3);
        assertThat(session.lease().isHeld()).isTrue();
    }

    @Test
    @Tag("C21")
    @Tag("S-67")
    void isNotTakenForMute_whileTheServerAnswersNotNowForLong() throws Exception {
        var throttling = new AtomicBoolean(true);
        rig.server().throttle(opCode -> opCode == OpCode.sync && throttling.get());
        ResilientSession session = rig.build(b -> b.sessionTimeout(TIMEOUT)).start();
        await().during(TIMEOUT.multipliedBy(3).dividedBy(2))
                .atMost(SessionRig.PATIENCE)
                .untilAsserted(() -> assertThat(session.state()).isEqualTo(CONNECTING));
        throttling.set(false);

        assertThat(session.awaitConnected(SessionRig.PATIENCE)).isTrue();
        assertThat(rig.proxy().connectionsAccepted()).as("by the first handle").isOne();
    }
}
