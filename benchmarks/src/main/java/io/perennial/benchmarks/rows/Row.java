package io.perennial.benchmarks.rows;

import io.perennial.benchmarks.results.Subject;
import io.perennial.benchmarks.variants.Variant;
import java.util.List;

/**
 * One row of the table. A process measures one variant at one size: it opens a {@link Trial}, runs it a few times for
 * the JVM to warm up, and then for the figures.
 *
 * @param subject what is measured
 * @param variants which clients are compared
 * @param sizes how many items; 1 alone for a row without sizes
 * @param warmUps runs whose figures are dropped
 * @param runs runs whose figures count
 * @param opening makes the trial, in the process that measures
 */
public record Row(
        Subject subject, List<Variant> variants, List<Integer> sizes, int warmUps, int runs, Opening opening) {
    /** Checks and copies. */
    public Row {
        variants = List.copyOf(variants);
        sizes = List.copyOf(sizes);
    }

    /** Makes a trial. */
    @FunctionalInterface
    public interface Opening {
        /**
         * Starts the servers and does what comes before the first figure.
         *
         * @param variant which client
         * @param size how many items
         * @return the trial, to be closed
         * @throws Exception when something fails
         */
        Trial open(Variant variant, int size) throws Exception;
    }
}
