package io.perennial.soak.check;

import static io.perennial.soak.check.Made.fact;
import static io.perennial.soak.check.Made.hear;
import static io.perennial.soak.check.Made.millis;
import static io.perennial.soak.check.Made.noGaps;
import static io.perennial.soak.check.Made.set;
import static io.perennial.soak.check.Made.transaction;
import static io.perennial.soak.check.Made.twoEpochs;
import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.soak.history.Fact;
import io.perennial.soak.history.Fact.Effect;
import io.perennial.soak.history.Fact.Outcome;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OutcomeJudgeTest {
    private static final Transaction ONCE = transaction(1, 7, set("/a", "#1"), set("/b", "#1"));
    private static final Transaction AGAIN = transaction(2, 7, set("/a", "#1"));

    @ParameterizedTest
    @CsvSource({
        "STRUCTURED, APPLIED, 0, 1",
        "STRUCTURED, APPLIED, 1, 0",
        "STRUCTURED, APPLIED, 2, 1",
        "STRUCTURED, NOT_APPLIED, 0, 0",
        "STRUCTURED, NOT_APPLIED, 1, 1",
        "STRUCTURED, UNKNOWN, 1, 0",
        "STRUCTURED, UNKNOWN, 2, 1",
        "ONCE, APPLIED, 2, 1",
        "ONCE, NOT_APPLIED, 1, 1",
        "IDEMPOTENT, APPLIED, 0, 1",
        "IDEMPOTENT, APPLIED, 2, 0",
        "IDEMPOTENT, NOT_APPLIED, 1, 0",
    })
    void holdsWhatWasToldAgainstTheLog(Effect effect, Outcome outcome, int times, int found) {
        List<Transaction> log = List.of(ONCE, AGAIN).subList(0, times);

        assertThat(hear(new OutcomeJudge(noGaps(log.toArray(Transaction[]::new))), told(effect, outcome, 0, 10)))
                .hasSize(found);
    }

    @Test
    void leavesOutWhatWasUnderWayWhenTheDataWereExchanged() {
        var gaps = twoEpochs(List.of(ONCE), List.of(ONCE, AGAIN));

        assertThat(hear(new OutcomeJudge(gaps), told(Effect.ONCE, Outcome.APPLIED, 900, 2_100)))
                .isEmpty();
    }

    @Test
    void countsWhatABackupRepeatsAsOne() {
        var gaps = twoEpochs(List.of(ONCE), List.of(ONCE));

        assertThat(hear(new OutcomeJudge(gaps), told(Effect.ONCE, Outcome.APPLIED, 0, 10)))
                .isEmpty();
    }

    @Test
    void claimsNothingOfWhatOneServerAloneHas() {
        Transaction lonely = new Transaction(1, 1, 7, 1, List.of(set("/a", "#1")), false);

        assertThat(hear(
                        new OutcomeJudge(noGaps(lonely)),
                        told(Effect.ONCE, Outcome.APPLIED, 0, 10),
                        told(Effect.ONCE, Outcome.NOT_APPLIED, 0, 10)))
                .isEmpty();
    }

    private static Fact told(Effect effect, Outcome outcome, long fromMillis, long toMillis) {
        return fact(
                millis(toMillis), Fact.Kind.WRITE, "w0s0", "#1", effect, outcome, millis(fromMillis), "so they say");
    }
}
