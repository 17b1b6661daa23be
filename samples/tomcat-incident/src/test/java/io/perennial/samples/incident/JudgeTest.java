package io.perennial.samples.incident;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class JudgeTest {
    @Test
    void holds_whenTheOrphanIsSickAndTheOthersAreClean() {
        Report report = Courses.asExpected();

        assertThat(report.verdicts()).allMatch(Verdict::holds);
        assertThat(report.exitCode()).isZero();
        assertThat(report.verdicts().get(0).connections()).isEqualTo(40);
        assertThat(report.verdicts().get(0).perMinute()).isEqualTo(40);
        assertThat(report.verdicts()).extracting(Verdict::outcome).startsWith("never clean", "clean after 0.3 s");
        assertThat(report.verdicts()).extracting(Verdict::node).startsWith("gone after 40.0 s", "gone after 0.3 s");
    }

    @Test
    void fails_whenTheRawClientLeavesNothing() {
        Verdict verdict = judge(Courses.clean(Variant.RAW), Mode.STORM);

        assertThat(verdict.problems())
                .satisfiesExactly(
                        problem -> assertThat(problem).contains("no thread is left"),
                        problem -> assertThat(problem).contains("collected"),
                        problem -> assertThat(problem).contains("no storm"));
        assertThat(Courses.report(Courses.clean(Variant.RAW)).exitCode()).isEqualTo(1);
    }

    @Test
    void fails_whenAnotherVariantIsAsSickAsTheRawClient() {
        Course orphan = Courses.orphan();

        Verdict verdict = judge(
                new Course(Variant.CORE, orphan.connections(), orphan.samples(), orphan.threadNames()), Mode.STORM);

        assertThat(verdict.problems())
                .satisfiesExactly(
                        problem -> assertThat(problem).contains("main-EventThread, main-SendThread"),
                        problem -> assertThat(problem).contains("left open: 1"),
                        problem -> assertThat(problem).contains("class loader"),
                        problem -> assertThat(problem).contains("made after the start had failed: 40"));
    }

    @Test
    void fails_whenCleaningTakesTooLong() {
        var slow = new Course(Variant.REAPED, List.of(-4.0), Courses.samples(0.3, 5.2, 2, true), List.of());

        assertThat(judge(slow, Mode.STORM).problems()).containsExactly("clean only after 5.2 s");
    }

    @Test
    void fails_whenOnlyTheClassLoaderIsKept() {
        var kept = new Course(Variant.LISTENER, List.of(-4.0), Courses.samples(0.3, 0.3, 2, false), List.of());

        Verdict verdict = judge(kept, Mode.STORM);

        assertThat(verdict.problems()).containsExactly("its class loader is still reachable");
        assertThat(verdict.outcome()).isEqualTo("gone after 0.3 s, its classes are not");
    }

    @Test
    void wantsALivingSession_fromAGhost() {
        var ghost = new Course(
                Variant.RAW,
                List.of(-4.0, -3.5, 10.9),
                Courses.samples(Courses.ENDED + 1, Courses.ENDED + 1, 2, false),
                List.of("main-SendThread"));

        assertThat(judge(ghost, Mode.GHOST).holds()).isTrue();
        assertThat(judge(ghost, Mode.STORM).problems())
                .singleElement()
                .asString()
                .contains("no storm");
        assertThat(judge(Courses.orphan(), Mode.GHOST).problems())
                .singleElement()
                .asString()
                .contains("no ghost");
    }

    @Test
    void isNotContent_withNothing() {
        assertThat(Courses.report().exitCode()).isEqualTo(1);
    }

    private static Verdict judge(Course course, Mode mode) {
        return Judge.judge(course, mode, Courses.RESTARTED, Courses.ENDED);
    }
}
