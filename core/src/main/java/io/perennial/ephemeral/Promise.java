package io.perennial.ephemeral;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * The outcome of something, and a future of it for whoever asks. Thread-safe. Only the first outcome counts. The future
 * is completed on the executor, never by the thread that knows the outcome: what a user hangs on it may block.
 */
final class Promise<T> {
    private final Executor completions;
    private final CompletableFuture<T> outcome = new CompletableFuture<>();
    /** Guarded by {@code this}; made when asked for. */
    private @Nullable CompletableFuture<T> shown;

    Promise(Executor completions) {
        this.completions = completions;
    }

    synchronized CompletableFuture<T> future() {
        // One that somebody completed, by a timeout of his for example, tells the next one nothing.
        if (shown == null || (shown.isDone() && !outcome.isDone())) {
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
            shown = future;
        }
        return shown;
    }

    void complete(@Nullable T value) {
        outcome.complete(value);
    }

    void fail(Throwable failure) {
        outcome.completeExceptionally(failure);
    }

    boolean isDone() {
        return outcome.isDone();
    }

    /** The outcome itself, to be waited for and never shown: it is completed by the thread that knows it. */
    CompletableFuture<T> outcome() {
        return outcome;
    }
}
