package io.perennial.soak.work;

import java.util.List;

/**
 * What a paused worker has.
 *
 * @param nodes registered
 * @param watches open
 * @param unfinished what was begun and has neither succeeded nor failed though it was given its time
 */
public record Quiet(List<ExpectedNode> nodes, List<ExpectedWatch> watches, List<String> unfinished) {
    /**
     * Keeps its own copies.
     *
     * @param nodes as above
     * @param watches as above
     * @param unfinished as above
     */
    public Quiet {
        nodes = List.copyOf(nodes);
        watches = List.copyOf(watches);
        unfinished = List.copyOf(unfinished);
    }
}
