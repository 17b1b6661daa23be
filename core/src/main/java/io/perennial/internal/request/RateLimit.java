package io.perennial.internal.request;

import java.util.concurrent.TimeUnit;

/**
 * Spaces operations evenly, for {@code RestorePolicy.maxOperationsPerSecond}. Resilience4j's limiters hand out permits
 * by blocking or by whole refresh periods; the event loop may do neither. Confined to the event loop.
 */
final class RateLimit {
    private final long nanosPerOperation;
    private long nextFree;
    private boolean begun;

    /** No limit when 0. */
    RateLimit(int operationsPerSecond) {
        this.nanosPerOperation = operationsPerSecond == 0 ? 0 : TimeUnit.SECONDS.toNanos(1) / operationsPerSecond;
    }

    /**
     * Takes the operations if they may go now and returns 0, else returns the nanoseconds to wait and takes nothing.
     */
    long reserve(int operations, long now) {
        if (nanosPerOperation == 0) {
            return 0;
        }
        if (!begun) {
            begun = true;
            nextFree = now;
        }
        long wait = nextFree - now;
        if (wait > 0) {
            return wait;
        }
        nextFree = now + operations * nanosPerOperation;
        return 0;
    }
}
