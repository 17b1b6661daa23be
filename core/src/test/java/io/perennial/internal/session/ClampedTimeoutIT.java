package io.perennial.internal.session;

import static io.perennial.SessionState.CONNECTED;
import static io.perennial.SessionState.FAILED;
import static io.perennial.SessionState.RESTORING;
import static io.perennial.testing.Sessions.awaitState;
import static io.perennial.testing.Sessions.eventually;
import static io.perennial.testing.Sessions.idOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.ClampPolicy;
import io.perennial.ResilientSession;
import io.perennial.SessionInfo;
import io.perennial.SessionTransition;
import io.perennial.SessionTransition.Cause;
import io.perennial.test.NoLeaks;
import io.perennial.testing.CapturedLog;
import io.perennial.testing.SessionRig;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** 80 s that silently became 20 s; the rig's server grants from 0.2 s to 60 s at a tick of 0.2 s. */
@ExtendWith(NoLeaks.class)
@Tag("S-37")
class ClampedTimeoutIT {
    private static final Duration REQUESTED = Duration.ofSeconds(80);

    @AutoClose
    private final SessionRig rig = new SessionRig();

    @AutoClose
    private final CapturedLog written = CapturedLog.ofSessions();

    private ResilientSession start(Duration requested, ClampPolicy policy) {
        return rig.start(b -> b.sessionTimeout(requested).onTimeoutClamped(policy));
    }

    private void reconfigure(Duration min, Duration max) {
        rig.server().reconfigure(min, max);
    }

    private List<String> warnings() {
        return written.lines().stream()
                .filter(line -> line.startsWith("WARN") && line.contains("asked for a session timeout"))
                .toList();
    }

    private List<String> details(Cause cause) {
        return rig.heard().all().stream()
                .filter(t -> t.cause() == cause)
                .map(SessionTransition::detail)
                .toList();
    }

    @Test
    void warnsOnce_andTellsItInTransitionAndReport() throws Exception {
        ResilientSession session = start(REQUESTED, ClampPolicy.WARN);
        assertThat(session.awaitConnected(SessionRig.PATIENCE)).isTrue();

        SessionInfo info = session.report().session();
        assertThat(info.requestedTimeout()).isEqualTo(REQUESTED);
        assertThat(info.negotiatedTimeout()).isEqualTo(Duration.ofSeconds(60));
        assertThat(session.report().toString()).contains("asked for a session timeout of 80000 ms, granted 60000 ms");
        assertThat(session.lease().remaining()).isBetween(Duration.ofSeconds(50), Duration.ofSeconds(60));
        assertThat(warnings())
                .singleElement()
                .asString()
                .contains("its maxSessionTimeout is 60000 ms", "maxSessionTimeout=80000", "tickTime=4000");

        rig.proxy().cut();
        eventually(() -> assertThat(rig.heard().to(CONNECTED)).hasSize(2));

        assertThat(details(Cause.SESSION_CREATED))
                .containsExactly("the server made a new session; asked for a session"
                        + " timeout of 80000 ms, granted 60000 ms");
        assertThat(details(Cause.CONNECTED)).noneMatch(detail -> detail.contains("asked for"));
        assertThat(warnings()).as("no news").hasSize(1);
    }

    /**
     * The client's part of the timeout for one server is of what is granted, 50 ms of it if reckoned by what was asked
     * for.
     */
    @Test
    @Tag("C6")
    void waitsForASlowServer_asTheConnectTimeoutSays_howeverMuchWasAskedFor() throws Exception {
        reconfigure(Duration.ofSeconds(1), Duration.ofSeconds(4));
        ResilientSession session = rig.start(b -> b.sessionTimeout(REQUESTED).connectTimeout(Duration.ofSeconds(1)));
        assertThat(session.awaitConnected(SessionRig.PATIENCE)).isTrue();
        int connections = rig.proxy().connectionsAccepted();

        rig.proxy().delayHandshakes(Duration.ofMillis(400));
        rig.proxy().cut();
        eventually(() -> assertThat(rig.heard().to(CONNECTED)).hasSize(2));

        assertThat(rig.proxy().connectionsAccepted()).isEqualTo(connections + 1);
    }

