package io.perennial.internal.ephemeral;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class FailureCountsTest {
    private static final long MINUTE = Duration.ofMinutes(1).toNanos();

    private final FailureCounts failures = new FailureCounts();

    @Test
    void hasLookedTooOften_afterTenLooksWithoutRest() {
        look(9);
        assertThat(failures.hasLookedTooOften()).isFalse();
        look(1);
        assertThat(failures.hasLookedTooOften()).isTrue();
        failures.rest();
        assertThat(failures.hasLookedTooOften()).isFalse();
    }

    @Test
    void isSentAlone_afterThreeTransactionsThatFailed() {
        failures.batchFailed();
        failures.batchFailed();
        assertThat(failures.failsBatches()).isFalse();
        failures.batchFailed();
        assertThat(failures.failsBatches()).isTrue();
        failures.exists();
        assertThat(failures.failsBatches()).isFalse();
    }

    @Test
    void isSentAloneAtOnce_whenItIsSuspect() {
        failures.isSuspect();
        assertThat(failures.failsBatches()).isTrue();
        failures.forget();
        assertThat(failures.failsBatches()).isFalse();
    }

    @Test
    void hasItsParentsMadeThreeTimes_untilItHasToWait() {
        for (int round = 0; round < 2; round++) {
            for (int i = 0; i < 3; i++) {
                assertThat(failures.parentsMadeTooOften()).isFalse();
            }
            assertThat(failures.parentsMadeTooOften()).isTrue();
        }
    }

    @Test
    void hasItsParentsMadeAnew_whenItStoodInBetween() {
        makeParents(3);
        failures.exists();
        assertThat(failures.parentsMadeTooOften()).isFalse();
        makeParents(2);
        failures.forget();
        assertThat(failures.parentsMadeTooOften()).isFalse();
    }

    @Test
    void countsRefusals_untilNothingIsRefused() {
        assertThat(failures.refused()).isEqualTo(1);
        assertThat(failures.refused()).isEqualTo(2);
        failures.forget();
        assertThat(failures.refusals()).isEqualTo(2);
        failures.accepted();
        assertThat(failures.refusals()).isZero();
    }

    @Test
    @Tag("S-21")
    void countsDeletionsInShortIntervals() {
        long now = Long.MAX_VALUE - MINUTE / 2;
        assertThat(failures.deletedAgain(now)).as("the first").isFalse();
        assertThat(failures.deletedAgain(now + MINUTE - 1)).isTrue();
        assertThat(failures.deletions()).isEqualTo(2);
        assertThat(failures.deletedAgain(now + 2 * MINUTE - 1))
                .as("a minute later")
                .isFalse();
        assertThat(failures.deletions()).isEqualTo(1);
    }

    @Test
    @Tag("S-21")
    void countsDeletionsAnew_inANewServerSession() {
        assertThat(failures.deletedAgain(0)).isFalse();
        failures.forget();
        assertThat(failures.deletedAgain(1)).isFalse();
    }

    private void look(int times) {
        for (int i = 0; i < times; i++) {
            failures.looked();
        }
    }

    private void makeParents(int times) {
        for (int i = 0; i < times; i++) {
            boolean unused = failures.parentsMadeTooOften();
        }
    }
}
