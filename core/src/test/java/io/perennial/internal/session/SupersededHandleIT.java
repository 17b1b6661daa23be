package io.perennial.internal.session;

import static io.perennial.SessionState.CONNECTED;
import static io.perennial.SessionState.LOST;
import static io.perennial.testing.Sessions.eventually;
import static io.perennial.testing.Sessions.generationOf;
import static io.perennial.testing.Sessions.handleOf;
import static io.perennial.testing.Sessions.idOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.ResilientSession;
import io.perennial.SessionTransition;
import io.perennial.test.NoLeaks;
import io.perennial.testing.SessionRig;
import io.perennial.testing.Sessions;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.curator.framework.state.ConnectionState;
import org.apache.zookeeper.WatchedEvent;
import org.apache.zookeeper.Watcher.Event.EventType;
import org.apache.zookeeper.Watcher.Event.KeeperState;
import org.apache.zookeeper.ZooKeeper;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A handle whose event thread is held up delivers its events when its successor lives already (Helix #2815). */
@ExtendWith(NoLeaks.class)
@Tag("S-05")
class SupersededHandleIT {
    @AutoClose
    private final SessionRig rig = new SessionRig();

    @Test
    @DisplayName("Late Expired, Disconnected, SyncConnected and Closed of an earlier handle change nothing")
    void leavesTheSuccessorAlone_whenAnEarlierHandlesEventsComeLate() throws Exception {
        ResilientSession session = rig.connect(SessionRig.SESSION_TIMEOUT);
        var curatorHeard = new CopyOnWriteArrayList<ConnectionState>();
        session.curator().getConnectionStateListenable().addListener((client, state) -> curatorHeard.add(state));
        ZooKeeper old = handleOf(session);
        Thread oldEvents = eventThreadOf(1);
        try (var hold = new HeldThread(session, "/held")) {
            awaitResumption(session);
            long id = idOf(session);
            ZooKeeper successor = handleOf(session);
            eventually(() -> assertThat(curatorHeard).endsWith(ConnectionState.RECONNECTED));
            curatorHeard.clear();
            List<SessionTransition> before = session.report().recentTransitions();
            int accepted = rig.proxy().connectionsAccepted();

            // The library itself has let Expired be queued when it gave the handle up.
            for (KeeperState late : List.of(
                    KeeperState.Disconnected, KeeperState.SyncConnected, KeeperState.Closed, KeeperState.Expired)) {
                old.getTestable().queueEvent(new WatchedEvent(EventType.None, late, null));
            }
            hold.release();
            eventually(() ->
                    assertThat(oldEvents.isAlive()).as("events still to come").isFalse());
            roundTrip(session);

            assertThat(handleOf(session)).isSameAs(successor);
            assertThat(successor.getState().isConnected()).isTrue();
            assertThat(session.report().recentTransitions()).isEqualTo(before);
            assertThat(idOf(session)).isEqualTo(id);
            assertThat(generationOf(session)).isEqualTo(1);
            assertThat(curatorHeard).isEmpty();
            assertThat(rig.proxy().connectionsAccepted()).isEqualTo(accepted);
            assertThat(rig.heard().to(LOST)).hasSize(1);
        }
    }

    @Test
    @DisplayName("Closing an earlier handle does not close its successor")
    void leavesTheSuccessorAlone_whenAnEarlierHandleIsClosedOrExpiredByTheApplication() throws Exception {
        ResilientSession session = rig.connect();
        ZooKeeper old = handleOf(session);
        old.getTestable().injectSessionExpiration();
        awaitResumption(session);
        eventually(() -> assertThat(handleOf(session)).isNotSameAs(old));
        long id = idOf(session);
        List<SessionTransition> before = session.report().recentTransitions();

        old.getTestable().injectSessionExpiration();
        old.close();
        roundTrip(session);

        assertThat(session.report().recentTransitions()).isEqualTo(before);
        assertThat(idOf(session)).isEqualTo(id);
        assertThat(rig.server().isSessionAlive(id)).isTrue();
    }

    private void awaitResumption(ResilientSession session) {
        eventually(() -> {
            assertThat(rig.heard().to(LOST)).hasSize(1);
            assertThat(session.state()).isEqualTo(CONNECTED);
        });
    }

    /** Through everything that could still be on its way: Curator, the handle, the server. */
    private void roundTrip(ResilientSession session) throws Exception {
        session.curator().checkExists().forPath("/");
        session.curator().sync().forPath("/");
    }

    private static Thread eventThreadOf(int handle) {
        return Sessions.threadsNamed("perennial-tested-handle-" + handle + "-EventThread")
                .get(0);
    }
}
