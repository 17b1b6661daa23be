package io.perennial.internal.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("S-50")
class CloseBudgetTest {
    private final AtomicBoolean ownerLives = new AtomicBoolean(true);

    @Test
    void givesEachStepItsShareOfTheCloseTimeout() {
        var budget = new CloseBudget(Duration.ofHours(10), ownerLives::get);

        assertThat(left(budget, 0.5)).isBetween(Duration.ofHours(4), Duration.ofHours(5));
        assertThat(left(budget, 1)).isBetween(Duration.ofHours(9), Duration.ofHours(10));
        assertThat(budget.isSpent(0.5)).isFalse();
        assertThat(budget.isSpent(0)).isTrue();
    }

    @Test
    @DisplayName("gives four seconds from the owner's end on, also when that comes in the middle")
    void isCut_whenTheOwnerEnds() {
        var budget = new CloseBudget(Duration.ofHours(10), ownerLives::get);
        assertThat(left(budget, 1)).isGreaterThan(Duration.ofHours(9));

        ownerLives.set(false);

        assertThat(left(budget, 1)).isPositive().isLessThanOrEqualTo(CloseBudget.AFTER_THE_OWNERS_END);
        assertThat(left(budget, 0.5)).isLessThanOrEqualTo(CloseBudget.AFTER_THE_OWNERS_END.dividedBy(2));
    }

    @Test
    void neverGivesMoreThanTheCloseTimeout() {
        ownerLives.set(false);
        var budget = new CloseBudget(Duration.ofMillis(100), ownerLives::get);

        assertThat(left(budget, 1)).isLessThanOrEqualTo(Duration.ofMillis(100));
    }

    private static Duration left(CloseBudget budget, double share) {
        return Duration.ofNanos(budget.nanosLeft(share));
    }
}
