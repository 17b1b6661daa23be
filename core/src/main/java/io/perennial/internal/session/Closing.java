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
        if (onEngine.getAsBoolean()) {
            return beginBeside(close);
        }
        if (!begun.compareAndSet(false, true)) {
            return false;
        }
        Throwable noThread = start(() -> run(close));
        if (noThread != null) {
            log.warnThrottled(
                    "close-thread", "there is no thread for the close, which the calling one does: " + noThread);
            Uninterrupted.run(() -> run(close)); // Whose waits would all end at once in an interrupted thread (K2).
        }
        return true;
    }

    /**
     * The engine does not do it itself. It has not begun before there is a thread: somebody else may do it meanwhile.
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

    /** What keeps a thread from being started, or null. */
    private @Nullable Throwable start(Runnable task) {
        return UserCode.run(() -> threads.newThread(task).start());
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
