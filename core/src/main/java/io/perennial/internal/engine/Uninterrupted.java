package io.perennial.internal.engine;

import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Waits for something to end on a thread that may be interrupted: the thread waits its bounded time and stays
 * interrupted.
 */
public final class Uninterrupted {
    private Uninterrupted() {}

    /** A bounded wait. */
    @FunctionalInterface
    public interface Wait {
        /**
         * Waits.
         *
         * @throws InterruptedException when interrupted
         */
        void run() throws InterruptedException;
    }

    /**
     * Waits; starts again when interrupted.
     *
     * @param wait what waits
     */
    public static void run(Wait wait) {
        boolean interrupted = Thread.interrupted();
        try {
            while (true) {
                try {
                    wait.run();
                    return;
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /**
     * Waits for a future to complete, with whatever outcome.
     *
     * @param future the future
     * @param timeout how long at most
     * @return whether it is done
     */
    public static boolean await(Future<?> future, Duration timeout) {
        long deadline = System.nanoTime() + timeout.toNanos();
        run(() -> {
            try {
                future.get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
            } catch (ExecutionException | CancellationException | TimeoutException e) {
                // Whatever its outcome, or none in time.
            }
        });
        return future.isDone();
    }

    /**
     * Waits for a thread's end.
     *
     * @param thread the thread
     * @param timeout how long at most
     */
    public static void join(Thread thread, Duration timeout) {
        long deadline = System.nanoTime() + timeout.toNanos();
        run(() -> TimeUnit.NANOSECONDS.timedJoin(thread, deadline - System.nanoTime()));
    }
}
