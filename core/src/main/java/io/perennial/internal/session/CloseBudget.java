package io.perennial.internal.session;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/**
 * How long the steps of a close may take: each up to a share of the close timeout, counted from the beginning of the
 * close. Once the owner has ended, which may be before or during the close, each remaining step has the same share of
 * the time that a session may outlive its owner, however long the close timeout is (S-50).
 */
final class CloseBudget {
    /** Five seconds, less the tick in which the owner's end is noticed and some slack for a slow machine. */
    static final Duration AFTER_THE_OWNERS_END = Duration.ofSeconds(4);

    private final BooleanSupplier ownerLives;
    private final long timeout;
    private final long begun;
    private boolean ownerEnded;
    private long ownersEnd;

    /** Starts now. */
    CloseBudget(Duration timeout, BooleanSupplier ownerLives) {
        this.timeout = timeout.toNanos();
        this.ownerLives = ownerLives;
        this.begun = System.nanoTime();
    }

    /** The nanoseconds left of the first such share of the whole; 0 when none are left. */
    long nanosLeft(double share) {
        long now = System.nanoTime();
        if (!ownerEnded && !ownerLives.getAsBoolean()) {
            ownerEnded = true;
            ownersEnd = now;
        }
        long left = begun + (long) (timeout * share) - now;
        if (ownerEnded) {
            left = Math.min(left, ownersEnd + (long) (AFTER_THE_OWNERS_END.toNanos() * share) - now);
        }
        return Math.max(0, left);
    }

    boolean isSpent(double share) {
        return nanosLeft(share) == 0;
    }
}
