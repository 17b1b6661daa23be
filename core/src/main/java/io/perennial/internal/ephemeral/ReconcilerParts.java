package io.perennial.internal.ephemeral;

import io.perennial.internal.restore.RestoreContext;
import java.util.random.RandomGenerator;

/**
 * What a {@link Reconciler} has that outlives its passes, for each pass to use.
 *
 * @param context what the session's nodes may use
 * @param ledger what is wanted and shown
 * @param occupants which node has which path
 * @param outcomes tells the application
 * @param retries what waits for its next attempt
 * @param deletions what to do when somebody else deletes a node
 * @param leftovers what earlier server sessions have left behind
 * @param random where delays are drawn
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
