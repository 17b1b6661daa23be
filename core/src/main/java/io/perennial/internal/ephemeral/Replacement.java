package io.perennial.internal.ephemeral;

import java.util.List;
import java.util.UUID;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.ZooDefs.Ids;

/**
 * Replaces the existing node at a path, in one transaction.
 *
 * <p>The version guards against a change since it was looked at, but not against another node, because each counts from
 * 0: two sessions that found the same left-over would delete one another's new node (N1). ZooKeeper has no condition on
 * the owner; but an ephemeral node can have no child, so creating and removing a child first makes the server refuse
 * the whole transaction when a session owns the existing node. It cannot be checked which session: over a left-over of
 * an earlier session of ours the version is all there is.
 */
final class Replacement {
    private Replacement() {}

    /**
     * The operations, the creation last.
     *
     * @param path the path, below the chroot
     * @param version the version that was seen
     * @param ownerless whether no session may own the existing node
     * @param create creates ours
     */
    static List<Op> operations(String path, int version, boolean ownerless, Op create) {
        Op delete = Op.delete(path, version);
        if (!ownerless) {
            return List.of(delete, create);
        }
        String child = path + "/" + UUID.randomUUID();
        return List.of(
                Op.create(child, new byte[0], Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT),
                Op.delete(child, 0),
                delete,
                create);
    }

    /** How often at most the path is in the transaction. */
    static int paths(boolean ownerless) {
        return ownerless ? 4 : 2;
    }
}
