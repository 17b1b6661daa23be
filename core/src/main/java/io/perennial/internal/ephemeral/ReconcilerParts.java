package io.perennial.internal.ephemeral;

import io.perennial.internal.restore.RestoreContext;
import java.util.random.RandomGenerator;

/**
 * The parts of a {@link Reconciler} that outlive its passes, for each pass to use.
 *
 * @param context what the session's nodes may use
 * @param ledger what is wanted and shown
 * @param occupants which node has which path
 * @param outcomes notifies the application
 * @param retries what waits for its next attempt
 * @param deletions what to do when another client deletes a node
 * @param leftovers what earlier server sessions have left behind
 * @param random source of random delays
 */
record ReconcilerParts(
        RestoreContext context,
        NodeLedger ledger,
        PathOccupants occupants,
        StatusReporter outcomes,
        RetryQueue retries,
        DeletionsByOthers deletions,
        StaleSequentialNodes leftovers,
        RandomGenerator random) {}
