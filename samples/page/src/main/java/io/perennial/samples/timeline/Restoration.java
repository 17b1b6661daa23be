package io.perennial.samples.timeline;

import java.time.Duration;
import java.time.Instant;

/**
 * Nodes and watches put back.
 *
 * @param at when it began
 * @param took how long
 * @param generation of the session they were put back into
 * @param attachment NEW_SESSION, RESUMED or RECONNECTED
 * @param nodes how many nodes
 * @param watches how many watches
 * @param completed whether new trouble has not cut it short
 */
public record Restoration(
        Instant at, Duration took, long generation, String attachment, int nodes, int watches, boolean completed) {

    /** Checks the times. */
    public Restoration {
        Plausible.check(at);
        Plausible.check(took);
    }

    Instant end() {
        return at.plus(took);
    }
}
