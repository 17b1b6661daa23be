package io.perennial.samples.incident;

import java.util.ArrayList;
import java.util.List;

/**
 * Compares what was observed of an application with what its variant promises: to leave nothing, or to show the defect.
 */
final class Judge {
    /** "Within five seconds of the owner's end". */
    private static final double LIMIT_SECONDS = 5;
    /** A storm makes about 40 connections a minute; a healthy application makes none. */
    private static final int STORM_PER_MINUTE = 10;

    private static final int STORM_AT_LEAST = 3;

    private final Course course;
    private final List<String> problems = new ArrayList<>();

    private Judge(Course course) {
        this.course = course;
    }

    /**
     * Judges.
     *
     * @param restartedAt when the server was back, in seconds since the start failed
     * @param endedAt when the observation ended
     */
    static Verdict judge(Course course, Mode mode, double restartedAt, double endedAt) {
        int connections = course.connectionsSince(restartedAt);
        double perMinute = connections * 60 / (endedAt - restartedAt);
        var judge = new Judge(course);
        if (course.variant().expectedClean()) {
            judge.clean();
        } else {
            judge.sick(mode, connections, perMinute);
        }
        return new Verdict(course, connections, perMinute, judge.problems);
    }

    private void clean() {
        Sample last = course.last();
        if (last.threads() > 0) {
            problems.add("threads left: " + String.join(", ", course.threadNames()));
        }
        if (last.open() > 0) {
            problems.add("connections left open: " + last.open());
        }
        if (last.node()) {
            problems.add("the server still has its node");
        }
        if (!last.loaderCollected()) {
            problems.add("its class loader is still reachable");
        }
        int late = course.connectionsSince(0);
        if (late > 0) {
            problems.add("connections made after the start had failed: " + late);
        }
        course.cleanSince().ifPresent(since -> {
            if (since > LIMIT_SECONDS) {
                problems.add("clean only after " + Verdict.seconds(since));
            }
        });
    }

    /** A check that never fails would prove nothing: without the library and the reaper it must fail. */
    private void sick(Mode mode, int connections, double perMinute) {
        Sample last = course.last();
        if (last.threads() == 0) {
            problems.add("no thread is left: there is no orphan to compare with");
        }
        if (last.loaderCollected()) {
            problems.add("its class loader was collected, although it should be kept");
        }
        switch (mode) {
            case STORM -> {
                if (connections < STORM_AT_LEAST || perMinute < STORM_PER_MINUTE) {
                    problems.add("no storm of connections after the restart: " + connections);
                }
            }
            case GHOST -> {
                if (!last.node() || last.open() == 0) {
                    problems.add("no ghost: its session has not survived the restart");
                }
            }
        }
    }
}
