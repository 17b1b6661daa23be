package io.perennial.internal.session;

import static io.perennial.SessionState.CONNECTED;
import static io.perennial.SessionState.FAILED;
import static io.perennial.SessionState.LOST;
import static io.perennial.SessionState.SUSPENDED;
import static io.perennial.testing.Sessions.awaitState;
import static io.perennial.testing.Sessions.eventually;
import static io.perennial.testing.Sessions.generationOf;
import static io.perennial.testing.Sessions.handleOf;
import static io.perennial.testing.Sessions.idOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.ResilientSession;
import io.perennial.internal.session.JumpingWallClock.Clock;
import io.perennial.test.NoLeaks;
import io.perennial.testing.CapturedLog;
import io.perennial.testing.SessionRig;
import io.perennial.testing.Sessions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.curator.CuratorZookeeperClient;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.framework.state.ConnectionState;
import org.apache.curator.retry.RetryOneTime;
import org.apache.zookeeper.ZooKeeper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The wall clock jumps; see {@link JumpingWallClock} for how. */
@ExtendWith(NoLeaks.class)
@Tag("S-35")
class WallClockIT {
    private static final Duration TIMEOUT = Duration.ofSeconds(20);
    private static final String INJECTION = "Injecting a session expiration";

    @AfterEach
    void resetClock() {
        Clock.reset();
    }

    @Test
    @DisplayName("Raw Curator kills a healthy session when the wall clock jumps during a short loss of connection")
    void isARealDanger() throws Exception {
        new JumpingWallClock().run(RawCurator.class);
    }

    @Test
    @DisplayName("Ours is not touched by that, although the same Curator runs on it")
    void keepsTheSession_whenTheClockJumpsWhileTheConnectionIsLost() throws Exception {
        new JumpingWallClock().run(JumpWhileSuspended.class);
    }

    @Test
    @Tag("L4")
    @DisplayName(
            "A jump ahead may be a suspension of the machine: the lease lapses for a moment, and nothing else happens")
    void keepsTheSession_andHasTheLeaseAgain_whenTheClockJumpsThereAndBackWhileConnected() throws Exception {
        new JumpingWallClock().run(JumpsWhileConnected.class);
    }

    @Test
    @Tag("L4")
    @DisplayName(
            "A jump while nothing comes that would renew the lease: the hook runs long before its thread would wake")
    void tellsTheLapse_soonAfterTheJump_whileTheServerIsSilent() throws Exception {
        new JumpingWallClock().run(JumpWhileSilent.class);
    }

    /** Has the clock jump on Curator's own state thread, between its news of the loss and its look at the clock. */
    private static void jumpWhenSuspended(CuratorFramework curator) {
        curator.getConnectionStateListenable().addListener((client, state) -> {
            if (state == ConnectionState.SUSPENDED) {
                Clock.jump(Duration.ofHours(1));
            }
        });
    }

    private static List<String> injections(CapturedLog log) {
        return log.lines().stream().filter(line -> line.contains(INJECTION)).toList();
    }

    private static final class RawCurator extends Scenario {
        @Override
        void play(SessionRig rig, CapturedLog log) throws Exception {
            try (CuratorFramework curator = CuratorFrameworkFactory.newClient(
                    rig.proxy().connectString(), (int) TIMEOUT.toMillis(), 5_000, new RetryOneTime(100))) {
                curator.start();
                assertThat(curator.blockUntilConnected(20, TimeUnit.SECONDS)).isTrue();
                CuratorZookeeperClient client = curator.getZookeeperClient();
                ZooKeeper handle = client.getZooKeeper();
                long first = client.getInstanceIndex();
                jumpWhenSuspended(curator);

                rig.proxy().cut();

                eventually(() -> {
                    assertThat(injections(log)).isNotEmpty();
                    assertThat(handle.getState().isAlive()).isFalse();
                });
                // Closed while it makes the next handle, Curator would leave that one behind, connecting for ever.
                eventually(() -> {
                    assertThat(client.getInstanceIndex()).isGreaterThan(first);
                    assertThat(client.isConnected()).isTrue();
                });
                // A client that is granted its session just then forgets that it was expired, and lives on for ever.
                eventually(() -> assertThat(handle.close(1_000)).isTrue());
            }
        }
    }

