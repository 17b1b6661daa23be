package io.perennial.spring.boot.metrics;

import io.perennial.SessionState;
import io.perennial.SessionTransition;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Adds up how long an outage was, by the times that the transitions carry: a listener may hear of them late. An outage begins
 * when an attached session is attached no longer, and ends when it is CONNECTED; what is RESTORING meanwhile belongs to it.
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
