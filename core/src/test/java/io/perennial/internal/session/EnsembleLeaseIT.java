package io.perennial.internal.session;

import static io.perennial.testing.Sessions.eventually;
import static io.perennial.testing.Sessions.idOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.ResilientSession;
import io.perennial.SessionInfo;
import io.perennial.SessionState;
import io.perennial.internal.lease.LeaseClock;
import io.perennial.test.FaultProxy;
import io.perennial.test.IndependentClient;
import io.perennial.test.NoLeaks;
import io.perennial.test.ServerProcess;
import io.perennial.test.ZooKeeperEnsemble;
import io.perennial.test.ZooKeeperServers;
import io.perennial.testing.SessionRig;
import io.perennial.testing.Sessions;
import java.time.Duration;
import org.apache.zookeeper.CreateMode;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A session on a follower, whom the leader, who alone expires sessions, may not hear. The servers' tick is 0.5 s. */
@ExtendWith(NoLeaks.class)
@Tag("S-34")
class EnsembleLeaseIT {
    /** The heartbeat comes every 2 s: so much the leader's knowledge may be behind the follower's. */
    private static final Duration LONG_TIMEOUT = Duration.ofSeconds(12);

    private static final Duration SHORT_TIMEOUT = Duration.ofSeconds(3);

    @Test
    @DisplayName("A follower dies right after an acknowledgement, before its answer to the leader's next ping")
    void isNotHeld_whenTheLeaderExpiresTheSession_thoughAFollowerHadHeardOfItLater() throws Exception {
        try (var ensemble = ZooKeeperEnsemble.start()) {
            int leader = ensemble.leaderIndex();
            int follower = (leader + 1) % ensemble.size();
            try (var session = connect(ensemble.server(follower).connectString(), LONG_TIMEOUT);
                    var sampler = new LeaseSampler(session.lease(), line -> {});
                    var observer = new IndependentClient(ensemble.server(leader).connectString());
                    var departure = new Departure(observer, "/mine", idOf(session))) {
                awaitHeartbeats(session, 3);

                ensemble.server(follower).kill();
                long killed = System.nanoTime();

                long gone = departure.nanos();
                report("follower killed after an acknowledgement", killed, sampler, gone);
                assertThat(sampler.lastHeld(1)).as("last seen held").isLessThan(gone);
                assertThat(sampler.lapse(1)).as("the hook").isPositive().isLessThan(gone);
            }
        }
    }

    @Test
    @DisplayName("A follower that has lost its leader answers reads for syncLimit ticks, here 10 s")
    void isNotHeld_whenTheLeaderStandsStill() throws Exception {
        try (var ensemble = ZooKeeperEnsemble.start()) {
            int leader = ensemble.leaderIndex();
            var followers = ensemble.server((leader + 1) % ensemble.size()).connectString();
            try (var session = connect(followers, SHORT_TIMEOUT);
                    var sampler = new LeaseSampler(session.lease(), line -> {});
                    var observer = new IndependentClient(
                            ensemble.server((leader + 2) % ensemble.size()).connectString());
                    var departure = new Departure(observer, "/mine", idOf(session))) {
                long id = idOf(session);

                ensemble.server(leader).pause();
                long paused = System.nanoTime();
                eventually(() -> assertThat(sampler.lapse(1)).isPositive());
                long lapsed = sampler.lapse(1);

                assertThat(Duration.ofNanos(lapsed - paused))
                        .as("by itself, not since the follower has left its leader")
                        .isLessThan(SHORT_TIMEOUT.plusSeconds(3));
                assertThat(departure.isGone()).isFalse();
                ensemble.server(leader).resume();
                Sessions.awaitState(session, SessionState.CONNECTED);
                if (idOf(session) != id) {
                    report("leader paused", paused, sampler, departure.nanos());
                    assertThat(sampler.lastHeld(1)).isLessThan(departure.nanos());
                }
            }
        }
    }

    /**
     * Longer than it takes to elect another, who has expired the session by then; this one has not, for it granted more
     * than the session was made with.
     */
    @Test
    @Tag("S-62")
    @DisplayName("A leader that stood still takes the session up before it knows that it is deposed")
    void isNotHeldAgain_byTheWordOfADeposedLeader() throws Exception {
        try (var ensemble = ZooKeeperServers.ensemble(3)
                .tickTime(Duration.ofSeconds(2))
                .syncLimit(2)
                .start()) {
            ServerProcess old = ensemble.server(ensemble.leaderIndex());
            ServerProcess follower = ensemble.server((ensemble.leaderIndex() + 1) % ensemble.size());
            follower.configure("maxSessionTimeout=4000");
            follower.restart();
            try (var proxy = new FaultProxy(follower.port());
                    var session = connect(proxy.connectString(), Duration.ofSeconds(40));
                    var sampler = new LeaseSampler(session.lease(), line -> {});
                    var observer = new IndependentClient(follower.connectString());
                    var departure = new Departure(observer, "/mine", idOf(session))) {
                long id = idOf(session);
                proxy.setTarget("127.0.0.1", old.port());
                proxy.cut();
                Sessions.awaitState(session, SessionState.SUSPENDED);
                Sessions.awaitState(session, SessionState.CONNECTED);
                assertThat(session.info().orElseThrow().negotiatedTimeout()).isEqualTo(Duration.ofSeconds(40));

                old.pause();
                long paused = System.nanoTime();
                proxy.disconnect();
                long gone = departure.nanos();
                int connections = proxy.connectionsAccepted();
                proxy.accept();
                eventually(() -> assertThat(proxy.connectionsAccepted()).isGreaterThan(connections + 1));
                old.resume();

                eventually(() -> assertThat(
                                session.info().map(SessionInfo::sessionId).orElse(id))
                        .isNotEqualTo(id));
                report("leader deposed", paused, sampler, gone);
                assertThat(sampler.lastHeld(1)).isLessThan(gone);
            }
        }
    }

    private static ResilientSession connect(String connectString, Duration timeout) throws Exception {
        ResilientSession session = ResilientSession.builder()
                .name("tested")
                .connectString(connectString)
                .sessionTimeout(timeout)
                .connectTimeout(Duration.ofSeconds(1))
                .closeTimeout(Duration.ofSeconds(1))
                .build()
                .start();
        assertThat(session.awaitConnected(SessionRig.PATIENCE)).isTrue();
        session.curator().create().withMode(CreateMode.EPHEMERAL).forPath("/mine");
        return session;
    }

    /** Returns right after the client has had the answer to one. */
    private static void awaitHeartbeats(ResilientSession session, int count) {
        var lease = (LeaseClock) session.lease();
        long deadline = System.nanoTime() + SessionRig.PATIENCE.toNanos();
        Duration before = lease.silence();
        for (int heard = 0; heard < count; ) {
            Duration now = lease.silence();
            if (now.compareTo(before) < 0) {
                heard++;
            }
            before = now;
            assertThat(System.nanoTime() - deadline).isNegative();
            Thread.onSpinWait();
        }
    }

    private static void report(String what, long fault, LeaseSampler sampler, long gone) {
        System.out.printf(
                "%s: last held %d ms and the hook %d ms after the fault, node gone after %d ms: slack %d ms%n",
                what,
                (sampler.lastHeld(1) - fault) / 1_000_000,
                (sampler.lapse(1) - fault) / 1_000_000,
                (gone - fault) / 1_000_000,
                (gone - sampler.lastHeld(1)) / 1_000_000);
    }
}
