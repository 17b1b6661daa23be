package io.perennial.internal.session;

import static io.perennial.SessionState.CONNECTED;
import static io.perennial.testing.Sessions.awaitGeneration;
import static io.perennial.testing.Sessions.eventually;
import static io.perennial.testing.Sessions.generationOf;
import static io.perennial.testing.Sessions.handleOf;
import static io.perennial.testing.Sessions.idOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.ResilientSession;
import io.perennial.SessionInfo;
import io.perennial.test.NoLeaks;
import io.perennial.testing.SessionRig;
import io.perennial.testing.Sessions;
import java.time.Duration;
import java.util.Optional;
import org.apache.zookeeper.ZooKeeper;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(NoLeaks.class)
@Tag("S-07")
class ExpiryStormIT {
    private static final int EXPIRIES = 10;

    @AutoClose
    private final SessionRig rig = new SessionRig();

    @Test
    void countsOneGenerationForEachSession_whenTheServerExpiresTenInARow() throws Exception {
        ResilientSession session = rig.connect(Duration.ofSeconds(10));
        long id = idOf(session);

        for (int expiry = 1; expiry <= EXPIRIES; expiry++) {
            rig.server().expireSession(id);
            id = awaitAnotherSession(session, id); // restored or not
        }
        awaitGeneration(session, EXPIRIES + 1);

        assertOneHandle(session);
        eventually(() -> assertThat(rig.heard().states()).endsWith(CONNECTED));
        rig.heard().assertUnbroken();
        rig.heard().assertGenerationsUpTo(EXPIRIES + 1);
    }

    @Test
    void keepsSessionAndGeneration_whenTenExpiriesAreInjected() throws Exception {
        ResilientSession session = rig.connect(Duration.ofSeconds(10));
        long id = idOf(session);

        for (int expiry = 1; expiry <= EXPIRIES; expiry++) {
            ZooKeeper injured = handleOf(session);
            injured.getTestable().injectSessionExpiration();
            eventually(() -> {
                assertThat(handleOf(session)).isNotSameAs(injured);
                assertThat(session.info()).isPresent(); // restored or not
            });
        }
        Sessions.awaitState(session, CONNECTED);

        assertThat(idOf(session)).isEqualTo(id);
        assertThat(generationOf(session)).isEqualTo(1);
        assertOneHandle(session);
        eventually(() -> assertThat(rig.heard().states()).endsWith(CONNECTED));
        rig.heard().assertUnbroken();
    }

    @Test
    void settles_whenExpiriesAreInjectedBeforeTheHandlesConnect() throws Exception {
        ResilientSession session = rig.connect(Duration.ofSeconds(10));

        for (int expiry = 1; expiry <= EXPIRIES; expiry++) {
            ZooKeeper injured = handleOf(session);
            injured.getTestable().injectSessionExpiration();
            eventually(() -> assertThat(handleOf(session)).isNotSameAs(injured));
        }
        Sessions.awaitState(session, CONNECTED);

        // A handle that was never connected cannot be told from one that was refused: then a new session is the safe
        // way.
        assertOneHandle(session);
        eventually(() -> assertThat(rig.heard().states()).endsWith(CONNECTED));
        rig.heard().assertUnbroken();
        rig.heard().assertGenerationsUpTo(generationOf(session));
    }

    @Test
    void settles_whenBothKindsAreMixed() throws Exception {
        ResilientSession session = rig.connect(Duration.ofSeconds(10));

        for (int expiry = 1; expiry <= EXPIRIES / 2; expiry++) {
            long generation = expiry;
            handleOf(session).getTestable().injectSessionExpiration();
            eventually(() -> assertThat(session.info()).isPresent());
            rig.server().expireSession(idOf(session));
            eventually(() -> assertThat(session.info())
                    .hasValueSatisfying(i -> assertThat(i.generation()).isGreaterThan(generation)));
        }

        awaitGeneration(session, EXPIRIES / 2 + 1);
        assertOneHandle(session);
    }

    private long awaitAnotherSession(ResilientSession session, long than) {
        eventually(() -> assertThat(session.info().map(SessionInfo::sessionId))
                .isPresent()
                .isNotEqualTo(Optional.of(than)));
        return idOf(session);
    }

    private void assertOneHandle(ResilientSession session) {
        eventually(() -> {
            assertThat(Sessions.threadsNamed("perennial-tested-handle-"))
                    .as("the two threads of one handle")
                    .hasSize(2);
            assertThat(rig.proxy().openConnections()).isEqualTo(1);
            assertThat(handleOf(session).getSessionId()).isEqualTo(idOf(session));
        });
        assertThat(rig.server().sessionIds()).contains(idOf(session));
    }
}
