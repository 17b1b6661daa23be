package io.perennial.internal.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.SessionState;
import io.perennial.SessionTransition;
import io.perennial.SessionTransition.Cause;
import io.perennial.internal.connect.ConnectString;
import io.perennial.internal.engine.HandTicker;
import io.perennial.internal.restore.Attachment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TransitionReporterTest {
    private final List<SessionTransition> told = new ArrayList<>();
    private final StateMachine states = new StateMachine("tested", new HandTicker(), told::add);
    private final TransitionReporter transitions = new TransitionReporter(states, () -> null, () -> null);

    @BeforeEach
    void connecting() {
        transitions.started(ConnectString.UNKNOWN);
    }

    private SessionTransition last() {
        return told.get(told.size() - 1);
    }

    @ParameterizedTest
    @CsvSource({"RECONNECTED, CONNECTED", "RESUMED, SESSION_RESUMED", "NEW_SESSION, SESSION_CREATED"})
    @Tag("C10")
    void tellsWhatHappened_alsoOnTheWayOutOfAFailure(Attachment how, Cause cause) {
        transitions.failed(Cause.CHROOT_MISSING, "no chroot");

        transitions.attached(how);

        assertThat(last().from()).isEqualTo(SessionState.FAILED);
        assertThat(last().to()).isEqualTo(SessionState.RESTORING);
        assertThat(last().cause()).isEqualTo(cause);
    }

    @Test
    void saysOfTheTimeoutOnce_andOnlyInAStateWithASession() {
        transitions.timeoutNews("; granted 4 s");

        transitions.attached(Attachment.NEW_SESSION);
        transitions.restored("all is back");

        assertThat(told.get(1).detail()).endsWith("; granted 4 s");
        assertThat(last().detail()).isEqualTo("all is back");
        transitions.timeoutNews("; granted 5 s");
        transitions.failed(Cause.AUTH_FAILED, "refused");
        assertThat(last().detail()).isEqualTo("refused");
    }

    @Test
    void isFailedOnce_forTheLatestReason() {
        transitions.failed(Cause.AUTH_FAILED, "refused");
        transitions.failed(Cause.CHROOT_MISSING, "no chroot");

        assertThat(told).hasSize(2);
        assertThat(states.now().cause()).isEqualTo(Cause.CHROOT_MISSING);
        assertThat(states.now().detail()).isEqualTo("no chroot");
    }

    @Test
    void isConnectedByTheRestoration_orByTheConnectionAlone() {
        transitions.attached(Attachment.NEW_SESSION);
        transitions.restored("restored except 1 of 1 nodes");
        assertThat(last().cause()).isEqualTo(Cause.RESTORED);
        assertThat(last().detail()).isEqualTo("restored except 1 of 1 nodes");

        transitions.suspended(Duration.ofMillis(1_234));
        assertThat(last().detail()).contains("1234 ms");
        transitions.restored("nothing of interest");
        assertThat(last().cause()).isEqualTo(Cause.CONNECTED);
    }
}
