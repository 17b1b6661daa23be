package io.perennial.internal.request;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RateLimitTest {
    private static final long TENTH = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long NOW = Long.MAX_VALUE - TENTH; // the clock overflows

    private final RateLimit limit = new RateLimit(10);

    @Test
    void letsPassAtOnce_whatHasHadItsTime() {
        assertThat(limit.reserve(3, NOW)).as("the first").isZero();
        assertThat(limit.reserve(1, NOW + TENTH)).as("nothing is reserved").isEqualTo(2 * TENTH);
        assertThat(limit.reserve(1, NOW + 3 * TENTH - 1)).isEqualTo(1);
        assertThat(limit.reserve(1, NOW + 3 * TENTH)).isZero();
        assertThat(limit.reserve(1, NOW + 3 * TENTH)).isEqualTo(TENTH);
    }

    @Test
    void letsTheFirstPassAtOnce_whateverTheClockSays() {
        assertThat(limit.reserve(1, -NOW)).isZero();
        assertThat(limit.reserve(1, -NOW)).isEqualTo(TENTH);
    }

    @Test
    void savesNothingUp() {
        limit.reserve(1, NOW);

        assertThat(limit.reserve(1, NOW + 50 * TENTH)).isZero();
        assertThat(limit.reserve(1, NOW + 50 * TENTH)).isEqualTo(TENTH);
    }

    @Test
    void letsEverythingPass_whereThereIsNoRate() {
        var none = new RateLimit(0);

        assertThat(none.reserve(1_000, NOW)).isZero();
        assertThat(none.reserve(1_000, NOW)).isZero();
    }
}
