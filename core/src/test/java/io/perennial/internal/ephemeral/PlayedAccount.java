package io.perennial.internal.ephemeral;

import io.perennial.ephemeral.EphemeralNode.Status;
import io.perennial.ephemeral.EphemeralSpec.OnConflict;
import io.perennial.internal.ephemeral.ModelTree.Node;
import java.util.HashSet;
import java.util.Set;

/** Holds what a session says of its nodes against what is at the servers, once there was time enough. */
final class PlayedAccount {
    private final PlayedSession session;
    private final NodePlay play;
    private final Set<String> accounted = new HashSet<>();

    PlayedAccount(PlayedSession session, NodePlay play) {
        this.session = session;
        this.play = play;
    }

    /** A node that stands though nobody wants it, or null. */
    String ghost(boolean swept) {
        for (Node node : play.server.tree.nodes()) {
            if (session.owns(node.owner) && !accounted.contains(node.path) && !isExcused(node, swept)) {
                return "a node stands that nobody wants: " + node;
            }
        }
        return null;
    }

    /** What is not as the node says, or null. */
    String wrong(PlayedNode one) {
        Status status = one.node().status();
        Node there = play.server.tree.get(one.node().path());
        boolean ours = there != null && there.owner == session.sessionId();
        if (ours && status == Status.HELD && one.node().problem() == null) {
            accounted.add(there.path);
            return one.isLatest(there.data) ? null : "other data stand: " + there + " for " + one;
        }
        if (status == Status.CONFLICT && isConflict(one, there)) {
            return null;
        }
        if (status == Status.FAILED
                && there == null
                && isBelowAnEphemeral(one)
                && one.node().problem().contains("NOCHILDREN")) {
            return null;
        }
        return "not told truly: " + one + ", and there is " + there;
    }

    /** Of an earlier server session, and nobody here can know of it. */
    private boolean isExcused(Node node, boolean swept) {
        boolean past = node.owner != session.sessionId();
        return play.server.restorations() > 0
                || (past && play.server.hasHidden())
                || (past && node.late)
                || (past && !(node.known && swept) && node.path.contains("_c_"));
    }

    private boolean isConflict(PlayedNode one, Node there) {
        if (one.policy() == OnConflict.FAIL) {
            return there == null || there.owner != session.sessionId();
        }
        boolean replaceable = one.policy() == OnConflict.REPLACE && there != null && there.owner == 0;
        return there != null && !session.owns(there.owner) && !(replaceable && there.children() == 0);
    }

    private boolean isBelowAnEphemeral(PlayedNode one) {
        String parent = ModelTree.parent(one.node().spec().path());
        Node there = play.server.tree.get(parent);
        return there == null ? session.hasPlain(parent) : there.owner != 0;
    }
}
