package io.perennial.internal.ephemeral;

import io.perennial.ephemeral.EphemeralNode.Status;
import io.perennial.internal.restore.AttachedSession;
import org.apache.zookeeper.data.Stat;
import org.jspecify.annotations.Nullable;

/** What a look at a node's path reveals: whose node exists there. Confined to the event loop. */
final class Findings {
    private final AttachedSession live;
    private final NodeLedger ledger;
    private final PathOccupants occupants;

    Findings(AttachedSession live, NodeLedger ledger, PathOccupants occupants) {
        this.live = live;
        this.ledger = ledger;
        this.occupants = occupants;
    }

    /** The node at its path was looked at; null when there is none. */
    void examined(TrackedNode node, @Nullable Stat stat) {
        node.state.looked();
        if (stat == null) {
            node.state.foundAbsent();
            gone(node);
        } else if (stat.getEphemeralOwner() == live.sessionId()) {
            node.state.foundOurs(stat);
        } else if (live.wasOurs(stat.getEphemeralOwner())) {
            node.state.foundStale(stat);
        } else if (node.isSequential()) {
            takenByOthers(node);
        } else {
            node.state.foundForeign(stat);
        }
    }

    /** A sequential node whose very path another client has taken need not wait for it: it gets another. */
    void takenByOthers(TrackedNode node) {
        node.state.lostToOthers();
        gone(node);
    }

    private void gone(TrackedNode node) {
        occupants.vacate(node);
        ledger.show(node, Status.PENDING, node.spec.path(), null);
    }
}
