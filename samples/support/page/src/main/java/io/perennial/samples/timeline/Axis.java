package io.perennial.samples.timeline;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;

/**
 * The time from the left edge of the page to the right one.
 *
 * @param from when it begins
 * @param to when it ends
 */
record Axis(Instant from, Instant to) {

    /** From the first moment that any of them has to the last. */
    static Axis of(List<Chronicle> chronicles) {
        Instant from = chronicles.stream()
                .map(Chronicle::from)
                .min(Comparator.naturalOrder())
                .orElse(Instant.EPOCH);
        Instant to = chronicles.stream()
                .map(Chronicle::to)
                .max(Comparator.naturalOrder())
                .orElse(from);
        return new Axis(from, to);
    }

    Duration length() {
        return Duration.between(from, to);
    }

    /** The moment's relative position, from 0 to 1. */
    double at(Instant moment) {
        double whole = Lengths.seconds(length());
        return whole == 0 ? 0 : Math.max(0, Math.min(1, Lengths.seconds(Duration.between(from, moment)) / whole));
    }
}
