package io.perennial.internal.operation;

import io.github.resilience4j.ratelimiter.RateLimiter;
import io.github.resilience4j.ratelimiter.internal.AtomicRateLimiter;
import io.perennial.internal.engine.UserCode;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Takes the caller's permissions one by one when they are available. A reservation ahead cannot be given back: callers
 * that reserve and then give up at their deadline leave nothing to others (O2). So each first checks how long it would
 * have to wait, and takes only what it will use.
 *
 * <p>Concurrency: checking and taking are one step, for this session; another session on the same limiter may come
 * between, and then what was reserved is waited for, or lost if that is beyond the deadline. No caller waits within
 * that step, so a caller with no time still gets its turn.
 */
final class RatePermits {
    private final RateLimiter limiter;
    private final ReentrantLock taking = new ReentrantLock();

    RatePermits(RateLimiter limiter) {
        this.limiter = limiter;
    }

    String name() {
        return limiter.getName();
    }

    /** Waits for a permission and takes it; returns false, and takes none, when there is none in time. */
    boolean acquire(CallProgress progress) throws InterruptedException {
        long patience = Math.min(
                progress.left().toNanos(),
                TimeUnit.NANOSECONDS.convert(limiter.getRateLimiterConfig().getTimeoutDuration()));
        long begun = System.nanoTime();
        while (true) {
            long left = Math.max(0, patience - (System.nanoTime() - begun));
            Turn turn = limiter instanceof AtomicRateLimiter atomic ? lookAndTake(atomic) : lookAndTake();
            if (turn.nanos > left || turn.nanos < 0) {
                return false;
            }
            if (turn.nanos > 0) {
                TimeUnit.NANOSECONDS.sleep(turn.nanos);
            }
            if (turn.taken) {
                return true;
            }
        }
    }

    /**
     * The result of a check.
     *
     * @param taken whether a permission was taken
     * @param nanos until it is available, or until the next check; negative when there is none
     */
    private record Turn(boolean taken, long nanos) {}

    private Turn lookAndTake(AtomicRateLimiter atomic) throws InterruptedException {
        taking.lockInterruptibly();
        try {
            long wait = atomic.getDetailedMetrics().getNanosToWait();
            // A caller's listener that throws has heard of a permission that was there.
            return wait > 0
                    ? new Turn(false, wait)
                    : new Turn(true, UserCode.get(limiter::reservePermission, 0L, thrown -> {}));
        } finally {
            taking.unlock();
        }
    }

    /** For a limiter that cannot be reserved ahead, so that nothing is lost between checking and taking. */
    private Turn lookAndTake() {
        if (limiter.getMetrics().getAvailablePermissions() <= 0) {
            return new Turn(
                    false,
                    TimeUnit.NANOSECONDS.convert(limiter.getRateLimiterConfig().getLimitRefreshPeriod()));
        }
        return new Turn(true, UserCode.get(limiter::acquirePermission, true, thrown -> {}) ? 0 : -1);
    }
}
