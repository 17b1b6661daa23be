package io.perennial.internal.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("C3")
class TrialBudgetTest {
    private static final long NOW = Long.MAX_VALUE - 1; // the clock overflows
    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    private final TrialBudget budget = new TrialBudget();

    @Test
    void allowsTwelveTrialsAtOnce_thenOneInTenSeconds() {
        IntStream.range(0, 11).forEach(i -> budget.trialLost(NOW));
        assertThat(budget.untilTrial(NOW)).isZero();

        budget.trialLost(NOW);
        assertThat(budget.untilTrial(NOW)).isEqualTo(10 * SECOND);
        assertThat(budget.untilTrial(NOW + 10 * SECOND)).isZero();

        budget.trialLost(NOW + 10 * SECOND);
        assertThat(budget.untilTrial(NOW + 10 * SECOND)).isEqualTo(10 * SECOND);
    }

    @Test
    void allowsThreeRetriesAtOnce_thenOneInFifteenSeconds() {
        assertThat(budget.untilRetry(NOW)).isZero();
        budget.retryLost(NOW);
        budget.retryLost(NOW);
        assertThat(budget.untilRetry(NOW)).isZero();

        budget.retryLost(NOW);

        assertThat(budget.untilRetry(NOW)).isEqualTo(15 * SECOND);
        assertThat(budget.untilTrial(NOW)).as("trials need not wait for that").isZero();
    }

    @Test
    void savesNothingUp() {
        budget.trialLost(NOW);

        long later = NOW + 3_600 * SECOND;
        IntStream.range(0, 12).forEach(i -> budget.trialLost(later));

        assertThat(budget.untilTrial(later)).isEqualTo(10 * SECOND);
    }

    @Test
    void makesRetriesWait_whileTrialsAreMadeUpFor() {
        IntStream.range(0, 6).forEach(i -> budget.trialLost(NOW));

        assertThat(budget.untilTrial(NOW)).isZero();
        assertThat(budget.untilRetry(NOW)).isEqualTo(30 * SECOND);
    }

    @Test
    void forgivesTrials_butNoRetries() {
        IntStream.range(0, 20).forEach(i -> budget.trialLost(NOW));
        IntStream.range(0, 4).forEach(i -> budget.retryLost(NOW));

        budget.forgiveTrials();

        assertThat(budget.untilTrial(NOW)).isZero();
        assertThat(budget.untilRetry(NOW)).isEqualTo(30 * SECOND);
    }
}
