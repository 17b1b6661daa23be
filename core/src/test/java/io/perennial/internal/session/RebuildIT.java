package io.perennial.internal.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.perennial.ResilientSession;
import io.perennial.SessionState;
import io.perennial.test.EmbeddedServer;
import io.perennial.test.FaultProxy;
import io.perennial.test.NoLeaks;
import io.perennial.test.Sockets;
import io.perennial.testing.SessionRig;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.apache.zookeeper.WatchedEvent;
import org.apache.zookeeper.Watcher.Event.EventType;
import org.apache.zookeeper.Watcher.Event.KeeperState;
import org.apache.zookeeper.ZooKeeper;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Handles that come and go: none stays behind. */
@ExtendWith(NoLeaks.class)
class RebuildIT {
    /** The session's pools let go of a thread that has done nothing for ten seconds. */
    private static final Duration POOLS_ARE_IDLE = Duration.ofSeconds(60);

    @AutoClose
    private final SessionRig rig = new SessionRig();

    private final EmbeddedServer server = rig.server();
    private final FaultProxy proxy = rig.proxy();

    private ResilientSession.Builder builder() {
        return rig.builder().name("rebuilding").sessionTimeout(Duration.ofSeconds(10));
    }

    private static ZooKeeper handle(ResilientSession session) throws Exception {
        return session.curator().getZookeeperClient().getZooKeeper();
    }

    @Test
    @Tag("S-46")
    @DisplayName("No handle outlives a close while a rebuild is under way, 30 times at random moments (CURATOR-722)")
    void leavesNoHandle_whenClosedWhileRebuilding() throws Exception {
        long seed = System.nanoTime();
        var random = new Random(seed);
        for (int round = 0; round < 30; round++) {
            ResilientSession session = rig.connect(builder());
            if (round % 3 == 0) {
                server.expireSession(session.info().orElseThrow().sessionId());
            } else {
                handle(session).getTestable().injectSessionExpiration();
            }

            LockSupport.parkNanos(random.nextInt(5_000_000));
            session.close();

            String moment = "round %d of seed %d".formatted(round, seed);
            assertThat(session.state()).as(moment).isEqualTo(SessionState.CLOSED);
            assertThat(NoLeaks.clientThreads()).as(moment).isEmpty();
            assertThat(Sockets.connectedTo(proxy.port())).as(moment).isZero();
        }
        int accepted = proxy.connectionsAccepted();
        await().during(Duration.ofMillis(500))
                .untilAsserted(() -> assertThat(proxy.connectionsAccepted()).isEqualTo(accepted));
        await().untilAsserted(() -> assertThat(proxy.openConnections()).isZero());
    }

    @Test
    @Tag("S-46")
    @DisplayName("A late Expired after close makes no handle (CURATOR-722)")
    void makesNoHandle_whenExpiredComesAfterClose() throws Exception {
        ResilientSession session = rig.connect(builder());
        ZooKeeper handle = handle(session);

        session.close();
        int accepted = proxy.connectionsAccepted();
        handle.getTestable().queueEvent(new WatchedEvent(EventType.None, KeeperState.Expired, null));
        handle.getTestable().injectSessionExpiration();

        await().during(Duration.ofMillis(500)).untilAsserted(() -> {
            assertThat(NoLeaks.clientThreads()).isEmpty();
            assertThat(proxy.connectionsAccepted()).isEqualTo(accepted);
        });
    }

    @Test
    @Tag("S-48")
    @DisplayName("100 rebuilds in vain: no thread and no socket more than before")
    void keepsThreadsAndSockets_whenAHundredRebuildsFail() throws Exception {
        // The shorter the timeout, the shorter the pauses between handles that seem to be refused (C15).
        ResilientSession session = rig.connect(builder().sessionTimeout(Duration.ofMillis(500)));
        handle(session).getTestable().injectSessionExpiration();
        await().untilAsserted(() ->
                assertThat(handle(session).getState().isConnected()).isTrue());
        assertThat(session.awaitConnected(Duration.ofSeconds(30))).isTrue();
        // Such a session may be gone for a moment, on a slow machine.
        await().untilAsserted(
                        () -> assertThat(Sockets.connectedTo(proxy.port())).isOne());
        int before = NoLeaks.clientThreads().size();
        proxy.disconnect();
        await().untilAsserted(() -> assertThat(session.state()).isIn(SessionState.SUSPENDED, SessionState.LOST));

        ZooKeeper last = null;
        for (int rebuild = 0; rebuild < 100; rebuild++) {
            last = expireNext(session, last);
        }

        await().atMost(POOLS_ARE_IDLE).untilAsserted(() -> {
            assertThat(NoLeaks.clientThreads()).hasSizeLessThanOrEqualTo(before);
            assertThat(Sockets.connectedTo(proxy.port())).isZero();
        });
        proxy.accept();
        assertThat(session.awaitConnected(Duration.ofSeconds(30))).isTrue();
        await().atMost(POOLS_ARE_IDLE).untilAsserted(() -> {
            assertThat(NoLeaks.clientThreads()).hasSizeLessThanOrEqualTo(before);
            assertThat(Sockets.connectedTo(proxy.port())).isOne();
        });
    }

    /** Waits for another handle than the last one and has it expire. */
    private static ZooKeeper expireNext(ResilientSession session, ZooKeeper last) {
        ZooKeeper next = await().pollInterval(Duration.ofMillis(2))
                .ignoreExceptions()
                .until(
                        () -> handle(session),
                        handle -> handle != last && handle.getState().isAlive());
        next.getTestable().injectSessionExpiration();
        return next;
    }
}
