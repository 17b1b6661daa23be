package io.perennial.benchmarks.results;

import java.util.List;

/**
 * What one process measured.
 *
 * @param subject of the row
 * @param variant which client did the work
 * @param size how many items; 1 where the row has no sizes
 * @param round in which its turn came, from 1
 * @param values one or more figures
 */
public record Sample(Subject subject, String variant, int size, int round, List<Double> values) {
    /** Checks and copies. */
    public Sample {
        values = List.copyOf(values);
        if (values.isEmpty()) {
            throw new IllegalArgumentException("a process that measured nothing is no sample of " + subject.name());
        }
    }
}
