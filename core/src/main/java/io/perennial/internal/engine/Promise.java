package io.perennial.internal.engine;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * The outcome of something, and a separate future of it for each caller: what one caller does to its future, such as a
 * timeout or a cancellation, does not affect the others. Thread-safe. Only the first outcome counts. Futures are
 * completed on the executor, never by the thread that knows the outcome: their dependents, which are the user's, may
 * block.
 *
 * @param <T> the type of the outcome
 */
public final class Promise<T> {
    private final Executor completions;
    private final CompletableFuture<T> outcome = new CompletableFuture<>();

    /**
     * Creates a promise without an outcome.
     *
     * @param completions where futures are completed
     */
    public Promise(Executor completions) {
        this.completions = completions;
    }

    /**
     * A future of the outcome, for one caller.
     *
     * @return another one each time; completed if the outcome is known
     */
    public CompletableFuture<T> future() {
        var future = new CompletableFuture<T>();
        var unused = outcome.whenCompleteAsync(
                (value, failure) -> {
                    if (failure == null) {
                        future.complete(value);
                    } else {
                        future.completeExceptionally(failure);
                    }
                },
                outcome.isDone() ? Runnable::run : completions);
        return future;
    }

    /**
     * Sets the outcome.
     *
     * @param value the outcome
     */
    public void complete(@Nullable T value) {
        outcome.complete(value);
    }

    /**
     * Sets a failure as the outcome.
     *
     * @param failure why
     */
    public void fail(Throwable failure) {
        outcome.completeExceptionally(failure);
    }

    /**
     * Whether the outcome is known.
     *
     * @return whether it is
     */
    public boolean isDone() {
        return outcome.isDone();
    }

    /**
     * The outcome itself.
     *
     * @return to be waited for, never handed out: the thread that knows the outcome completes it
     */
    public CompletableFuture<T> outcome() {
        return outcome;
    }
}
