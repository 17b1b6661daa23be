package io.perennial.internal.session;

import static io.perennial.SessionState.CONNECTED;
import static io.perennial.SessionState.LOST;
import static io.perennial.SessionState.RESTORING;
import static io.perennial.testing.Sessions.awaitGeneration;
import static io.perennial.testing.Sessions.awaitState;
import static io.perennial.testing.Sessions.eventually;
import static io.perennial.testing.Sessions.generationOf;
import static io.perennial.testing.Sessions.handleOf;
import static io.perennial.testing.Sessions.idOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.ClampPolicy;
import io.perennial.LossDiagnosis.Kind;
import io.perennial.ResilientSession;
import io.perennial.SessionTransition.Cause;
import io.perennial.test.NoLeaks;
import io.perennial.testing.SessionRig;
import java.time.Duration;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.data.Stat;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(NoLeaks.class)
@Tag("S-04")
class ExpiryIT {
    @AutoClose
    private final SessionRig rig = new SessionRig();

    @Test
    void beginsTheNextGeneration_whenTheServerClosesTheSession() throws Exception {
        ResilientSession session = rig.connect();
        long id = idOf(session);
        rig.createEphemeral(session, "/mine");

        rig.server().expireSession(id);
        awaitGeneration(session, 2);

        assertThat(idOf(session)).isNotEqualTo(id);
        assertThat(rig.server().isSessionAlive(idOf(session))).isTrue();
        assertThat(rig.observer().exists("/mine")).isFalse();
        assertThat(session.lease().isHeld()).isTrue();
        assertThat(session.lease().generation()).isEqualTo(2);
        session.curator().create().forPath("/lasting");
        eventually(() -> assertThat(rig.heard().states()).endsWith(LOST, RESTORING, CONNECTED));
        assertThat(rig.heard().causes()).endsWith(Cause.SESSION_EXPIRED, Cause.SESSION_CREATED, Cause.RESTORED);
        rig.heard().assertUnbroken();
        assertThat(session.report().lastLoss()).satisfies(loss -> {
            assertThat(loss.kind()).isEqualTo(Kind.EXPIRED_BY_SERVER);
            assertThat(loss.explanation()).contains("closed there");
        });
    }

    @Test
    void beginsTheNextGeneration_whenSomebodyElseClosesTheSession() throws Exception {
        ResilientSession session = rig.connect();
        long id = idOf(session);

        rig.observer().closeSessionOf(id, handleOf(session).getSessionPasswd());
        awaitGeneration(session, 2);

        assertThat(idOf(session)).isNotEqualTo(id);
        assertThat(rig.server().isSessionAlive(id)).isFalse();
    }

    @Test
    void beginsTheNextGeneration_whenTheServerExpiredTheSessionDuringAPartition() throws Exception {
        ResilientSession session = rig.connect(Duration.ofSeconds(4));
        long id = idOf(session);
        rig.createEphemeral(session, "/mine");

        rig.proxy().disconnect();
        eventually(() -> {
            boolean alive = rig.server().isSessionAlive(id);
            assertThat(alive && session.lease().isHeld() || !session.lease().isHeld())
                    .as("the lease is not held when the server has expired the session")
                    .isTrue();
            assertThat(alive).isFalse();
        });
        awaitState(session, LOST);
        rig.proxy().accept();
        awaitGeneration(session, 2);

        assertThat(idOf(session)).isNotEqualTo(id);
        assertThat(rig.observer().exists("/mine")).isFalse();
        eventually(() -> assertThat(rig.heard().states()).endsWith(LOST, RESTORING, CONNECTED));
        assertThat(rig.heard().to(LOST))
                .as("one loss, told once")
                .singleElement()
                .satisfies(t -> {
                    assertThat(t.cause()).isEqualTo(Cause.LEASE_ELAPSED);
                    assertThat(t.session()).isNull();
                });
    }

    @Test
    void saysThatTheServerWasSilent_whenPacketsVanish() throws Exception {
        ResilientSession session = rig.connect();
        long id = idOf(session);

        rig.proxy().freeze();
        awaitState(session, LOST);
        assertThat(session.report().lastLoss().kind()).isEqualTo(Kind.SERVER_SILENT);
        eventually(() -> assertThat(rig.server().isSessionAlive(id)).isFalse());
        rig.proxy().thaw();

        awaitGeneration(session, 2);
        assertThat(rig.heard().to(LOST)).hasSize(1);
    }

    @Test
    @DisplayName("A client-side injection leaves the server's session alive: it is taken over again (KillSession)")
    void keepsTheServersSession_whenExpiryIsOnlyInjectedAtTheClient() throws Exception {
        ResilientSession session = rig.connect();
        long id = idOf(session);
        Stat before = rig.registerEphemeral(session, "/mine");
        long lastTransaction = rig.server().lastZxid();
        ZooKeeper injured = handleOf(session);

        injured.getTestable().injectSessionExpiration();
        eventually(() -> assertThat(rig.heard().states()).endsWith(LOST, RESTORING, CONNECTED));

        assertThat(rig.heard().causes()).endsWith(Cause.SESSION_EXPIRED, Cause.SESSION_RESUMED, Cause.RESTORED);
        assertThat(idOf(session)).isEqualTo(id);
        assertThat(generationOf(session)).isEqualTo(1);
        assertThat(rig.observer().stat("/mine")).contains(before);
        assertThat(rig.server().lastZxid()).isEqualTo(lastTransaction);
        eventually(() -> assertThat(handleOf(session)).isNotSameAs(injured));
        session.curator().setData().forPath("/mine", new byte[] {2});
    }

    @Test
    @DisplayName("An application that closes the handle itself closes the session at the server: a new one")
    void beginsTheNextGeneration_whenTheApplicationClosesTheHandle() throws Exception {
        ResilientSession session = rig.connect();
        long id = idOf(session);

        handleOf(session).close();
        awaitGeneration(session, 2);

        assertThat(rig.server().isSessionAlive(id)).isFalse();
        eventually(() -> assertThat(rig.heard().to(LOST)).isNotEmpty());
    }

    @Test
    @DisplayName("SyncConnected told late, when the server has refused the session meanwhile")
    void takesNoRefusedSessionForAConnection_whenTheEventThreadIsSlow() throws Exception {
        ResilientSession session =
                rig.connect(b -> b.sessionTimeout(Duration.ofSeconds(20)).onTimeoutClamped(ClampPolicy.FAIL));
        long id = idOf(session);
        ZooKeeper handle = handleOf(session);

        try (var held = new HeldThread(session, "/held")) {
            int accepted = rig.server().connectionsAccepted();
            rig.proxy().cut();
            eventually(() -> {
                assertThat(rig.server().connectionsAccepted()).isGreaterThan(accepted);
                assertThat(handle.getState().isConnected()).isTrue();
            });
            rig.server().expireSession(id);
            eventually(() -> assertThat(handle.getState().isAlive()).isFalse());
        }
        awaitGeneration(session, 2);

        eventually(() -> assertThat(rig.heard().states()).endsWith(LOST, RESTORING, CONNECTED));
        assertThat(rig.heard().causes()).doesNotContain(Cause.TIMEOUT_CLAMPED);
    }
}
