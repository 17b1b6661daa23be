package io.perennial.internal.lease;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.perennial.internal.engine.HandTicker;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("L4")
class LeaseTimeTest {
    private static final Duration TOLERANCE = Duration.ofMillis(500);

    private final HandTicker monotonic = new HandTicker();
    private Duration wallIsAhead = Duration.ofDays(7_000);
    private final LeaseTime time = new LeaseTime(monotonic, () -> monotonic.nanos() + wallIsAhead.toNanos(), TOLERANCE);
    private final long begun = monotonic.nanos();

    private Duration passed() {
        return Duration.ofNanos(time.nanos() - begun);
    }

    @Test
    void isTheMonotonicClock_whileTheOtherGoesAlong() {
        monotonic.advance(Duration.ofHours(3));

        assertThat(passed()).isEqualTo(Duration.ofHours(3));
    }

    @Test
    void goesOn_whileTheMonotonicClockStandsStill() {
        wallIsAhead = wallIsAhead.plusMinutes(5);

        assertThat(passed()).isEqualTo(Duration.ofMinutes(5));
        monotonic.advance(Duration.ofSeconds(1));
        assertThat(passed()).isEqualTo(Duration.ofSeconds(301));
    }

    @Test
    @Tag("S-35")
    void takesNoNotice_ofAWallClockThatIsSetBack() {
        wallIsAhead = wallIsAhead.minusHours(1);
        assertThat(passed()).isZero();

        wallIsAhead = wallIsAhead.plusMinutes(5);
        assertThat(passed()).as("a suspension after that").isEqualTo(Duration.ofMinutes(5));
    }

    @Test
    @DisplayName("Short suspensions one after another are noticed once they are as long together")
    void countsWhatIsWithinTheTolerance_onceItIsMore() {
        wallIsAhead = wallIsAhead.plusMillis(400);
        assertThat(passed()).isZero();

        wallIsAhead = wallIsAhead.plusMillis(400);

        assertThat(passed()).isEqualTo(Duration.ofMillis(800));
    }

    @Test
    void takesAStamp_forOneBeforeTheJump_untilTheJumpIsSeen() {
        long before = monotonic.nanos();
        wallIsAhead = wallIsAhead.plusMinutes(5);
        monotonic.advance(Duration.ofMillis(1));
        long unseen = monotonic.nanos();
        monotonic.advance(Duration.ofMillis(1));

        assertThat(time.nanos() - time.of(before))
                .isEqualTo(nanos(Duration.ofMinutes(5).plusMillis(2)));
        assertThat(time.nanos() - time.of(unseen))
                .isEqualTo(nanos(Duration.ofMinutes(5).plusMillis(1)));
        assertThat(time.of(monotonic.nanos())).isEqualTo(time.nanos());
    }

    @Test
    void neverTakesAStampForLater_thanItWas() {
        long first = monotonic.nanos();
        wallIsAhead = wallIsAhead.plusMinutes(5);
        time.nanos();
        monotonic.advance(Duration.ofSeconds(1));
        wallIsAhead = wallIsAhead.plusMinutes(7);

        assertThat(time.nanos() - time.of(first))
                .isEqualTo(nanos(Duration.ofMinutes(12).plusSeconds(1)));
    }

    @Test
    void goesByTheWallClock() {
        assertThat(LeaseTime.systemWallNanos() / 1_000_000)
                .isCloseTo(
                        System.currentTimeMillis(),
                        within(Duration.ofMinutes(10).toMillis()));
    }

    private static long nanos(Duration duration) {
        return duration.toNanos();
    }
}
