package io.perennial.spring.boot;

import java.time.Duration;
import org.springframework.util.unit.DataSize;

/** How nodes and watches are restored after an expiry. */
class RestoreProperties {
    /**
     * How many creates go into one transaction, 1 to 10,000.
     */
    private int maxBatchOperations = 1_000;

    /**
     * How many bytes of paths and data go into one transaction; below the server's jute.maxbuffer.
     */
    private DataSize maxBatchSize = DataSize.ofKilobytes(256);

    /**
     * How many transactions may wait for their answer at once.
     */
    private int maxBatchesInFlight = 4;

    /**
     * How many single requests may wait for their answer at once.
     */
    private int maxRequestsInFlight = 1_000;

    /**
     * Restoration in a new session starts after a random part of this, so that many clients do not all come back at
     * once.
     */
    private Duration maxJitter = Duration.ZERO;

    /**
     * Bound on the rate of requests; 0 for none.
     */
    private int maxOperationsPerSecond;

    public int getMaxBatchOperations() {
        return maxBatchOperations;
    }

    public void setMaxBatchOperations(int maxBatchOperations) {
        this.maxBatchOperations = maxBatchOperations;
    }

    public DataSize getMaxBatchSize() {
        return maxBatchSize;
    }

    public void setMaxBatchSize(DataSize maxBatchSize) {
        this.maxBatchSize = maxBatchSize;
    }

    public int getMaxBatchesInFlight() {
        return maxBatchesInFlight;
    }

    public void setMaxBatchesInFlight(int maxBatchesInFlight) {
        this.maxBatchesInFlight = maxBatchesInFlight;
    }

    public int getMaxRequestsInFlight() {
        return maxRequestsInFlight;
    }

    public void setMaxRequestsInFlight(int maxRequestsInFlight) {
        this.maxRequestsInFlight = maxRequestsInFlight;
    }

    public Duration getMaxJitter() {
        return maxJitter;
    }

    public void setMaxJitter(Duration maxJitter) {
        this.maxJitter = maxJitter;
    }

    public int getMaxOperationsPerSecond() {
        return maxOperationsPerSecond;
    }

    public void setMaxOperationsPerSecond(int maxOperationsPerSecond) {
        this.maxOperationsPerSecond = maxOperationsPerSecond;
    }
}
