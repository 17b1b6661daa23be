package io.perennial.samples.incident;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.DoubleStream;

/** Courses as a run would give them: three seconds of health, a restart at 10 s, the end at 70 s. */
final class Courses {
    static final double BEGAN = -3;
    static final double RESTARTED = 10;
    static final double ENDED = 70;

    private Courses() {}

    /** The storm: a connection every 1.5 s after the restart, two threads, the node gone at 40 s. */
    static Course orphan() {
        List<Double> connections = new ArrayList<>(List.of(-4.0));
        DoubleStream.iterate(11, at -> at < ENDED, at -> at + 1.5).forEach(connections::add);
        return new Course(
                Variant.RAW,
                connections,
                samples(40, ENDED + 1, 2, false),
                List.of("main-EventThread", "main-SendThread(127.0.0.1:2181)"));
    }

    /** Nothing left after 0.3 s. */
    static Course clean(Variant variant) {
        return new Course(variant, List.of(-4.0), samples(0.3, 0.3, 8, true), List.of());
    }

    static Report report(Course... courses) {
        var script = new Script(Mode.STORM, Duration.ofSeconds(10), Duration.ofSeconds(60));
        return Report.of(script, BEGAN, RESTARTED, ENDED, List.of(courses));
    }

    static Report asExpected() {
        return report(orphan(), clean(Variant.REAPED), clean(Variant.CORE), clean(Variant.LISTENER));
    }

    /** One sample a tenth of a second. */
    static List<Sample> samples(double nodeGone, double threadsGone, int threads, boolean collected) {
        List<Sample> samples = new ArrayList<>();
        for (int tenth = (int) (BEGAN * 10); tenth <= ENDED * 10; tenth++) {
            double at = tenth / 10.0;
            boolean gone = at >= threadsGone;
            samples.add(new Sample(
                    at,
                    gone ? 0 : 1,
                    gone ? 0 : threads,
                    at < nodeGone,
                    1_000 + Math.max(0, tenth) * 100L,
                    collected && gone));
        }
        return samples;
    }
}
