package io.perennial.samples.timeline;

import io.perennial.SessionState;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A session's change of state.
 *
 * @param at when
 * @param from the state left
 * @param to the state entered
 * @param cause what caused it
 * @param inPrevious how long the session was in {@code from}
 * @param generation the generation of the current session afterwards, or null
 * @param sessionId the id of the current server session afterwards, as ZooKeeper's logs write it, or null if not known
 * @param detail a sentence
 */
public record Transition(
        Instant at,
        SessionState from,
        SessionState to,
        String cause,
        Duration inPrevious,
        @Nullable Long generation,
        @Nullable String sessionId,
        String detail) {

    /** Checks the times. */
    public Transition {
        Plausible.check(at);
        Plausible.check(inPrevious);
    }
}
