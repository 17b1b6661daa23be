package io.perennial.internal.operation;

import org.jspecify.annotations.Nullable;

/**
 * One call with all its attempts. {@link #next} begins one; how its requests are sent, and what to wait for between two
 * attempts, is up to the driver, which may or may not block a thread for it. Only the look at the nodes after a lost
 * acknowledgement waits for answers by itself.
 *
 * <p>Concurrency: confined to one thread at a time.
 *
 * @param <T> what the call returns
 */
interface Attempts<T extends @Nullable Object> {
    /**
     * Begins the next attempt.
     *
     * @throws ResilientSessionException and its subclasses when the call has failed for good
     * @throws InterruptedException when the thread was interrupted
     */
    Step<T> next() throws InterruptedException;

    /** Its course over time. */
    CallProgress progress();

    /** The deadline has passed before the next attempt. */
    Step<T> outOfTime();

    /** The thread was interrupted before, or between, attempts; its status must be set again. */
    default Step<T> interrupted(InterruptedException e) {
        throw progress().interrupted(e);
    }

    /**
     * The outcome of an attempt.
     *
     * @param <T> what the call returns
     */
    sealed interface Step<T extends @Nullable Object> permits Done, AwaitSession, Pause, Asking {}

    /** The result. */
    record Done<T extends @Nullable Object>(T value) implements Step<T> {}

    /** To be tried when a server session is attached. */
    record AwaitSession<T extends @Nullable Object>() implements Step<T> {}

    /** To be tried again after a pause. */
    record Pause<T extends @Nullable Object>(long millis) implements Step<T> {}
}
