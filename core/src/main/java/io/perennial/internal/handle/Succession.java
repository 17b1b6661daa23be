package io.perennial.internal.handle;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/**
 * Where callers through Curator wait whose request has met a handle that has ended, until Curator holds the next one.
 * Curator alone makes the next one immediately; here the session decides which one that should be, which takes some
 * milliseconds, and a caller with few retries would have used them up on the old handle.
 *
 * <p>Concurrency: from anywhere.
 */
final class Succession {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    /** Whether the handle that Curator holds has ended. */
    @GuardedBy("lock")
    private BooleanSupplier heldHasEnded = () -> false;

    @GuardedBy("lock")
    private boolean over;

    /**
     * Curator holds another handle.
     *
     * @param hasEnded whether that one has ended, when asked
     */
    void handedOver(BooleanSupplier hasEnded) {
        lock.lock();
        try {
            heldHasEnded = hasEnded;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** There will be no next one. */
    void over() {
        lock.lock();
        try {
            over = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Returns when Curator holds a handle that has not ended, will not get one, or the time is up. */
    void await(Duration atMost) throws InterruptedException {
        long left = atMost.toNanos();
        lock.lock();
        try {
            while (!over && left > 0 && heldHasEnded.getAsBoolean()) {
                left = changed.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }
}
