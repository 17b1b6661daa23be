package io.perennial.operation;

import io.github.resilience4j.ratelimiter.RateLimiter;
import io.github.resilience4j.ratelimiter.internal.AtomicRateLimiter;
import io.perennial.engine.UserCode;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Takes the caller's permissions one by one when they are there. A reservation ahead cannot be given back: callers who
 * reserve and then give up at their deadline leave nothing to anybody (O2). So each looks first how long it would have to
 * wait, and takes only what it will use.
 *
 * <p>Concurrency: looking and taking are one step, for this session; another session on the same limiter may come
 * between, and then what was reserved is waited for, or lost if that is beyond the deadline.
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

    /** Waits for a permission and takes it; false, and none is taken, when there is none in time. */
    boolean acquire(Course course) throws InterruptedException {
        long patience = Math.min(
                course.left().toNanos(),
                TimeUnit.NANOSECONDS.convert(limiter.getRateLimiterConfig().getTimeoutDuration()));
        long begun = System.nanoTime();
        while (true) {
            long left = Math.max(0, patience - (System.nanoTime() - begun));
            long wait = lookAndTake(left);
            if (wait <= 0) {
                return wait == 0;
            }
            TimeUnit.NANOSECONDS.sleep(wait);
        }
    }

    /** Zero when one was taken, negative when there is none in time, otherwise when to look again. */
    private long lookAndTake(long left) throws InterruptedException {
        if (!taking.tryLock(left, TimeUnit.NANOSECONDS)) {
            return -1;
        }
        try {
            long wait = nanosToNext();
            if (wait > 0) {
                return wait > left ? -1 : wait;
            }
            return take(left);
        } finally {
            taking.unlock();
        }
    }

    private long nanosToNext() {
        if (limiter instanceof AtomicRateLimiter atomic) {
            return atomic.getDetailedMetrics().getNanosToWait();
        }
        return limiter.getMetrics().getAvailablePermissions() > 0
                ? 0
                : limiter.getRateLimiterConfig().getLimitRefreshPeriod().toNanos();
    }

    /** A listener of the caller's that throws has heard of a permission that was there. */
    private long take(long left) throws InterruptedException {
        if (!(limiter instanceof AtomicRateLimiter)) {
            return UserCode.get(limiter::acquirePermission, true, thrown -> {}) ? 0 : -1;
        }
        long reserved = UserCode.get(limiter::reservePermission, 0L, thrown -> {});
        if (reserved > left) {
            return -1;
        }
        if (reserved > 0) {
            TimeUnit.NANOSECONDS.sleep(reserved);
        }
        return Math.min(0, reserved);
    }
}
