package io.perennial.internal.ephemeral;

import io.perennial.ephemeral.EphemeralSpec.OnConflict;
import org.apache.zookeeper.data.Stat;

/**
 * Another client's node where ours should be.
 *
 * @param description what it is, for people to read
 * @param readable whether it could be looked at
 * @param persistent whether no session owns it
 * @param replaceable whether it may be replaced, if the policy says so
 */
record Obstacle(String description, boolean readable, boolean persistent, boolean replaceable) {
    /** Nothing is in the way, as far as is known. */
    static final Obstacle NONE = new Obstacle("", false, false, false);

    /** Something that may not be read, and is not the session's own. */
    static final Obstacle UNREADABLE =
            new Obstacle("a node that this session has no permission to read", false, false, false);

    /** What was looked at. The server does not tell clients that a node is a container: it counts as persistent. */
    static Obstacle of(Stat stat) {
        long owner = stat.getEphemeralOwner();
        int children = stat.getNumChildren();
        if (owner == 0) {
            String below = children == 0 ? "" : " with " + children + " children";
            return new Obstacle("a persistent node" + below, true, true, children == 0);
        }
        return new Obstacle("a node of another owner (0x" + Long.toHexString(owner) + ")", true, false, false);
    }

    /** The same, but its own ACL prevents this session from making sure that no session owns it (N1). */
    Obstacle whoseOwnerMayNotBeAsked() {
        return new Obstacle(
                "a persistent node whose ACL does not let this session create and delete below it, as it must to"
                        + " make sure that no live session owns it",
                readable,
                persistent,
                false);
    }

    /**
     * Whether a watch reports when it can be removed. None reports that a node's children have gone, and none is armed
     * on what may not be read.
     */
    boolean isReportedByWatch(OnConflict policy) {
        return readable && !(persistent && policy == OnConflict.REPLACE);
    }
}
