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
 * leader that was paused, was deposed and does not know it yet answers it as before (ZOOKEEPER-1675, ZOOKEEPER-2136).
 */
final class Barrier {
    private Barrier() {}

    /**
     * A transaction that changes nothing. It is agreed on like any other, and its answer comes from a server that has
     * applied it with all before it; so from then on this handle sees no server that is behind it, whatever connection
     * it is on. Requests that this session had in flight on the same connection, or at the same server, come before it.
     *
     * <p>A refusal is just as good an answer: the leader also finds out that the root may not be read, or that the
     * chroot does not exist, and that is agreed on too.
     */
    static void pass(ZooKeeper handle) throws KeeperException, InterruptedException {
        try {
            handle.multi(List.of(Op.check("/", Write.ANY_VERSION)));
        } catch (NoAuthException | NoNodeException e) {
            // As above.
        }
    }
}
