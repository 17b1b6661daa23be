package io.perennial.session;

import io.perennial.engine.ThrottledLog;
import io.perennial.engine.Uninterrupted;
import io.perennial.engine.UserCode;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Begins a session's close once, and knows its end. The close has a thread of its own, for whoever asks for it must not
 * wait; when there is none to be had, it is done on the calling one (K3).
 */
final class Closing {
    /** For the last thread, which has told its end, to be gone. */
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
     * @param log where it is told
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
     * Begins it, unless it has begun. Does not block, while there are threads.
     *
     * @return whether this call did; false, too, when the engine finds no thread for it, which then tries again
     */
    boolean begin(Runnable close) {
        if (!begun.compareAndSet(false, true)) {
            return false;
        }
        Throwable noThread =
                UserCode.run(() -> threads.newThread(() -> run(close)).start());
        if (noThread == null) {
            return true;
        }
        if (onEngine.getAsBoolean()) {
            begun.set(false);
            return false;
        }
        log.warnThrottled("close-thread", "there is no thread for the close, which the calling one does: " + noThread);
        run(close);
        return true;
    }

    private void run(Runnable close) {
        thread = Thread.currentThread();
        Throwable thrown = UserCode.run(close::run);
        if (thrown != null) {
            log.warnThrottled("close", "the close broke off; please report it", thrown);
        }
        done.complete(null);
    }

    /** Waits for its end, also in a thread that is interrupted (K2). */
    void await(Duration timeout) {
        if (!Uninterrupted.await(done, timeout)) {
            log.warn("close was still under way after " + timeout.toMillis() + " ms; it goes on in the background");
            return;
        }
        Thread last = thread;
        if (last != null && last != Thread.currentThread()) {
            Uninterrupted.join(last, LAST_STEPS);
        }
    }
}
