package io.perennial.samples.timeline;

import java.time.Duration;
import java.time.Instant;

/**
 * A restoration of nodes and watches.
 *
 * @param at when it began
 * @param took how long
 * @param generation the generation of the session in which they were restored
 * @param attachment NEW_SESSION, RESUMED or RECONNECTED
 * @param nodes how many nodes
 * @param watches how many watches
 * @param completed whether it ended without new trouble
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
