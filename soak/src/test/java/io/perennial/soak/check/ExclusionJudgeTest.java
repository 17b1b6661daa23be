package io.perennial.soak.check;

import static io.perennial.soak.check.Made.closing;
import static io.perennial.soak.check.Made.fact;
import static io.perennial.soak.check.Made.hear;
import static io.perennial.soak.check.Made.millis;
import static io.perennial.soak.check.Made.noGaps;
import static io.perennial.soak.check.Made.twoEpochs;
import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.soak.history.Fact;
import java.util.List;
import org.junit.jupiter.api.Test;

class ExclusionJudgeTest {
    @Test
    void findsTwoHoldersAtOnce() {
        assertThat(hear(new ExclusionJudge(noGaps()), held("w0s0", 7, 100, 300), held("w1s1", 8, 250, 400)))
                .singleElement()
                .extracting(Finding::what)
                .asString()
                .contains("w0s0", "w1s1", "50 ms");
    }

    @Test
    void findsOneWithinAnother() {
        assertThat(hear(
                        new ExclusionJudge(noGaps()),
                        held("w0s0", 7, 100, 900),
                        held("w0s0", 7, 150, 160),
                        held("w1s1", 8, 500, 600)))
                .hasSize(1);
    }

    @Test
    void passesOneAfterTheOther() {
        assertThat(hear(new ExclusionJudge(noGaps()), held("w0s0", 7, 100, 300), held("w1s1", 8, 301, 400)))
                .isEmpty();
    }

    @Test
    void passesAHolderWhoseSessionSomebodyHadClosed() {
        assertThat(hear(
                        new ExclusionJudge(noGaps(closing(200, 7))),
                        held("w0s0", 7, 100, 300),
                        held("w1s1", 8, 250, 400)))
                .isEmpty();
    }

    @Test
    void passesWhatWasHeldBeforeTheDataWereExchanged() {
        assertThat(hear(
                        new ExclusionJudge(twoEpochs(List.of(), List.of())),
                        fact(
                                millis(2_500),
                                Fact.Kind.HELD,
                                "w0s0",
                                "/latch",
                                1,
                                7,
                                millis(900),
                                millis(2_100),
                                millis(2_400)),
                        held("w1s1", 8, 2_200, 2_300)))
                .isEmpty();
    }

    private static Fact held(String session, long id, long fromMillis, long toMillis) {
        return fact(
                millis(toMillis),
                Fact.Kind.HELD,
                session,
                "/latch",
                1,
                id,
                millis(fromMillis),
                millis(fromMillis),
                millis(toMillis));
    }
}