    @Test
    void tellsItAgain_whenAnotherServerGrantsAnotherTimeout_toTheSameSession() throws Exception {
        ResilientSession session = start(REQUESTED, ClampPolicy.WARN);
        assertThat(session.awaitConnected(SessionRig.PATIENCE)).isTrue();
        long id = idOf(session);

        reconfigure(Duration.ofSeconds(1), Duration.ofSeconds(40));
        eventually(() -> assertThat(rig.heard().to(CONNECTED)).hasSize(2));

        assertThat(idOf(session)).isEqualTo(id);
        assertThat(session.info().orElseThrow().negotiatedTimeout()).isEqualTo(Duration.ofSeconds(40));
        assertThat(details(Cause.CONNECTED)).last().asString().contains("asked for", "granted 40000 ms");
        assertThat(warnings()).hasSize(2).last().asString().contains("its maxSessionTimeout is 40000 ms");

        reconfigure(Duration.ofSeconds(1), REQUESTED);
        eventually(() -> assertThat(rig.heard().to(CONNECTED)).hasSize(3));
        assertThat(details(Cause.CONNECTED)).last().asString().endsWith("its timeout is 80000 ms, as requested");

        reconfigure(Duration.ofSeconds(1), Duration.ofSeconds(40));
        eventually(() -> assertThat(rig.heard().to(CONNECTED)).hasSize(4));
        assertThat(details(Cause.CONNECTED)).last().asString().contains("granted 40000 ms");
        assertThat(warnings()).as("told before").hasSize(2);
    }

    @Test
    void namesTheMinimum_whenTheServerGrantsMore() throws Exception {
        reconfigure(Duration.ofSeconds(6), Duration.ofSeconds(60));

        ResilientSession session = start(Duration.ofSeconds(4), ClampPolicy.WARN);
        assertThat(session.awaitConnected(SessionRig.PATIENCE)).isTrue();

        assertThat(session.info().orElseThrow().negotiatedTimeout()).isEqualTo(Duration.ofSeconds(6));
        assertThat(warnings())
                .singleElement()
                .asString()
                .contains("its minSessionTimeout is 6000 ms", "minSessionTimeout=4000", "or ask for 6000 ms");
    }

    @Test
    void saysNothing_whenThatIsThePolicy() throws Exception {
        ResilientSession session = start(REQUESTED, ClampPolicy.IGNORE);
        assertThat(session.awaitConnected(SessionRig.PATIENCE)).isTrue();

        assertThat(session.report().session().negotiatedTimeout()).isEqualTo(Duration.ofSeconds(60));
        assertThat(session.report().problems()).isEmpty();
        assertThat(session.report().recentTransitions())
                .noneSatisfy(transition -> assertThat(transition.detail()).contains("SessionTimeout"));
        assertThat(warnings()).isEmpty();
    }

    @Test
    @DisplayName("FAIL: no node is made in such a session, the reason is told, and told anew when it changes")
    void fails_whenThatIsThePolicy_andRecovers_whenTheServerIsReconfigured() throws Exception {
        ResilientSession session = start(REQUESTED, ClampPolicy.FAIL);
        session.ephemerals().register("/mine", new byte[0]);
        awaitState(session, FAILED);

        assertThat(session.lease().isHeld()).isFalse();
        assertThat(session.info()).isEmpty();
        assertThat(session.report().problems())
                .first()
                .asString()
                .contains("granted 60000 ms", "maxSessionTimeout=80000");
        eventually(() -> assertThat(details(Cause.TIMEOUT_CLAMPED))
                .singleElement()
                .asString()
                .contains("the server granted 60000 ms, so its maxSessionTimeout is 60000 ms"));

        reconfigure(Duration.ofSeconds(1), Duration.ofSeconds(40));
        eventually(
                () -> assertThat(session.report().problems()).first().asString().contains("granted 40000 ms"));
        assertThat(session.state()).isEqualTo(FAILED);
        assertThat(warnings()).hasSize(2).last().asString().contains("granted 40000 ms");
        assertThat(rig.observer().exists("/mine")).isFalse();

        reconfigure(Duration.ofSeconds(1), REQUESTED);
        awaitState(session, CONNECTED);
        assertThat(session.info().orElseThrow().negotiatedTimeout()).isEqualTo(REQUESTED);
        assertThat(session.lease().isHeld()).isTrue();
        assertThat(rig.observer().ownerOf("/mine")).contains(idOf(session));
        eventually(() -> assertThat(rig.heard().states()).endsWith(FAILED, RESTORING, CONNECTED));
        assertThat(warnings()).hasSize(2);
    }
}
