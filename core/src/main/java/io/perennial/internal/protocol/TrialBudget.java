package io.perennial.internal.protocol;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How many connections may be spent on finding out which requests break them: some at once, then one more every ten
 * seconds. Retries of what is refused already get fewer, seven a minute: otherwise those that are only suspect would
 * wait behind them, innocent ones among them. Not thread-safe.
 */
final class TrialBudget {
    private static final int TRIALS_AT_ONCE = 12;
    private static final int RETRIES_AT_ONCE = 3;
    private static final long BETWEEN_TRIALS = Duration.ofSeconds(10).toNanos();
    private static final long BETWEEN_RETRIES = Duration.ofSeconds(15).toNanos();

    /** When all connections that broke with one suspect under way are made up for; null when none did. */
    private @Nullable Long trialsPaidAt;
    /** The same for those that broke over what was refused already, or of a kind known to be unknown. */
    private @Nullable Long retriesPaidAt;

    /** A suspect has cost a connection. */
    void trialLost(long now) {
        trialsPaidAt = later(trialsPaidAt, now) + BETWEEN_TRIALS;
    }

    /** The retry of what is refused has cost a connection. */
    void retryLost(long now) {
        trialsPaidAt = later(trialsPaidAt, now) + BETWEEN_RETRIES;
        retriesPaidAt = later(retriesPaidAt, now) + BETWEEN_RETRIES;
    }

    /** Trials need not be made up for any more; retries still do. */
    void forgiveTrials() {
        trialsPaidAt = retriesPaidAt;
    }

    /** How long until a suspect may cost a connection; 0 when it may now. */
    long untilTrial(long now) {
        return untilPaid((TRIALS_AT_ONCE - 1) * BETWEEN_TRIALS, now);
    }

    /** How long until a retry may; 0 when it may now. */
    long untilRetry(long now) {
        return untilPaid((RETRIES_AT_ONCE - 1) * BETWEEN_RETRIES, now);
    }

    /** How long until no more than the credit is still to be made up for. */
    private long untilPaid(long credit, long now) {
        Long paid = trialsPaidAt;
        return paid == null ? 0 : Math.max(0, paid - now - credit);
    }

    private static long later(@Nullable Long paid, long now) {
        return paid == null || paid - now < 0 ? now : paid;
    }
}
