package io.perennial.internal.watch;

import io.github.resilience4j.core.IntervalFunction;
import io.perennial.internal.engine.Backoff;
import java.time.Duration;

/**
 * What to do when a read returns an older state than one seen before. The session has synchronised with the leader, so
 * a server that lags (S-30) catches up in a moment; one that still returns the same after some reads has another
 * history (it was wiped, or restored from a backup), and then what it says is the truth.
 */
final class StaleReadRetry {
    static final int MAX_READS = 5;

    private static final IntervalFunction DELAY = Backoff.fullJitter(Duration.ofMillis(50), Duration.ofMillis(800));

    private StaleReadRetry() {}

    /** How long to wait before reading again for the nth time. */
    static Duration delay(int attempt) {
        return Duration.ofMillis(DELAY.apply(attempt));
    }
}
