package io.perennial.ephemeral;

import io.perennial.handle.SessionContext;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Verifies that a resumed session has all its nodes, whatever their number, by one request and no write. */
final class Verification {
    private final Pass pass;
    private final List<TrackedNode> expected = new ArrayList<>();

    Verification(Pass pass) {
        this.pass = pass;
    }

    /**
     * Whether the list of all nodes fits into one answer. A longer one would make the client cut the connection; a
     * quarter is left for nodes that the application made through {@code curator()}.
     */
    static boolean isPossible(SessionContext context, NodeLedger ledger) {
        return ledger.pathBytes() <= context.maxPacket() * 3L / 4;
    }

    void begin(Collection<TrackedNode> nodes) {
        for (TrackedNode node : nodes) {
            if (node.state.knowledge == Knowledge.OURS) {
                expected.add(node);
            }
        }
        if (expected.isEmpty()) {
            pass.verified();
            return;
        }
        var paths = pass.context().paths();
        String prefix = paths.inTransaction(paths.toServer("path", "/"));
        pass.live().requests().getEphemerals(prefix, reply -> {
            if (reply.ok()) {
                var present = new HashSet<String>();
                reply.names().forEach(path -> present.add(paths.fromTransaction(path)));
                compare(present);
            } else if (!reply.connectionTrouble()) {
                compare(null); // a server that does not know the question
            }
        });
    }

    /** What was under way before has been answered before, and what was sent after this has not: the list is exact. */
    private void compare(@Nullable Set<String> present) {
        for (TrackedNode node : expected) {
            NodeState state = node.state;
            if (state.knowledge == Knowledge.OURS && (present == null || !present.contains(node.actualServerPath()))) {
                state.knowledge = Knowledge.IN_DOUBT;
                pass.revisit(node);
            }
        }
        pass.verified();
    }
}
