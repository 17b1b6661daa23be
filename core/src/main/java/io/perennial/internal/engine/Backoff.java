package io.perennial.internal.engine;

import io.github.resilience4j.core.IntervalFunction;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.random.RandomGenerator;

/**
 * Exponential back-off with full jitter. Resilience4j's {@code ofExponentialRandomBackoff} applies its maximum after
 * randomising, so clients that have reached it all wait the same time and come back as a herd; here the random delay is
 * drawn from the bounded interval.
 */
public final class Backoff {
    /**
     * By then even a delay that started at one millisecond exceeds any maximum. Resilience4j computes an attempt's
     * bound by going through all attempts before it, and there are millions of them when an outage lasts for weeks.
     */
    private static final int MOST_DOUBLINGS = 64;

    private final IntervalFunction interval;
    private int attempts;

    /**
     * Creates a back-off at its first delay.
     *
     * @param initial the bound of the first delay
     * @param max the bound of every delay
     */
    public Backoff(Duration initial, Duration max) {
        this.interval = fullJitter(initial, max);
    }

    /**
     * Creates a back-off at its first delay, with the caller's source of randomness.
     *
     * @param initial the bound of the first delay
     * @param max the bound of every delay
     * @param random where the delays are drawn
     */
    public Backoff(Duration initial, Duration max, RandomGenerator random) {
        this.interval = fullJitter(initial, max, random);
    }

    /**
     * The bounds alone, for callers that draw the delay themselves.
     *
     * @param initial the first
     * @param max the greatest
     * @return a bound that doubles with each attempt
     */
    public static IntervalFunction doubling(Duration initial, Duration max) {
        IntervalFunction bound = IntervalFunction.ofExponentialBackoff(initial, 2.0, max);
        return attempt -> bound.apply(Math.min(attempt, MOST_DOUBLINGS));
    }

    /**
     * The interval function, for callers that count attempts themselves.
     *
     * @param initial the bound of the first delay
     * @param max the bound of every delay
     * @return a random delay below the bound that doubles with each attempt
     */
    public static IntervalFunction fullJitter(Duration initial, Duration max) {
        return fullJitter(initial, max, () -> ThreadLocalRandom.current().nextLong());
    }

    /**
     * The interval function, with the caller's source of randomness.
     *
     * @param initial the bound of the first delay
     * @param max the bound of every delay
     * @param random where the delays are drawn
     * @return a random delay below the bound that doubles with each attempt
     */
    public static IntervalFunction fullJitter(Duration initial, Duration max, RandomGenerator random) {
        IntervalFunction bound = doubling(initial, max);
        return attempt -> random.nextLong(1, bound.apply(attempt) + 1);
    }

    /**
     * The next delay.
     *
     * @return at least 1 ms
     */
    public Duration next() {
        attempts++;
        return Duration.ofMillis(interval.apply(attempts));
    }

    /** Starts over after a success. */
    public void reset() {
        attempts = 0;
    }

    /**
     * How many delays have been returned since the beginning.
     *
     * @return the number of attempts
     */
    public int attempts() {
        return attempts;
    }
}
