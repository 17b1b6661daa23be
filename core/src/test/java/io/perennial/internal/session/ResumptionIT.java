package io.perennial.internal.session;

import static io.perennial.SessionState.CONNECTED;
import static io.perennial.SessionState.LOST;
import static io.perennial.SessionState.RESTORING;
import static io.perennial.SessionState.SUSPENDED;
import static io.perennial.testing.Sessions.awaitState;
import static io.perennial.testing.Sessions.eventually;
import static io.perennial.testing.Sessions.generationOf;
import static io.perennial.testing.Sessions.handleOf;
import static io.perennial.testing.Sessions.idOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.LossDiagnosis.Kind;
import io.perennial.ResilientSession;
import io.perennial.SessionTransition;
import io.perennial.SessionTransition.Cause;
import io.perennial.test.NoLeaks;
import io.perennial.testing.SessionRig;
import io.perennial.testing.Sessions;
import java.time.Duration;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.curator.framework.state.ConnectionState;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.data.Stat;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(NoLeaks.class)
@Tag("S-03")
@DisplayName("An outage in which the servers' clocks stood still")
class ResumptionIT {
    private static final Duration TIMEOUT = Duration.ofSeconds(4);

    @AutoClose
    private final SessionRig rig = new SessionRig();

    @Test
    void resumesTheOldSession_whenTheServerWasDownLongerThanTheTimeout() throws Exception {
        ResilientSession session = rig.connect(TIMEOUT);
        long id = idOf(session);
        Stat before = rig.registerEphemeral(session, "/mine");

        rig.stopServer();
        awaitState(session, LOST);
        assertThat(session.lease().isHeld()).isFalse();
        assertThat(session.info()).isEmpty();
        rig.restartServer();
        awaitState(session, CONNECTED);

        assertThat(idOf(session)).isEqualTo(id);
        assertThat(generationOf(session)).isEqualTo(1);
        assertThat(rig.observer().stat("/mine")).contains(before);
        assertThat(session.lease().isHeld()).isTrue();
        assertThat(session.lease().generation()).isEqualTo(1);
        eventually(() -> assertThat(rig.heard().states()).endsWith(CONNECTED, SUSPENDED, LOST, RESTORING, CONNECTED));
        assertThat(rig.heard().causes())
                .endsWith(Cause.CONNECTION_LOST, Cause.LEASE_ELAPSED, Cause.SESSION_RESUMED, Cause.RESTORED);
    }

    @Test
    void saysThatNoServerCouldBeReached() throws Exception {
        ResilientSession session = rig.connect(SessionRig.SESSION_TIMEOUT);

        rig.stopServer();
        awaitState(session, LOST);

        assertThat(session.report().lastLoss()).satisfies(loss -> {
            assertThat(loss.kind()).isEqualTo(Kind.NO_SERVER);
            assertThat(loss.silence()).isGreaterThanOrEqualTo(SessionRig.SESSION_TIMEOUT);
        });
        eventually(() -> assertThat(rig.heard().to(LOST))
                .extracting(SessionTransition::diagnosis)
                .containsExactly(session.report().lastLoss()));
    }

    @Test
    @DisplayName("The client itself gives a handle up 4/3 of a timeout after it was made")
    void resumesTheOldSession_whenTheServerRefusesForSeveralTimeouts() throws Exception {
        assertResumedAfterALongOutage(rig::stopServer, rig::restartServer);
    }

    @Test
    @DisplayName("Connections are accepted and cut at once: then the client never gives up")
    void resumesTheOldSession_whenConnectionsAreCutForSeveralTimeouts() throws Exception {
        assertResumedAfterALongOutage(rig.server()::stop, rig.server()::restart);
    }

    private void assertResumedAfterALongOutage(Runnable begin, Runnable end) throws Exception {
        ResilientSession session = rig.connect(TIMEOUT);
        long id = idOf(session);
        Stat before = rig.registerEphemeral(session, "/mine");

        begin.run();
        awaitState(session, LOST);
        eventually(() -> assertThat(session.report().inState())
                .isGreaterThan(TIMEOUT.multipliedBy(3).dividedBy(2)));
        end.run();
        awaitState(session, CONNECTED);

        assertThat(idOf(session)).isEqualTo(id);
        assertThat(generationOf(session)).isEqualTo(1);
        assertThat(rig.observer().stat("/mine")).contains(before);
        assertThat(rig.heard().to(LOST)).hasSize(1);
    }

    @Test
    void givesCuratorTheNewHandle() throws Exception {
        ResilientSession session = rig.build(b -> b.sessionTimeout(TIMEOUT));
        var curatorHeard = new CopyOnWriteArrayList<ConnectionState>();
        session.curator().getConnectionStateListenable().addListener((client, state) -> curatorHeard.add(state));
        session.start();
        assertThat(session.awaitConnected(SessionRig.PATIENCE)).isTrue();
        ZooKeeper before = handleOf(session);

        rig.stopServer();
        awaitState(session, LOST);
        rig.restartServer();
        awaitState(session, CONNECTED);

        session.curator().create().forPath("/lasting");
        assertThat(handleOf(session)).isNotSameAs(before);
        assertThat(before.getState().isAlive()).isFalse();
        eventually(() -> assertThat(curatorHeard).endsWith(ConnectionState.RECONNECTED));
        assertThat(curatorHeard).startsWith(ConnectionState.CONNECTED, ConnectionState.SUSPENDED);
    }

    @Test
    void resumesTheOldSession_timeAfterTime() throws Exception {
        ResilientSession session = rig.connect(TIMEOUT);
        long id = idOf(session);
        Stat before = rig.registerEphemeral(session, "/mine");

        for (int outage = 0; outage < 2; outage++) {
            rig.stopServer();
            awaitState(session, LOST);
            rig.restartServer();
            awaitState(session, CONNECTED);
        }

        assertThat(idOf(session)).isEqualTo(id);
        assertThat(generationOf(session)).isEqualTo(1);
        assertThat(rig.observer().stat("/mine")).contains(before);
        eventually(() -> assertThat(Sessions.threadsNamed("perennial-tested-handle-"))
                .as("the threads of one handle")
                .hasSize(2));
    }
}
