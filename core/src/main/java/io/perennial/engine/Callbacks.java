package io.perennial.engine;

import java.util.ArrayDeque;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Runs a session's callbacks one after another, in order, on an executor that may be the user's.
 *
 * <p>Concurrency: callbacks are queued without bound (none is ever dropped, S-12) and handed to the executor one drain
 * at a time, outside any lock. A callback that throws is logged and counted. When the executor rejects the drain, the
 * callbacks stay queued, and {@link #retry()} or the next callback hands them over again (S-44).
 */
public final class Callbacks {
    private final Executor executor;
    private final ThrottledLog log;
    private final AtomicLong failures = new AtomicLong();
    private final Object lock = new Object();
    /** Guarded by {@code lock}. */
    private final ArrayDeque<Callback> queue = new ArrayDeque<>();
    /** Guarded by {@code lock}: a drain is with the executor. */
    private boolean draining;

    private volatile @Nullable Thread current;

    private record Callback(String what, Runnable task) {}

    /**
     * Makes them.
     *
     * @param executor where they run
     * @param log where failures go
     */
    public Callbacks(Executor executor, ThrottledLog log) {
        this.executor = executor;
        this.log = log;
    }

    /**
     * Queues a callback. Never runs it on the calling thread, unless the executor does.
     *
     * @param what what it is, for the log
     * @param task the callback
     */
    public void submit(String what, Runnable task) {
        synchronized (lock) {
            queue.add(new Callback(what, task));
        }
        retry();
    }

    /**
     * Hands what is queued to the executor, if it is not with it already.
     *
     * @return false when the executor rejects it
     */
    public boolean retry() {
        synchronized (lock) {
            if (draining || queue.isEmpty()) {
                return true;
            }
            draining = true;
        }
        try {
            executor.execute(this::drain);
            return true;
        } catch (RuntimeException | Error e) {
            // Usually RejectedExecutionException; some throw others, or cannot make a thread.
            synchronized (lock) {
                draining = false;
            }
            failures.incrementAndGet();
            log.warnThrottled(
                    "callback-rejected",
                    "the callback executor rejects callbacks; they are kept and handed over again. Check that it is not"
                            + " shut down or full: " + e);
            return false;
        }
    }

    /**
     * Whether the calling thread is running a callback right now.
     *
     * @return whether it is
     */
    public boolean inCallback() {
        return current == Thread.currentThread();
    }

    /**
     * How many callbacks threw or were rejected.
     *
     * @return the count since the session was made
     */
    public long failures() {
        return failures.get();
    }

    /**
     * Whether nothing is queued or running.
     *
     * @return whether all is done
     */
    public boolean isIdle() {
        synchronized (lock) {
            return queue.isEmpty() && !draining;
        }
    }

    private void drain() {
        current = Thread.currentThread();
        try {
            for (Callback callback = next(); callback != null; callback = next()) {
                runGuarded(callback);
            }
        } finally {
            current = null;
        }
    }

    private @Nullable Callback next() {
        synchronized (lock) {
            Callback callback = queue.poll();
            if (callback == null) {
                draining = false;
            }
            return callback;
        }
    }

    private void runGuarded(Callback callback) {
        try {
            callback.task.run();
        } catch (RuntimeException | Error e) {
            failures.incrementAndGet();
            log.warnThrottled("callback:" + callback.what, "a " + callback.what + " threw; nothing else changes", e);
        }
    }
}
