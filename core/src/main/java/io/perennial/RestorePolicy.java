package io.perennial;

import java.time.Duration;

/**
 * How nodes and watches are restored: in batches, pipelined, within these bounds. Immutable; each {@code with} method
 * returns a changed copy.
 *
 * @param maxBatchOperations how many creates go into one transaction, 1 to 10,000
 * @param maxBatchBytes how many bytes of paths and data go into one transaction; a transaction must stay below the
 *     server's {@code jute.maxbuffer} (1,048,575 unless set)
 * @param maxBatchesInFlight how many transactions may wait for their answer at once, at least 1
 * @param maxRequestsInFlight how many single requests (reads, watches) may wait for their answer at once, at least 1:
 *     the client's own queue is unbounded
 * @param maxJitter restoration in a new session starts after a random part of this, so that many clients that lost
 *     their sessions at once do not all come back at once; zero for none, at most an hour
 * @param maxOperationsPerSecond a bound on the rate of requests; 0 for none
 */
public record RestorePolicy(
        int maxBatchOperations,
        int maxBatchBytes,
        int maxBatchesInFlight,
        int maxRequestsInFlight,
        Duration maxJitter,
        int maxOperationsPerSecond) {

    private static final Duration LONGEST_JITTER = Duration.ofHours(1);

    /**
     * Checks the bounds.
     *
     * @param maxBatchOperations as above
     * @param maxBatchBytes as above
     * @param maxBatchesInFlight as above
     * @param maxRequestsInFlight as above
     * @param maxJitter as above
     * @param maxOperationsPerSecond as above
     */
    public RestorePolicy {
        if (maxJitter == null) {
            throw new IllegalArgumentException("maxJitter is null; give Duration.ZERO for none");
        }
        within("maxBatchOperations", maxBatchOperations, 1, 10_000);
        within("maxBatchBytes", maxBatchBytes, 1_024, 64 * 1024 * 1024);
        within("maxBatchesInFlight", maxBatchesInFlight, 1, 1_000);
        within("maxRequestsInFlight", maxRequestsInFlight, 1, 100_000);
        within("maxOperationsPerSecond", maxOperationsPerSecond, 0, Integer.MAX_VALUE);
        if (maxJitter.isNegative() || maxJitter.compareTo(LONGEST_JITTER) > 0) {
            throw new IllegalArgumentException(
                    "maxJitter is " + maxJitter + "; it must be zero or positive, and at most " + LONGEST_JITTER);
        }
    }

    /**
     * 1,000 operations or 256 KiB a transaction, 4 transactions and 1,000 single requests in flight, no jitter, no
     * rate.
     *
     * @return the default policy
     */
    public static RestorePolicy defaults() {
        return new RestorePolicy(1_000, 256 * 1024, 4, 1_000, Duration.ZERO, 0);
    }

    /**
     * With another bound on the creates in one transaction.
     *
     * @param operations see {@link #maxBatchOperations()}
     * @return the changed policy
     */
    public RestorePolicy withMaxBatchOperations(int operations) {
        return new RestorePolicy(
                operations, maxBatchBytes, maxBatchesInFlight, maxRequestsInFlight, maxJitter, maxOperationsPerSecond);
    }

    /**
     * With another bound on the bytes in one transaction.
     *
     * @param bytes see {@link #maxBatchBytes()}
     * @return the changed policy
     */
    public RestorePolicy withMaxBatchBytes(int bytes) {
        return new RestorePolicy(
                maxBatchOperations, bytes, maxBatchesInFlight, maxRequestsInFlight, maxJitter, maxOperationsPerSecond);
    }

    /**
     * With another bound on the transactions in flight.
     *
     * @param batches see {@link #maxBatchesInFlight()}
     * @return the changed policy
     */
    public RestorePolicy withMaxBatchesInFlight(int batches) {
        return new RestorePolicy(
                maxBatchOperations, maxBatchBytes, batches, maxRequestsInFlight, maxJitter, maxOperationsPerSecond);
    }

    /**
     * With another bound on the single requests in flight.
     *
     * @param requests see {@link #maxRequestsInFlight()}
     * @return the changed policy
     */
    public RestorePolicy withMaxRequestsInFlight(int requests) {
        return new RestorePolicy(
                maxBatchOperations, maxBatchBytes, maxBatchesInFlight, requests, maxJitter, maxOperationsPerSecond);
    }

    /**
     * With jitter before a restoration.
     *
     * @param jitter see {@link #maxJitter()}
     * @return the changed policy
     */
    public RestorePolicy withMaxJitter(Duration jitter) {
        return new RestorePolicy(
                maxBatchOperations,
                maxBatchBytes,
                maxBatchesInFlight,
                maxRequestsInFlight,
                jitter,
                maxOperationsPerSecond);
    }

    /**
     * With a bounded rate.
     *
     * @param operations see {@link #maxOperationsPerSecond()}
     * @return the changed policy
     */
    public RestorePolicy withMaxOperationsPerSecond(int operations) {
        return new RestorePolicy(
                maxBatchOperations, maxBatchBytes, maxBatchesInFlight, maxRequestsInFlight, maxJitter, operations);
    }

    private static void within(String property, int value, int min, int max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(property + " is " + value + "; it must be " + min + " to " + max);
        }
    }
}
