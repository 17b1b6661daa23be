package io.perennial.spring.boot.metrics;

import static io.perennial.SessionState.CLOSED;
import static io.perennial.SessionState.CONNECTED;
import static io.perennial.SessionState.CONNECTING;
import static io.perennial.SessionState.FAILED;
import static io.perennial.SessionState.LATENT;
import static io.perennial.SessionState.LOST;
import static io.perennial.SessionState.READ_ONLY;
import static io.perennial.SessionState.RESTORING;
import static io.perennial.SessionState.SUSPENDED;
import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.LossDiagnosis;
import io.perennial.SessionState;
import io.perennial.SessionTransition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class OutageClockTest {
    private final OutageClock clock = new OutageClock();

    /** Through these states, with 1 s in the first, 10 s in the second, 100 s in the third and so on. */
    private List<Duration> outages(SessionState... states) {
        var outages = new ArrayList<Duration>();
        long seconds = 1;
        for (int i = 1; i < states.length; i++) {
            Duration over = clock.heard(new SessionTransition(
                    states[i - 1],
                    states[i],
                    SessionTransition.Cause.CONNECTED,
                    null,
                    Duration.ofSeconds(seconds),
                    null,
                    ""));
            if (over != null) {
                outages.add(over);
            }
            seconds *= 10;
        }
        return outages;
    }

    @Test
    void doesNotCountTheFirstConnection() {
        assertThat(outages(LATENT, CONNECTING, RESTORING, CONNECTED, CLOSED)).isEmpty();
    }

    @Test
    void countsFromTheLoss_untilConnected() {
        assertThat(outages(CONNECTED, SUSPENDED, CONNECTED, SUSPENDED)).containsExactly(Duration.ofSeconds(10));
    }

    @Test
    void countsTheRestorationToo() {
        assertThat(outages(CONNECTED, SUSPENDED, LOST, RESTORING, CONNECTED)).containsExactly(Duration.ofSeconds(1110));
    }

    @Test
    void isOneOutage_whenTheRestorationBreaksOff() {
        assertThat(outages(CONNECTED, SUSPENDED, RESTORING, SUSPENDED, RESTORING, CONNECTED))
                .containsExactly(Duration.ofSeconds(11_110));
    }

    @Test
    void countsFailuresAndReadOnlyTimes() {
        assertThat(outages(CONNECTED, FAILED, LOST, READ_ONLY, CONNECTED)).containsExactly(Duration.ofSeconds(1110));
    }

    private static SessionTransition lost(SessionState from, Duration inFrom, Duration silence) {
        var diagnosis = new LossDiagnosis(LossDiagnosis.Kind.LOCAL_PAUSE, silence, silence, "this JVM did not run");
        return new SessionTransition(
                from, LOST, SessionTransition.Cause.LEASE_ELAPSED, null, inFrom, diagnosis, "no acknowledgement");
    }

    private static SessionTransition restored(Duration afterLoss) {
        return new SessionTransition(
                LOST, CONNECTED, SessionTransition.Cause.RESTORED, null, afterLoss, null, "all is back");
    }

    @Test
    @Tag("H5")
    void countsTheSilenceBeforeALoss_asWhenTheJvmStoodStill() {
        outages(CONNECTED, SUSPENDED);

        assertThat(clock.heard(lost(SUSPENDED, Duration.ofMillis(44), Duration.ofSeconds(13))))
                .isNull();
        assertThat(clock.heard(restored(Duration.ofMillis(80)))).isEqualTo(Duration.ofMillis(13_080));
    }

    @Test
    @Tag("H5")
    void countsTheSilenceBeforeALoss_thatFollowsWithoutASuspension() {
        assertThat(clock.heard(lost(CONNECTED, Duration.ofHours(1), Duration.ofSeconds(13))))
                .isNull();
        assertThat(clock.heard(restored(Duration.ofMillis(80)))).isEqualTo(Duration.ofMillis(13_080));
    }

    @Test
    void countsAnewEachTime() {
        assertThat(outages(CONNECTED, SUSPENDED, CONNECTED, SUSPENDED, CONNECTED))
                .containsExactly(Duration.ofSeconds(10), Duration.ofSeconds(1_000));
    }
}
