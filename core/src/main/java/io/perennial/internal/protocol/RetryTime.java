package io.perennial.internal.protocol;

import java.time.Duration;
import java.util.random.RandomGenerator;

/** When what is refused is tried again: ever more rarely, up to once in five minutes or so. Not thread-safe. */
final class RetryTime {
    private static final long FIRST = Duration.ofSeconds(10).toNanos();
    private static final long LAST = Duration.ofMinutes(5).toNanos();

    private int attempts;
    private long due;

    /** A retry has failed: the next one is between three quarters and five quarters of the bound away. */
    void failed(long now, RandomGenerator random) {
        long bound = Math.min(LAST, FIRST << Math.min(attempts, 10));
        attempts++;
        due = now + bound * 3 / 4 + random.nextLong(bound / 2);
    }

    boolean isDue(long now) {
        return now - due >= 0;
    }

    /** How long until it is due; negative when it has been for a while. */
    long until(long now) {
        return due - now;
    }

    void setDue(long time) {
        due = time;
    }

    /** Not before the other, and then as rarely. */
    void notBefore(RetryTime other) {
        if (due - other.due < 0) {
            due = other.due;
            attempts = Math.max(attempts, other.attempts);
        }
    }
}
