package io.perennial.internal.session;

import io.perennial.internal.engine.ThrottledLog;
import io.perennial.internal.engine.Uninterrupted;
import io.perennial.internal.engine.UserCode;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Starts a session's close once, and knows when it has ended. The close runs on its own thread, because the caller must
 * not wait; if no thread can be started, it runs on the calling thread (K3).
 */
final class Closing {
    /** For the last thread to exit after it has reported its end. */
    private static final Duration LAST_STEPS = Duration.ofMillis(500);

    private final ThreadFactory threads;
    private final BooleanSupplier onEngine;
    private final ThrottledLog log;
    private final AtomicBoolean begun = new AtomicBoolean();
    private final CompletableFuture<@Nullable Void> done = new CompletableFuture<>();
    private volatile @Nullable Thread thread;

    /**
     * Makes it.
     *
     * @param threads makes the thread
     * @param onEngine whether the calling thread is the engine's, which a close waits for
     * @param log where failures are logged
     */
    Closing(ThreadFactory threads, BooleanSupplier onEngine, ThrottledLog log) {
        this.threads = threads;
        this.onEngine = onEngine;
        this.log = log;
    }

    boolean hasBegun() {
        return begun.get();
    }

    /**
     * Starts it, unless it has already started. Does not block, as long as threads can be started.
     *
     * @return whether this call started it; also false when the engine finds no thread for it, and then tries again
     */
    boolean begin(Runnable close) {
        if (onEngine.getAsBoolean()) {
            return beginBeside(close);
        }
        if (!begun.compareAndSet(false, true)) {
            return false;
        }
        Throwable noThread = start(() -> run(close));
        if (noThread != null) {
            log.warnThrottled(
                    "close-thread",
                    "no thread can be started for the close, so the calling thread runs it: " + noThread);
            Uninterrupted.run(() -> run(close)); // In an interrupted thread its waits would all end at once (K2).
        }
        return true;
    }

    /**
     * The engine does not run it itself. Until there is a thread it has not started: another caller may run it
     * meanwhile.
     */
    private boolean beginBeside(Runnable close) {
        return !begun.get()
                && start(() -> {
                            if (begun.compareAndSet(false, true)) {
                                run(close);
                            }
                        })
                        == null;
    }

    /** Why the thread could not be started, or null. */
    private @Nullable Throwable start(Runnable task) {
        return UserCode.run(() -> threads.newThread(task).start());
    }

    private void run(Runnable close) {
        thread = Thread.currentThread();
        Throwable thrown = UserCode.run(close::run);
        if (thrown != null) {
            log.warnThrottled("close", "internal error in the close; please report it", thrown);
        }
        done.complete(null);
    }

    /** Waits for its end, even in an interrupted thread (K2). */
    void await(Duration timeout) {
        if (!Uninterrupted.await(done, timeout)) {
            log.warn("the close has not finished after " + timeout.toMillis() + " ms; it continues in the background");
            return;
        }
        Thread last = thread;
        if (last != null && last != Thread.currentThread()) {
            Uninterrupted.join(last, LAST_STEPS);
        }
    }
}
