package io.perennial.samples.timeline;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * What happened to some sessions.
 *
 * @param source where this was read, for people
 * @param from when the observation began
 * @param to when it ended
 * @param sessions each session's history
 */
public record Chronicle(String source, Instant from, Instant to, List<History> sessions) {

    /** Checks the times; copies the list, and never ends before it begins. */
    public Chronicle {
        Plausible.check(from);
        Plausible.check(to);
        sessions = List.copyOf(sessions);
        if (to.isBefore(from)) {
            to = from;
        }
    }

    Duration length() {
        return Duration.between(from, to);
    }
}
