package io.perennial.spring.boot.metrics;

import io.perennial.SessionState;
import io.perennial.SessionTransition;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Adds up how long an outage was, by the times in the transitions: a listener may receive them late. An outage begins
 * when an attached session is no longer attached, and ends when it is CONNECTED; the time in RESTORING belongs to it.
 */
final class OutageClock {
    private @Nullable Duration soFar;

    /** Null unless an outage ends with this transition. */
    @Nullable
    Duration heard(SessionTransition transition) {
        Duration before = soFar;
        if (before == null) {
            if (transition.from().isAttached() && !transition.to().isAttached()) {
                soFar = Duration.ZERO;
            }
            return null;
        }
        Duration after = before.plus(transition.inPreviousState());
        boolean over = transition.to() == SessionState.CONNECTED;
        soFar = over ? null : after;
        return over ? after : null;
    }
}