    private static final class JumpWhileSuspended extends Scenario {
        @Override
        void play(SessionRig rig, CapturedLog log) throws Exception {
            ResilientSession session = rig.connect(TIMEOUT);
            long id = idOf(session);
            ZooKeeper handle = handleOf(session);
            jumpWhenSuspended(session.curator());

            rig.stopServer();
            awaitState(session, SUSPENDED);
            eventually(() -> assertThat(injections(log)).isNotEmpty());
            assertThat(session.lease().isHeld())
                    .as("nobody can tell it from a suspension of the machine (L4)")
                    .isFalse();
            assertThat(handle.getState().isAlive()).isTrue();
            rig.restartServer();
            awaitState(session, CONNECTED);
            eventually(() -> assertThat(session.lease().isHeld()).isTrue());

            assertThat(handleOf(session)).isSameAs(handle);
            assertThat(idOf(session)).isEqualTo(id);
            assertThat(generationOf(session)).isEqualTo(1);
            assertThat(rig.heard().states()).doesNotContain(LOST, FAILED);
        }
    }

    private static final class JumpsWhileConnected extends Scenario {
        @Override
        void play(SessionRig rig, CapturedLog log) throws Exception {
            ResilientSession session = rig.connect(SessionRig.SESSION_TIMEOUT);
            long id = idOf(session);

            var lapses = new AtomicInteger();
            session.lease().onLapse(lapses::incrementAndGet);

            Clock.jump(Duration.ofHours(1));
            eventually(() -> assertThat(lapses).hasValue(1));
            eventually(() -> assertThat(session.lease().isHeld()).isTrue());

            Clock.jump(Duration.ofHours(-2));
            Duration before = session.report().inState();
            eventually(() -> {
                assertThat(session.lease().isHeld()).as("held all the time").isTrue();
                assertThat(session.report().inState().minus(before))
                        .as("for more than a timeout")
                        .isGreaterThan(SessionRig.SESSION_TIMEOUT);
            });
            assertThat(lapses).hasValue(1);
            assertThat(idOf(session)).isEqualTo(id);
            assertThat(rig.heard().states()).endsWith(CONNECTED).doesNotContain(SUSPENDED, LOST);

            rig.server().expireSession(id);
            Sessions.awaitGeneration(session, 2);
            assertThat(Clock.readings()).as("the client's looks at this clock").isPositive();
        }
    }

    private static final class JumpWhileSilent extends Scenario {
        /** Longer than a test waits. */
        private static final Duration TIMEOUT = SessionRig.PATIENCE.multipliedBy(2);

        @Override
        void play(SessionRig rig, CapturedLog log) throws Exception {
            ResilientSession session = rig.connect(TIMEOUT);
            assertThat(session.info().orElseThrow().negotiatedTimeout()).isEqualTo(TIMEOUT);
            var lapses = new AtomicInteger();
            session.lease().onLapse(lapses::incrementAndGet);
            rig.proxy().freeze();

            Clock.jump(Duration.ofHours(1));

            eventually(() -> assertThat(lapses).hasValue(1));
            assertThat(session.lease().isHeld()).isFalse();
            rig.proxy().thaw();
            eventually(() -> assertThat(session.lease().isHeld()).isTrue());
        }
    }

    /** Runs inside the other class loader. */
    private abstract static class Scenario implements Runnable {
        abstract void play(SessionRig rig, CapturedLog log) throws Exception;

        @Override
        public void run() {
            assertThat(getClass().getClassLoader().getName()).isEqualTo("jumping-wall-clock");
            try (var rig = new SessionRig();
                    var log = new CapturedLog("org.apache.curator")) {
                play(rig, log);
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        }
    }
}
