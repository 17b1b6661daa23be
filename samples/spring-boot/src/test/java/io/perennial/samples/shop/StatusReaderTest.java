package io.perennial.samples.shop;

import static io.perennial.SessionState.CONNECTED;
import static io.perennial.SessionState.CONNECTING;
import static io.perennial.SessionState.LATENT;
import static io.perennial.SessionState.LOST;
import static io.perennial.SessionState.RESTORING;
import static io.perennial.SessionState.SUSPENDED;
import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.SessionReport;
import io.perennial.SessionState;
import io.perennial.SessionTransition;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class StatusReaderTest {
    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

    @Test
    void whatIsShownIsCurrent_whileTheSessionIsAttached() {
        assertThat(StatusReader.asOf(after(LATENT, CONNECTING, RESTORING, CONNECTED)))
                .isNull();
        assertThat(StatusReader.asOf(after(CONNECTED, SUSPENDED, LOST, RESTORING)))
                .isNull();
    }

    @Test
    void isOfTheMomentWhenTheSessionLeftItsServer() {
        assertThat(StatusReader.asOf(after(RESTORING, CONNECTED, SUSPENDED))).isEqualTo(NOON);
        assertThat(StatusReader.asOf(after(CONNECTED, SUSPENDED, LOST))).isEqualTo(NOON.minusSeconds(1));
    }

    @Test
    void isOfNoMoment_beforeThereWasASession() {
        assertThat(StatusReader.asOf(after(LATENT))).isNull();
        assertThat(StatusReader.asOf(after(LATENT, CONNECTING))).isNull();
    }

    /** A report at noon: the last of these states began right now, each other one lasted a second. */
    private static SessionReport after(SessionState... states) {
        List<SessionTransition> transitions = new ArrayList<>();
        for (int i = 1; i < states.length; i++) {
            transitions.add(new SessionTransition(
                    states[i - 1],
                    states[i],
                    SessionTransition.Cause.CONNECTED,
                    null,
                    Duration.ofSeconds(1),
                    null,
                    ""));
        }
        return new SessionReport(
                "shop",
                NOON,
                states[states.length - 1],
                Duration.ZERO,
                null,
                Duration.ZERO,
                null,
                1,
                1,
                2,
                2,
                0,
                List.of(),
                null,
                transitions,
                List.of());
    }
}
