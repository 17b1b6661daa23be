package io.perennial.spring.boot.metrics;

import io.perennial.LossDiagnosis;
import io.perennial.SessionState;
import io.perennial.SessionTransition;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Adds up how long an outage was, by the times in the transitions: a listener may receive them late. An outage begins
 * when an attached session is no longer attached, and ends when it is CONNECTED; the time in RESTORING belongs to it.
 * So does the silence before a loss, as when this JVM stood still: the states alone would show milliseconds then.
 */
final class OutageClock {
    private @Nullable Duration soFar;

    /** Null unless an outage ends with this transition. */
    @Nullable
    Duration heard(SessionTransition transition) {
        Duration before = soFar;
        if (before == null) {
            if (transition.from().isAttached() && !transition.to().isAttached()) {
                soFar = longer(Duration.ZERO, transition.diagnosis());
            }
            return null;
        }
        Duration after = longer(before.plus(transition.inPreviousState()), transition.diagnosis());
        boolean over = transition.to() == SessionState.CONNECTED;
        soFar = over ? null : after;
        return over ? after : null;
    }

    private static Duration longer(Duration away, @Nullable LossDiagnosis loss) {
        return loss == null || loss.silence().compareTo(away) < 0 ? away : loss.silence();
    }
}
