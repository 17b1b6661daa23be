package io.perennial.internal.operation;

import io.perennial.operation.Write;
import java.util.List;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.KeeperException.NoAuthException;
import org.apache.zookeeper.KeeperException.NoNodeException;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.ZooKeeper;

/**
 * Brings a handle up to everything that the ensemble had applied. A {@code sync} does not: it asks no quorum, and a
 * leader that stood still, was deposed and does not know it yet answers it as before (ZOOKEEPER-1675, ZOOKEEPER-2136).
 */
final class Barrier {
    private Barrier() {}

    /**
     * A transaction that changes nothing. It is agreed upon like any other, and its answer comes from a server that has
     * applied it with all before it; so from then on this handle sees no server that is behind it, whatever connection
     * it is on. What this session had on the way on the same connection, or at the same server, comes before it.
     *
     * <p>A refusal is an answer of the same kind: that the root may not be read, or that the chroot is not there, is
     * found by the leader and agreed upon too.
     */
    static void pass(ZooKeeper handle) throws KeeperException, InterruptedException {
        try {
            handle.multi(List.of(Op.check("/", Write.ANY_VERSION)));
        } catch (NoAuthException | NoNodeException e) {
            // As above.
        }
    }
}
