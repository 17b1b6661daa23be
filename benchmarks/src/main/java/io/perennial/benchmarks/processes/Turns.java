package io.perennial.benchmarks.processes;

import java.util.ArrayList;
import java.util.List;

/** In which order processes run: A B A B, so that what changes on the machine meanwhile meets all variants alike. */
public final class Turns {
    private Turns() {}

    /**
     * One process.
     *
     * @param <V> a variant
     * @param round from 1
     * @param size how many items
     * @param variant which client
     */
    public record Turn<V>(int round, int size, V variant) {}

    /**
     * All processes of a row.
     *
     * @param <V> a variant
     * @param rounds how often each has its turn
     * @param sizes all in each round
     * @param variants one after the other, for each size
     * @return the turns, in order
     */
    public static <V> List<Turn<V>> of(int rounds, List<Integer> sizes, List<V> variants) {
        List<Turn<V>> turns = new ArrayList<>();
        for (int round = 1; round <= rounds; round++) {
            for (int size : sizes) {
                for (V variant : variants) {
                    turns.add(new Turn<>(round, size, variant));
                }
            }
        }
        return turns;
    }
}
