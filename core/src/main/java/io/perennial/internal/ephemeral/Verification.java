package io.perennial.internal.ephemeral;

import io.perennial.internal.restore.AttachedSession;
import io.perennial.internal.restore.RestoreContext;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Verifies that a resumed session has all its nodes, however many, by two requests and no write: whether the history is
 * still the one that this session knows, and the list of its nodes.
 */
final class Verification {
    private final RestoreContext context;
    private final AttachedSession live;
    private final PassProgress progress;
    private final List<TrackedNode> expected = new ArrayList<>();

    Verification(RestoreContext context, AttachedSession live, PassProgress progress) {
        this.context = context;
        this.live = live;
        this.progress = progress;
    }

    /**
     * Whether the list of all nodes fits into one answer. A longer one would make the client drop the connection; a
     * quarter is left for nodes that the application made through {@code curator()}.
     */
    static boolean isPossible(RestoreContext context, NodeLedger ledger) {
        return ledger.pathBytes() <= context.maxPacket() * 3L / 4;
    }

    /** A node in doubt that should exist with what it held. */
    void add(TrackedNode node) {
        expected.add(node);
    }

    void begin() {
        if (!expected.isEmpty()) {
            new History(live).check(expected, this::list, () -> expected.forEach(progress::learned));
        }
    }

    private void list() {
        var paths = context.paths();
        String prefix = paths.inTransaction(paths.toServer("path", "/"));
        live.requests().getEphemerals(prefix, reply -> {
            if (reply.connectionTrouble()) {
                return;
            }
            var present = new HashSet<String>();
            reply.names().forEach(path -> present.add(paths.fromTransaction(path)));
            compare(present);
        });
    }

    /**
     * What is not on the list stays in doubt and is looked at; so does everything when the server refuses the request.
     */
    private void compare(Set<String> present) {
        for (TrackedNode node : expected) {
            if (present.contains(node.actualServerPath())) {
                node.state.verified();
            }
            progress.learned(node);
        }
    }
}
