package io.perennial.internal.session;

import static io.perennial.SessionState.CONNECTED;
import static io.perennial.SessionState.SUSPENDED;
import static io.perennial.testing.Sessions.eventually;
import static io.perennial.testing.Sessions.generationOf;
import static io.perennial.testing.Sessions.handleOf;
import static io.perennial.testing.Sessions.idOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.ResilientSession;
import io.perennial.SessionState;
import io.perennial.SessionTransition;
import io.perennial.test.NoLeaks;
import io.perennial.testing.SessionRig;
import io.perennial.testing.Sessions;
import java.time.Duration;
import java.util.List;
import org.apache.zookeeper.ZooDefs.OpCode;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.data.Stat;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(NoLeaks.class)
@Tag("S-01")
class ConnectionLossIT {
    private static final Duration LONG_TIMEOUT = Duration.ofSeconds(20);

    @AutoClose
    private final SessionRig rig = new SessionRig();

    @Test
    void keepsSession_whenConnectionDropsWithinTimeout() throws Exception {
        ResilientSession session = rig.connect(LONG_TIMEOUT);
        long id = idOf(session);
        ZooKeeper handle = handleOf(session);
        Stat before = rig.createEphemeral(session, "/mine");
        long lastTransaction = rig.server().lastZxid();
        rig.proxy().resetCounters();

        rig.proxy().cut();

        awaitReconnects(session, 1);
        assertThat(idOf(session)).isEqualTo(id);
        assertThat(generationOf(session)).isEqualTo(1);
        assertThat(handleOf(session)).isSameAs(handle);
        assertThat(session.lease().isHeld()).isTrue();
        assertThat(rig.proxy().requests(OpCode.createSession)).as("handshakes").isEqualTo(1);
        assertThat(rig.proxy().writes()).as("writes of ours").isZero();
        assertThat(rig.server().lastZxid()).as("the server's last transaction").isEqualTo(lastTransaction);
        assertThat(rig.observer().stat("/mine")).contains(before);
        assertNoLossHeard();
    }

    @Test
    void keepsSession_whenConnectionDropsAgainAndAgain() throws Exception {
        ResilientSession session = rig.connect(LONG_TIMEOUT);
        long id = idOf(session);
        Stat before = rig.createEphemeral(session, "/mine");
        long lastTransaction = rig.server().lastZxid();

        for (int cut = 1; cut <= 5; cut++) {
            rig.proxy().cut();
            awaitReconnects(session, cut);
        }

        assertThat(idOf(session)).isEqualTo(id);
        assertThat(rig.server().lastZxid()).isEqualTo(lastTransaction);
        assertThat(rig.observer().stat("/mine")).contains(before);
        assertNoLossHeard();
    }

    @Test
    void keepsSession_whenServerRestartsWithinTimeout() throws Exception {
        ResilientSession session = rig.connect(LONG_TIMEOUT);
        long id = idOf(session);
        Stat before = rig.createEphemeral(session, "/mine");

        rig.server().stop();
        Sessions.awaitState(session, SUSPENDED);
        assertThat(session.info()).as("the session in hand").isPresent();
        rig.server().restart();

        awaitReconnects(session, 1);
        assertThat(idOf(session)).isEqualTo(id);
        assertThat(rig.observer().stat("/mine")).contains(before);
        assertNoLossHeard();
    }

    @Test
    void showsTheSameSession_toItsEstablishingDay_whenReconnected() throws Exception {
        ResilientSession session = rig.connect(LONG_TIMEOUT);
        var before = session.info().orElseThrow();

        rig.proxy().cut();
        awaitReconnects(session, 1);

        assertThat(session.info().orElseThrow().establishedAt()).isEqualTo(before.establishedAt());
    }

    private void awaitReconnects(ResilientSession session, int count) {
        eventually(() -> {
            assertThat(rig.heard().to(SUSPENDED)).hasSize(count);
            assertThat(session.state()).isEqualTo(CONNECTED);
            assertThat(rig.heard().states()).endsWith(CONNECTED);
        });
    }

    private void assertNoLossHeard() {
        List<SessionTransition> heard = rig.heard().all();
        rig.heard().assertUnbroken();
        assertThat(heard).extracting(SessionTransition::to).doesNotContain(SessionState.LOST, SessionState.FAILED);
        assertThat(heard).extracting(SessionTransition::diagnosis).containsOnlyNulls();
        assertThat(heard)
                .filteredOn(t -> t.session() != null)
                .extracting(t -> t.session().generation())
                .containsOnly(1L);
    }
}
