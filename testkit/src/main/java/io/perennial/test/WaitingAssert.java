package io.perennial.test;

import java.time.Duration;
import org.assertj.core.api.AbstractAssert;

/**
 * Assertions that wait for what they assert. Each is tried every 20 ms, on a separate thread, and fails when it has not
 * succeeded within a minute or the time set with {@link #waitingAtMost}, with the last reason.
 *
 * @param <S> the assertion's own type
 * @param <A> what is asserted about
 */
public abstract class WaitingAssert<S extends WaitingAssert<S, A>, A> extends AbstractAssert<S, A> {
    private Duration patience = Waiting.PATIENCE;

    WaitingAssert(A actual, Class<S> type) {
        super(actual, type);
    }

    /**
     * Makes the following assertions wait for a longer or shorter time than a minute.
     *
     * @param limit the longest
     * @return this
     */
    public S waitingAtMost(Duration limit) {
        patience = limit;
        return myself;
    }

    /** What a failure message says about the subject's state. */
    abstract String details();

    /** What a failure message calls it. */
    abstract String subject();

    Duration waitFor(String what, Waiting.Attempt attempt) {
        isNotNull();
        return Waiting.until(subject() + " " + what, patience, attempt, this::details);
    }
}
