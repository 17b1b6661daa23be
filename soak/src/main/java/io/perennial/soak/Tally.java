package io.perennial.soak;

import io.perennial.soak.fault.Verb;
import java.time.Duration;
import java.util.Map;
import java.util.SortedMap;

/**
 * The counts of a run.
 *
 * @param seed from which faults and work were drawn
 * @param rounds played
 * @param took including healing, judging and the last judgement
 * @param faults that took effect
 * @param recoveries after each round
 * @param counts of what clients did and what judges checked, by name
 */
record Tally(
        long seed,
        int rounds,
        Duration took,
        Map<Verb, Integer> faults,
        Recoveries recoveries,
        SortedMap<String, Long> counts) {
    long faultCount() {
        return faults.values().stream().mapToLong(count -> count).sum();
    }

    /** The sum of all counts whose names begin with one of these. */
    long count(String... beginnings) {
        long sum = 0;
        for (String beginning : beginnings) {
            sum += counts.entrySet().stream()
                    .filter(count -> count.getKey().startsWith(beginning))
                    .mapToLong(Map.Entry::getValue)
                    .sum();
        }
        return sum;
    }
}
