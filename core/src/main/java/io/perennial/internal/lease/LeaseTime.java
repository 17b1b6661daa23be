package io.perennial.internal.lease;

import io.perennial.internal.engine.Ticker;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * The lease's clock: the monotonic one, plus what the wall clock has run ahead of it by jumps. A suspended virtual
 * machine may find its monotonic clock where it was (L4); time on this one has passed.
 *
 * <p>It never runs slower than the monotonic clock, so it can only shorten a lease. A wall clock that is set back
 * counts for nothing; one that creeps ahead counts once it is ahead by more than the tolerance, which also hides that
 * two clocks cannot be read at once.
 *
 * <p>Concurrency: one immutable reckoning in a volatile field, replaced under the lock when a jump is seen. The first
 * thread to look sees a jump; what was stamped before that counts as stamped before the jump, and before all earlier
 * ones.
 */
public final class LeaseTime implements Ticker {
    private final Ticker monotonic;
    private final LongSupplier wallNanos;
    private final long tolerance;
    private final Object lock = new Object();
    /** Guarded by {@code lock} for writing. */
    private volatile Reckoning reckoning;

    /**
     * The wall clock's distance from the monotonic one as last noted; how much this clock is ahead of the monotonic
     * one; and, by the latter, since when.
     */
    private record Reckoning(long distance, long ahead, long since) {}

    public LeaseTime(Ticker monotonic, LongSupplier wallNanos, Duration tolerance) {
        this.monotonic = monotonic;
        this.wallNanos = wallNanos;
        this.tolerance = tolerance.toNanos();
        long now = monotonic.nanos();
        this.reckoning = new Reckoning(wallNanos.getAsLong() - now, 0, now);
    }

    /** The wall clock, to the millisecond. It may be set, and is no clock for anything else (S-35). */
    public static long systemWallNanos() {
        return Duration.ofMillis(System.currentTimeMillis()).toNanos();
    }

    /** Looks at both clocks. */
    @Override
    public long nanos() {
        long now = monotonic.nanos();
        Reckoning r = reckoning;
        if (Math.abs(wallNanos.getAsLong() - now - r.distance) > tolerance) {
            r = adjust();
        }
        return now + r.ahead;
    }

    private Reckoning adjust() {
        synchronized (lock) {
            Reckoning r = reckoning;
            long now = monotonic.nanos();
            long distance = wallNanos.getAsLong() - now;
            long jump = distance - r.distance;
            if (jump > tolerance) {
                reckoning = new Reckoning(distance, r.ahead + jump, now);
            } else if (jump < -tolerance) {
                reckoning = new Reckoning(distance, r.ahead, r.since);
            }
            return reckoning;
        }
    }

    /**
     * Converts a time stamped on the monotonic clock to this one; the result is earlier than it really was for what was
     * stamped before the last jump was seen.
     */
    long of(long stamped) {
        nanos();
        Reckoning r = reckoning;
        return stamped - r.since >= 0 ? stamped + r.ahead : stamped;
    }
}
