package io.perennial.soak.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.soak.work.Resources;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ResourceJudgeTest {
    private static final long SECOND = 1_000_000_000;

    @Test
    void passesNoise() {
        var judge = new ResourceJudge();
        List<Finding> findings = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            findings.addAll(judge.look(0, look(i, 40 + i % 3, 100L * i)));
        }

        assertThat(findings).isEmpty();
        assertThat(judge.finish()).isEmpty();
    }

    @Test
    void findsThreadsThatAddUp() {
        var judge = new ResourceJudge();
        for (int i = 0; i < 12; i++) {
            judge.look(0, look(i, 40 + 4 * i, 0));
        }

        assertThat(judge.finish())
                .singleElement()
                .extracting(Finding::what)
                .asString()
                .contains("threads");
    }

    @Test
    void findsAFloodOfLogLines() {
        var judge = new ResourceJudge();
        judge.look(0, look(0, 40, 0));

        assertThat(judge.look(0, look(1, 40, 100_000))).hasSize(1);
    }

    private static Resources look(int minute, long threads, long lines) {
        return new Resources(minute * 60 * SECOND, threads, 8, 30 << 20, lines);
    }
}
