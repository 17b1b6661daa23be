package io.perennial.internal.engine;

import io.github.resilience4j.core.IntervalFunction;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.random.RandomGenerator;

/**
 * Exponential back-off with full jitter. Resilience4j's {@code ofExponentialRandomBackoff} applies its maximum after
 * the randomising, so that clients which have reached it all wait the same time and come back as a herd; here the
 * random part is drawn from the bounded interval.
 */
public final class Backoff {
    /**
     * What is one millisecond at first is longer than any maximum by then. Resilience4j comes to an attempt's bound by
     * way of all before it, of which there are millions when an outage lasts for weeks.
     */
    private static final int MOST_DOUBLINGS = 64;

    private final IntervalFunction interval;
    private int attempts;

    /**
     * Makes one, at its beginning.
     *
     * @param initial the bound of the first delay
     * @param max the bound of every delay
     */
    public Backoff(Duration initial, Duration max) {
        this.interval = fullJitter(initial, max);
    }

    /**
     * Makes one, at its beginning, of a randomness of the caller's.
     *
     * @param initial the bound of the first delay
     * @param max the bound of every delay
     * @param random where the delays are drawn
     */
    public Backoff(Duration initial, Duration max, RandomGenerator random) {
        this.interval = fullJitter(initial, max, random);
    }

    /**
     * The bounds alone, for whoever draws elsewhere.
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
     * The interval function, for whoever counts attempts elsewhere.
     *
     * @param initial the bound of the first delay
     * @param max the bound of every delay
     * @return a random delay below the bound that doubles with each attempt
     */
    public static IntervalFunction fullJitter(Duration initial, Duration max) {
        return fullJitter(initial, max, () -> ThreadLocalRandom.current().nextLong());
    }

    /**
     * The interval function, of a randomness of the caller's.
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

    /** Begins anew, after a success. */
    public void reset() {
        attempts = 0;
    }

    /**
     * How many delays were given since the beginning.
     *
     * @return the number of attempts
     */
    public int attempts() {
        return attempts;
    }
}
