package io.perennial.internal.ephemeral;

import java.util.HashSet;
import java.util.Set;

/**
 * The nodes that a restoration waits for. It is complete, once and for good, when all of them have come to rest and the
 * servers' history was checked, where that is necessary. Confined to the event loop.
 */
final class Unsettled {
    private final Set<TrackedNode> nodes = new HashSet<>();
    private boolean awaitsHistory;
    private boolean complete;

    /** It has to come to rest first; no longer once the restoration is complete. */
    void add(TrackedNode node) {
        if (!complete) {
            nodes.add(node);
        }
    }

    /** It has come to rest, or is forgotten; returns whether it was waited for. */
    boolean remove(TrackedNode node) {
        return nodes.remove(node);
    }

    void awaitHistory() {
        awaitsHistory = true;
    }

    /** Whether the question is not answered yet: nothing is done about a node before. */
    boolean awaitsHistory() {
        return awaitsHistory;
    }

    void historyChecked() {
        awaitsHistory = false;
    }

    /** Whether nothing is waited for any more; true once. */
    boolean completes() {
        if (complete || awaitsHistory || !nodes.isEmpty()) {
            return false;
        }
        complete = true;
        return true;
    }
}
