package io.perennial.benchmarks.results;

import java.util.List;

/** What a list of figures comes to. */
final class Statistics {
    private Statistics() {}

    /** The middle one; the mean of the two in the middle when their number is even. */
    static double median(List<Double> values) {
        List<Double> sorted = sorted(values);
        int size = sorted.size();
        return (sorted.get((size - 1) / 2) + sorted.get(size / 2)) / 2;
    }

    /**
     * What 95 of 100 do not exceed: the smallest figure with at least that part of all at or below it. With fewer than
     * 20 figures that is the greatest.
     */
    static double percentile95(List<Double> values) {
        List<Double> sorted = sorted(values);
        return sorted.get((int) Math.ceil(0.95 * sorted.size()) - 1);
    }

    /** The greatest where less is better, else the smallest. */
    static double worst(List<Double> values, boolean lessIsBetter) {
        List<Double> sorted = sorted(values);
        return sorted.get(lessIsBetter ? sorted.size() - 1 : 0);
    }

    private static List<Double> sorted(List<Double> values) {
        if (values.isEmpty()) {
            throw new IllegalArgumentException("no figures: there is nothing to say of them");
        }
        return values.stream().sorted().toList();
    }
}
