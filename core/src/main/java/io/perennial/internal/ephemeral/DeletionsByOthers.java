package io.perennial.internal.ephemeral;

import io.perennial.ephemeral.EphemeralNode.Status;
import io.perennial.internal.engine.Ticker;

/**
 * Nodes of ours that another client deletes. Each is created again: at once the first time, then with back-off, because
 * two clients that disagree would otherwise keep a server busy (S-21). Confined to the event loop.
 */
final class DeletionsByOthers {
    private final Ticker ticker;
    private final NodeLedger ledger;
    private final PathOccupants occupants;
    private final StatusReporter outcomes;
    private final RetryQueue retries;

    DeletionsByOthers(
            Ticker ticker, NodeLedger ledger, PathOccupants occupants, StatusReporter outcomes, RetryQueue retries) {
        this.ticker = ticker;
        this.ledger = ledger;
        this.occupants = occupants;
        this.outcomes = outcomes;
        this.retries = retries;
    }

    /** It was deleted: it waits for its next attempt, or may be created at once. */
    void deleted(TrackedNode node) {
        boolean again = node.failures.deletedAgain(ticker.nanos());
        node.state.foundAbsent();
        node.activity.stopWaiting();
        occupants.vacate(node);
        if (again) {
            outcomes.deletedAgain(node, retries.later(node, node.failures.deletions() - 1));
        } else {
            ledger.show(node, Status.PENDING, node.spec.path(), null);
        }
    }
}
