package io.perennial.samples.incident;

import java.util.List;
import java.util.OptionalDouble;
import java.util.function.Predicate;

/**
 * What happened to one application.
 *
 * @param variant which
 * @param connections when its connections were accepted, in seconds since the start failed, in order
 * @param samples in chronological order, at least one
 * @param threadNames the threads left at the end
 */
record Course(Variant variant, List<Double> connections, List<Sample> samples, List<String> threadNames) {

    Sample last() {
        return samples.get(samples.size() - 1);
    }

    /** The sample at {@code second}, or the last before it; the first one if there is none before. */
    Sample at(double second) {
        Sample found = samples.get(0);
        for (Sample sample : samples) {
            if (sample.at() > second) {
                break;
            }
            found = sample;
        }
        return found;
    }

    int connectionsSince(double second) {
        return (int) connections.stream().filter(at -> at >= second).count();
    }

    /** When nothing of it ran any more, in seconds since the start failed; empty if something still runs at the end. */
    OptionalDouble cleanSince() {
        return since(Sample::isClean);
    }

    /** When the server no longer had its node. */
    OptionalDouble nodeGoneSince() {
        return since(sample -> !sample.node());
    }

    /** Bytes in Tomcat's log, including those about the failed start. */
    long logSinceFailure() {
        return last().log() - at(0).log();
    }

    private OptionalDouble since(Predicate<Sample> state) {
        OptionalDouble since = OptionalDouble.empty();
        for (int i = samples.size() - 1; i >= 0 && state.test(samples.get(i)); i--) {
            since = OptionalDouble.of(Math.max(0, samples.get(i).at()));
        }
        return since;
    }
}
