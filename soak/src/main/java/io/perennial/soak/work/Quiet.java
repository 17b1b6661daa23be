package io.perennial.soak.work;

import java.util.List;

/**
 * What a paused worker has.
 *
 * @param nodes registered
 * @param watches open
 * @param unfinished what has neither succeeded nor failed in the time that it was given
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
