package io.perennial.benchmarks.results;

import java.util.List;

/**
 * What the figures of one variant at one size come to.
 *
 * @param count how many figures
 * @param median the middle one
 * @param percentile95 what 95 of 100 do not exceed
 * @param worst the greatest where less is better, else the smallest
 */
public record Summary(int count, double median, double percentile95, double worst) {
    static Summary of(List<Double> figures, boolean lessIsBetter) {
        return new Summary(
                figures.size(),
                Statistics.median(figures),
                Statistics.percentile95(figures),
                Statistics.worst(figures, lessIsBetter));
    }
}
