package io.perennial.internal.connect;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("S-42")
class AdmissionTest {
    private static final long NOW = 17;
    private static final long A_MINUTE_LATER = NOW + Duration.ofMinutes(1).toNanos();

    private final Admission admission = new Admission();

    @Test
    void admits_untilNoServerIsReachable() {
        assertThat(admission.admits()).isTrue();

        admission.hold(NOW);

        assertThat(admission.admits()).isFalse();
    }

    @Test
    void admitsNothingInALongPause_andOwesItNoAttemptInVain() {
        admission.pause();
        assertThat(admission.admits()).isFalse();

        admission.attempt();
        assertThat(admission.admits()).isTrue();
    }

    @Test
    void wantsNoAttemptInVain_whenNothingWaits() {
        assertThat(admission.hold(NOW)).isFalse();
        assertThat(admission.hold(A_MINUTE_LATER)).isFalse();
    }

    @Test
    void wantsOneAttemptInVain_forWhatWaits_andOneMoreForTheLate() {
        admission.admits();

        assertThat(admission.hold(NOW)).isTrue();
        assertThat(admission.hold(A_MINUTE_LATER - 1)).isFalse();
        assertThat(admission.hold(A_MINUTE_LATER)).isTrue();
        assertThat(admission.hold(A_MINUTE_LATER + A_MINUTE_LATER)).isFalse();
    }

    @Test
    void admitsAgain_forAnAttemptThatMaySucceed() {
        admission.hold(NOW);

        admission.attempt();

        assertThat(admission.admits()).isTrue();
    }

    @Test
    @Tag("C1")
    void admitsAgain_whenAConnectionIsEstablished_whateverLedToIt() {
        admission.admits();
        admission.hold(NOW);

        admission.connected();

        assertThat(admission.admits()).isTrue();
    }

    @Test
    @Tag("C1")
    void owesTheLateOfAnEarlierOutageNothing() {
        admission.admits();
        admission.hold(NOW);
        admission.connected();

        assertThat(admission.hold(A_MINUTE_LATER)).isFalse();
    }
}
