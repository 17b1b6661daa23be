package io.perennial.benchmarks.results;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;

/** All samples of a run, and the runs that failed. Not thread-safe. */
public final class Results {
    private final List<Sample> samples = new ArrayList<>();
    private final List<String> failures = new ArrayList<>();

    /** Made empty. */
    public Results() {}

    /**
     * Adds what a process measured.
     *
     * @param sample its figures
     */
    public void add(Sample sample) {
        samples.add(sample);
    }

    /**
     * Adds a process that did not come to a figure. It is in the page, for a figure that is missing is one as well.
     *
     * @param sentence which, and why
     */
    public void addFailure(String sentence) {
        failures.add(sentence);
    }

    /** {@return all samples, in the order in which they were measured} */
    public List<Sample> samples() {
        return List.copyOf(samples);
    }

    /** {@return the processes that failed} */
    public List<String> failures() {
        return List.copyOf(failures);
    }

    /** {@return the rows, in the order in which they were first measured} */
    public List<Subject> subjects() {
        return samples.stream().map(Sample::subject).distinct().toList();
    }

    /**
     * A row's variants and sizes.
     *
     * @param subject which row
     * @return by variant, in the order of the first round; in it by size, ascending
     */
    public Map<String, Map<Integer, Summary>> summaries(Subject subject) {
        Map<String, Map<Integer, List<Double>>> values = new LinkedHashMap<>();
        for (Sample sample : samples) {
            if (sample.subject().equals(subject)) {
                values.computeIfAbsent(sample.variant(), variant -> new TreeMap<>())
                        .computeIfAbsent(sample.size(), size -> new ArrayList<>())
                        .addAll(sample.values());
            }
        }
        Map<String, Map<Integer, Summary>> summaries = new LinkedHashMap<>();
        values.forEach((variant, bySize) -> {
            Map<Integer, Summary> each = new TreeMap<>();
            bySize.forEach((size, figures) -> each.put(size, Summary.of(figures, subject.lessIsBetter())));
            summaries.put(variant, each);
        });
        return summaries;
    }

    /**
     * How a variant's median grows with the size.
     *
     * @param bySize one variant's summaries
     * @return the exponent; empty with fewer than two sizes
     */
    static OptionalDouble growth(Map<Integer, Summary> bySize) {
        Map<Integer, Double> medians = new TreeMap<>();
        bySize.forEach((size, summary) -> medians.put(size, summary.median()));
        return Growth.exponent(medians);
    }
}
