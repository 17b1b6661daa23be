package io.perennial.samples.incident;

import java.util.List;

/**
 * What has happened, in seconds since the start failed.
 *
 * @param script what was planned
 * @param beganAt the first look, negative
 * @param restartedAt when the server was back
 * @param endedAt the last look
 * @param courses of the variants, in their order
 * @param verdicts on them, in the same order
 */
record Report(
        Script script,
        double beganAt,
        double restartedAt,
        double endedAt,
        List<Course> courses,
        List<Verdict> verdicts) {

    static Report of(Script script, double beganAt, double restartedAt, double endedAt, List<Course> courses) {
        List<Verdict> verdicts = courses.stream()
                .map(course -> Judge.judge(course, script.mode(), restartedAt, endedAt))
                .toList();
        return new Report(script, beganAt, restartedAt, endedAt, courses, verdicts);
    }

    /** The program's exit status: 0 only if all verdicts are good, and there are some. */
    int exitCode() {
        return !verdicts.isEmpty() && verdicts.stream().allMatch(Verdict::holds) ? 0 : 1;
    }
}
