package io.perennial.internal.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class RetryTimeTest {
    private static final long NOW = Long.MAX_VALUE - 1; // the clock overflows
    private static final long SECOND = Duration.ofSeconds(1).toNanos();
    /** Draws the least. */
    private static final RandomGenerator LEAST = () -> 0;

    private final RetryTime retry = new RetryTime();

    @Test
    void comesLaterEachTime_upToABound() {
        assertThat(waitAfterFailure()).isEqualTo(7_500 * SECOND / 1_000);
        assertThat(waitAfterFailure()).isEqualTo(15 * SECOND);
        assertThat(waitAfterFailure()).isEqualTo(30 * SECOND);
        for (int i = 0; i < 100; i++) {
            retry.failed(NOW, LEAST);
        }
        assertThat(waitAfterFailure()).isEqualTo(225 * SECOND);
    }

    @Test
    void isDrawn_fromThreeQuartersToFiveQuarters() {
        var random = new Random(4711);
        for (int i = 0; i < 1_000; i++) {
            var drawn = new RetryTime();
            drawn.failed(NOW, random);
            assertThat(drawn.until(NOW)).isBetween(7_500 * SECOND / 1_000, 12_500 * SECOND / 1_000);
        }
    }

    @Test
    void isDueToTheNanosecond_orAtOnceWhenToldSo() {
        long wait = waitAfterFailure();
        assertThat(retry.isDue(NOW + wait - 1)).isFalse();
        assertThat(retry.isDue(NOW + wait)).isTrue();

        retry.setDue(NOW);

        assertThat(retry.isDue(NOW)).isTrue();
        assertThat(waitAfterFailure()).as("the attempts still count").isEqualTo(15 * SECOND);
    }

    @Test
    void followsAnother_thatComesLater_andBecomesAsRareAsThat() {
        var other = new RetryTime();
        other.failed(NOW, LEAST);
        other.failed(NOW, LEAST);
        retry.failed(NOW, LEAST);

        retry.notBefore(other);
        assertThat(retry.until(NOW)).isEqualTo(15 * SECOND);
        assertThat(waitAfterFailure()).isEqualTo(30 * SECOND);

        retry.notBefore(other);
        assertThat(retry.until(NOW)).as("it comes later already").isEqualTo(30 * SECOND);
    }

    private long waitAfterFailure() {
        retry.failed(NOW, LEAST);
        return retry.until(NOW);
    }
}
