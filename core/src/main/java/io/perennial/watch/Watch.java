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
     * Whether the server will report the next change: the watch is armed in the current session, and what it last read
     * has been handed to the callback executor.
     *
     * @return true while armed; false while disconnected
     */
    boolean isArmed();

    /**
     * Completes when the watch is first armed. To check from time to time, use {@link #isArmed()}: futures that have
     * not completed pile up.
     *
     * @return completes with this watch; exceptionally with {@link io.perennial.operation.OperationFailedException}
     *     when the server refuses it (it is retried with back-off all the same), with {@link
     *     io.perennial.operation.SessionClosedException} when it is closed before that. Each call returns a separate
     *     future: a timeout on it or its cancellation affects no other caller
     */
    CompletableFuture<Watch> whenArmed();

    /**
     * Ends the watch: no call of its listener begins after this returns, with one exception: a call that the callback
     * thread has decided on and is just about to make; at most one, and no other follows. Does not wait for that one,
     * nor for one under way: so this may be called within the listener, or while holding a lock that the listener
     * takes.
     */
    @Override
    void close();
}
