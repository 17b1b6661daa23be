package io.perennial.watch;

import java.util.concurrent.CompletableFuture;

/** One watch. Thread-safe. Futures complete on the builder's {@code futureExecutor}. */
public interface Watch extends AutoCloseable {
    /**
     * The path watched.
     *
     * @return the path, below the session's namespace
     */
    String path();

    /**
     * Whether the server will tell of the next change: it is armed in the session in hand, and what it last read has
     * been handed to the callback executor.
     *
     * @return true while armed; false while disconnected
     */
    boolean isArmed();

    /**
     * Completes when the watch is first armed. To look now and then, ask {@link #isArmed()}: futures without an outcome add
     * up.
     *
     * @return completes with this watch; exceptionally with {@link io.perennial.operation.OperationFailedException} when
     *     the server refuses it (it is retried with back-off all the same), with
     *     {@link io.perennial.operation.SessionClosedException} when it is closed before. Each call gives a future of the
     *     caller's own: a timeout or a cancellation of it concerns nobody else
     */
    CompletableFuture<Watch> whenArmed();

    /**
     * Ends the watch: no call of its listener begins after this returns, but for one that the callback thread has decided
     * on and is about to make at this very moment; at most one, and no other follows. Does not wait for it, nor for one
     * under way: within the listener this may be called, and with a lock held that the listener takes.
     */
    @Override
    void close();
}
