package io.perennial.internal.protocol;

import java.time.Duration;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** What is known against one request: how often it was unanswered when a connection broke. Not thread-safe. */
final class Suspicion {
    private static final int LOSSES_OF_SUSPECTS = 2;
    private static final int LOSSES_OF_REFUSED = 3;
    private static final int LOSSES_ALONE_OF_REFUSED = 2;
    /** A lost group is divided into this many: a round trip for each is cheaper than another reconnect. */
    private static final int DIVISIONS = 32;

    private static final long FORGOTTEN_AFTER = Duration.ofMinutes(15).toNanos();

    private int losses;
    private int lossesAlone;
    /** The size of the smallest group that it was lost with. */
    private int group = Integer.MAX_VALUE;

    private long touched;
    private @Nullable RetryTime retry;

    /** It was unanswered when a connection broke, and so many requests were, itself included. */
    void lost(int together, long now) {
        touched = now;
        losses++;
        lossesAlone += together == 1 ? 1 : 0;
        group = Math.min(group, together);
    }

    /** A caller wants to send it: it is remembered for longer, unless it was acquitted. */
    void askedFor(long now) {
        if (losses > 0) {
            touched = now;
        }
    }

    /** When it was lost or asked for last. */
    long touched() {
        return touched;
    }

    boolean isForgotten(long now) {
        return now - touched >= FORGOTTEN_AFTER;
    }

    boolean isSuspect() {
        return losses >= LOSSES_OF_SUSPECTS;
    }

    /** Whether there is no doubt left that it breaks connections. */
    boolean isConvicted() {
        return losses >= LOSSES_OF_REFUSED && lossesAlone >= LOSSES_ALONE_OF_REFUSED;
    }

    boolean isRefused() {
        return retry != null;
    }

    /** When it is tried again; null when it is not refused. */
    @Nullable
    RetryTime retry() {
        return retry;
    }

    /** Refuses it, or refuses it once more. */
    RetryTime refuse(long now, RandomGenerator random) {
        RetryTime next = retry == null ? new RetryTime() : retry;
        next.failed(now, random);
        retry = next;
        return next;
    }

    /** How suspect it is: the less suspect go first. */
    int rank() {
        return retry == null ? losses + lossesAlone : Integer.MAX_VALUE;
    }

    /** How many requests may be sent together, itself included. */
    int groupLimit() {
        return retry != null ? 1 : Math.max(1, group / DIVISIONS);
    }

    /** Whether it goes apart from others of its batch: one that was lost once does not. */
    boolean goesApart() {
        return losses != 1;
    }

    /** Connections break for other reasons, too: treats it as if it had been lost once, with others. */
    void doubt() {
        losses = 1;
        lossesAlone = 0;
        group = Integer.MAX_VALUE;
    }

    /** It was answered. */
    void acquit() {
        losses = 0;
        lossesAlone = 0;
        group = Integer.MAX_VALUE;
        retry = null;
    }

    boolean isAcquitted() {
        return losses == 0;
    }
}
