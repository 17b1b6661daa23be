package io.perennial.internal.engine;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * The outcome of something, and a future of it for each who asks: what one of them does to his, by a timeout or a
 * cancellation for example, tells the others nothing. Thread-safe. Only the first outcome counts. Futures are completed
 * on the executor, never by the thread that knows the outcome: what a user hangs on them may block.
 *
 * @param <T> what it comes to
 */
public final class Promise<T> {
    private final Executor completions;
    private final CompletableFuture<T> outcome = new CompletableFuture<>();

    /**
     * One without outcome.
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
     * It has come to this.
     *
     * @param value the outcome
     */
    public void complete(@Nullable T value) {
        outcome.complete(value);
    }

    /**
     * It has failed.
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
     * @return to be waited for and never shown: it is completed by the thread that knows it
     */
    public CompletableFuture<T> outcome() {
        return outcome;
    }
}
