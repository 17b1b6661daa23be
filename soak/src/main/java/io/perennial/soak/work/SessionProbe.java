package io.perennial.soak.work;

import io.perennial.SessionState;
import java.time.Duration;
import java.util.List;

/**
 * The condition of a session: its state and whether it answers.
 *
 * @param name the session's, unique in the run
 * @param state at the time
 * @param sessionId the server session's; 0 when there is none
 * @param generation of that; 0 when there is none
 * @param failure what is wrong, in words; empty when it is CONNECTED and gave all three answers
 * @param synchronous how long a synchronous call took
 * @param background how long a background call took
 * @param callback how long a new watch's first callback took
 */
public record SessionProbe(
        String name,
        SessionState state,
        long sessionId,
        long generation,
        String failure,
        Duration synchronous,
        Duration background,
        Duration callback) {
    /**
     * Whether it is CONNECTED and answers.
     *
     * @return whether nothing is wrong
     */
    public boolean isWell() {
        return failure.isEmpty();
    }

    List<String> fields() {
        return List.of(
                name,
                state.name(),
                Long.toString(sessionId),
                Long.toString(generation),
                failure,
                Long.toString(synchronous.toNanos()),
                Long.toString(background.toNanos()),
                Long.toString(callback.toNanos()));
    }

    static SessionProbe parse(List<String> fields) {
        return new SessionProbe(
                fields.get(0),
                SessionState.valueOf(fields.get(1)),
                Long.parseLong(fields.get(2)),
                Long.parseLong(fields.get(3)),
                fields.get(4),
                Duration.ofNanos(Long.parseLong(fields.get(5))),
                Duration.ofNanos(Long.parseLong(fields.get(6))),
                Duration.ofNanos(Long.parseLong(fields.get(7))));
    }
}
