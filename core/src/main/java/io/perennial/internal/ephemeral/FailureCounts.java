package io.perennial.internal.ephemeral;

import java.time.Duration;

/** How often in a row something went wrong with one node, and when that is too often. Confined to the event loop. */
final class FailureCounts {
    /** How often a node is looked at in vain, before each write, until it has to wait. */
    private static final int MAX_LOOKS = 10;
    /** How often a node's transactions may fail until it is sent alone. */
    private static final int MAX_BATCHES = 3;
    /** How often the parents of a node are made until it has to wait. */
    private static final int MAX_PARENTS = 3;

    private static final long SHORT_INTERVAL_NANOS = Duration.ofMinutes(1).toNanos();

    /** Since it was at rest. */
    private int looks;
    /** Failed transactions with this node in it. */
    private int batches;

    private int parents;
    private int refusals;
    /** By another client, in short intervals. */
    private int deletions;

    private long lastDeletion;

    /** It is being looked at. */
    void looked() {
        looks++;
    }

    /** Whether it changes between each look and the write that follows. */
    boolean hasLookedTooOften() {
        return looks >= MAX_LOOKS;
    }

    /** It has come to rest. */
    void rest() {
        looks = 0;
    }

    /** A transaction with this node in it failed. */
    void batchFailed() {
        batches++;
    }

    /** It is unknown which node makes transactions fail: it may be this one. */
    void isSuspect() {
        batches = MAX_BATCHES;
    }

    /** Whether it should be sent alone. */
    boolean failsBatches() {
        return batches >= MAX_BATCHES;
    }

    /** Its parents were made, and it will be tried again; returns whether they vanish too often for that. */
    boolean parentsMadeTooOften() {
        if (parents++ < MAX_PARENTS) {
            return false;
        }
        parents = 0;
        return true;
    }

    /** It exists. */
    void exists() {
        batches = 0;
        parents = 0;
    }

    /**
     * It was refused, or something is in its way, and it will be tried again later; returns how often in a row by now.
     */
    int refused() {
        return ++refusals;
    }

    int refusals() {
        return refusals;
    }

    /** It is as it should be. */
    void accepted() {
        refusals = 0;
    }

    /**
     * Another client deleted it; returns whether that came so soon after the last time that it is one of a series
     * (S-21).
     */
    boolean deletedAgain(long nanos) {
        boolean again = deletions > 0 && nanos - lastDeletion < SHORT_INTERVAL_NANOS;
        deletions = again ? deletions + 1 : 1;
        lastDeletion = nanos;
        return again;
    }

    int deletions() {
        return deletions;
    }

    /** The server session is gone. */
    void forget() {
        batches = 0;
        parents = 0;
        deletions = 0;
    }
}
