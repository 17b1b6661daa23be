package io.perennial.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class BackoffTest {
    private static final Duration INITIAL = Duration.ofMillis(100);
    private static final Duration MAX = Duration.ofMillis(1_000);
    private static final int DRAWS = 2_000;

    @Test
    void doublesTheBoundUpToTheMaximum() {
        int[] bounds = {100, 200, 400, 800, 1_000, 1_000};

        for (int attempt = 1; attempt <= bounds.length; attempt++) {
            Set<Long> drawn = draw(attempt);
            assertThat(drawn).as("attempt %d", attempt).allSatisfy(d -> assertThat(d)
                    .isPositive());
            long longest = drawn.stream().mapToLong(Long::longValue).max().orElseThrow();
            // The chance that 2,000 draws all miss the upper tenth is 10^-92.
            assertThat(longest).as("attempt %d", attempt).isBetween(bounds[attempt - 1] * 9L / 10, (long)
                    bounds[attempt - 1]);
        }
    }

    @Test
    @Tag("S-53")
    @Timeout(5)
    void takesNoTime_howeverManyAttemptsThereWere() {
        assertThat(Backoff.doubling(INITIAL, MAX).apply(Integer.MAX_VALUE)).isEqualTo(MAX.toMillis());
    }

    @Test
    void spreadsClientsThatHaveReachedTheMaximum() {
        Set<Long> saturated = draw(50);

        // Resilience4j's own random back-off would give the maximum each time: a herd.
        assertThat(saturated).hasSizeGreaterThan(500);
        assertThat(saturated.stream().filter(d -> d < 100))
                .as("short ones, too")
                .isNotEmpty();
    }

    @Test
    void beginsAnew_whenReset() {
        var backoff = new Backoff(INITIAL, MAX);
        for (int i = 0; i < 10; i++) {
            backoff.next();
        }
        assertThat(backoff.attempts()).isEqualTo(10);

        backoff.reset();

        assertThat(backoff.attempts()).isZero();
        assertThat(backoff.next()).isLessThanOrEqualTo(INITIAL);
    }

    private static Set<Long> draw(int attempt) {
        var interval = Backoff.fullJitter(INITIAL, MAX);
        Set<Long> drawn = new HashSet<>();
        IntStream.range(0, DRAWS).forEach(i -> drawn.add(interval.apply(attempt)));
        return drawn;
    }
}
