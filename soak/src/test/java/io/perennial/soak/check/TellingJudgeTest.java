package io.perennial.soak.check;

import static io.perennial.soak.check.Made.fact;
import static io.perennial.soak.check.Made.hear;
import static io.perennial.soak.check.Made.millis;
import static io.perennial.soak.check.Made.noGaps;
import static io.perennial.soak.check.Made.twoEpochs;
import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.soak.history.Fact;
import java.util.List;
import org.junit.jupiter.api.Test;

class TellingJudgeTest {
    @Test
    void passesANodeThatChangesAndGoesAndComesBack() {
        assertThat(hear(
                        new TellingJudge(noGaps()),
                        watch("NODE"),
                        told(1, -1, -1, 0),
                        told(1, 5, 5, 0),
                        told(1, 5, 8, 0),
                        told(2, -1, -1, 0),
                        told(2, 9, 9, 0)))
                .isEmpty();
    }

    @Test
    void findsANodesStateToldTwice() {
        assertThat(hear(new TellingJudge(noGaps()), watch("NODE"), told(1, 5, 8, 0), told(1, 5, 8, 0)))
                .hasSize(1);
    }

    @Test
    void findsAZxidThatGoesBack() {
        assertThat(hear(new TellingJudge(noGaps()), watch("NODE"), told(1, 5, 8, 0), told(1, 5, 7, 0)))
                .hasSize(1);
    }

    @Test
    void findsANodeThatComesBackFromThePast() {
        assertThat(hear(
                        new TellingJudge(noGaps()),
                        watch("NODE"),
                        told(1, 5, 8, 0),
                        told(1, -1, -1, 0),
                        told(1, 5, 8, 0)))
                .hasSize(1);
    }

    @Test
    void findsAGenerationThatGoesBack() {
        assertThat(hear(new TellingJudge(noGaps()), watch("NODE"), told(2, 5, 8, 0), told(1, 5, 9, 0)))
                .hasSize(1);
    }

    @Test
    void holdsATreesGenerationsByPath() {
        assertThat(hear(
                        new TellingJudge(noGaps()),
                        watch("TREE"),
                        told(2, "CREATED", "/t/a", 8, 8),
                        told(1, "CREATED", "/t/b", 5, 5),
                        told(1, "CHANGED", "/t/a", 8, 9)))
                .hasSize(1);
    }

    @Test
    void passesAZxidThatGoesBackWithTheServersData() {
        assertThat(hear(
                        new TellingJudge(twoEpochs(List.of(), List.of())),
                        watch("NODE"),
                        told(1, 5, 8, 0),
                        fact(millis(2_500), Fact.Kind.TOLD, "w0s0", "w", 1, 5, 7, 0)))
                .isEmpty();
    }

    @Test
    void passesChildrenThatComeAndGo() {
        assertThat(hear(
                        new TellingJudge(noGaps()),
                        watch("CHILDREN"),
                        told(1, "a,b", "b,a", ""),
                        told(1, "a,c", "c", "b"),
                        told(1, "a,c", "", "")))
                .isEmpty();
    }

    @Test
    void findsAChildThatWasNotToldOf() {
        assertThat(hear(
                        new TellingJudge(noGaps()),
                        watch("CHILDREN"),
                        told(1, "a,b", "a,b", ""),
                        told(1, "a,b,c", "", "")))
                .hasSize(1);
    }

    @Test
    void passesATreeThatGrowsAndShrinks() {
        assertThat(hear(
                        new TellingJudge(noGaps()),
                        watch("TREE"),
                        told(1, "CREATED", "/t", 1, 1),
                        told(1, "CREATED", "/t/a", 2, 2),
                        told(1, "CHANGED", "/t/a", 2, 3),
                        told(1, "DELETED", "/t/a", -1, -1),
                        told(1, "CREATED", "/t/a", 5, 5)))
                .isEmpty();
    }

    @Test
    void findsWhatATreeTellsTwice() {
        assertThat(hear(
                        new TellingJudge(noGaps()),
                        watch("TREE"),
                        told(1, "CREATED", "/t", 1, 1),
                        told(1, "CREATED", "/t", 1, 1),
                        told(1, "CHANGED", "/t", 1, 1),
                        told(1, "DELETED", "/t", -1, -1),
                        told(1, "DELETED", "/t", -1, -1)))
                .hasSize(3);
    }

    private static Fact watch(String kind) {
        return fact(0, Fact.Kind.WATCH, "w0s0", "w", kind, "/t");
    }

    private static Fact told(long generation, Object... values) {
        Object[] all = new Object[values.length + 2];
        all[0] = "w";
        all[1] = generation;
        System.arraycopy(values, 0, all, 2, values.length);
        return fact(1, Fact.Kind.TOLD, "w0s0", all);
    }
}
