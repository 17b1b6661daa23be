package io.perennial.soak;

import io.perennial.soak.fault.Verb;
import java.time.Duration;
import java.util.Map;
import java.util.SortedMap;

/**
 * What a run has been.
 *
 * @param seed of everything
 * @param rounds played
 * @param took with healing, judging and the last judgement
 * @param faults that have taken effect
 * @param recoveries after each round
 * @param counts of what clients did and judges looked at, by name
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

    /** All counts together whose names begin with one of these. */
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
