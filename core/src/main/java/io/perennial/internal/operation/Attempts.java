package io.perennial.internal.operation;

import org.jspecify.annotations.Nullable;

/**
 * One call with all its attempts. {@link #next} makes one and never waits for anything but its answer; what to wait for
 * between two is the driver's business, who may block a thread for it or not.
 *
 * <p>Concurrency: confined to one thread at a time.
 *
 * @param <T> what the call gives
 */
interface Attempts<T extends @Nullable Object> {
    /**
     * Makes the next attempt.
     *
     * @throws ResilientSessionException and its kinds when the call has failed for good
     * @throws InterruptedException when the thread was interrupted
     */
    Step<T> next() throws InterruptedException;

    /** Its course in time. */
    CallProgress course();

    /** The deadline has passed before the next attempt. */
    Step<T> outOfTime();

    /** The thread was interrupted before, or between, attempts; its status is to be set again. */
    default Step<T> interrupted(InterruptedException e) {
        throw course().interrupted(e);
    }

    /**
     * What an attempt came to.
     *
     * @param <T> what the call gives
     */
    sealed interface Step<T extends @Nullable Object> {}

    /** The result. */
    record Done<T extends @Nullable Object>(T value) implements Step<T> {}

    /** To be tried when a server session is attached. */
    record AwaitSession<T extends @Nullable Object>() implements Step<T> {}

    /** To be tried again after a pause. */
    record Pause<T extends @Nullable Object>(long millis) implements Step<T> {}
}
