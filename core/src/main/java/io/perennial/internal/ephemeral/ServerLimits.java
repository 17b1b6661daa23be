package io.perennial.internal.ephemeral;

import io.perennial.ephemeral.EphemeralSpec;
import io.perennial.ephemeral.EphemeralSpec.OnConflict;
import io.perennial.internal.restore.PathSpace;
import io.perennial.internal.restore.RestoreContext;

/**
 * What a server can handle, checked before anything is registered.
 *
 * <p>Data (S-26): a request larger than {@code jute.maxbuffer} makes the server drop the connection, again and again.
 *
 * <p>Paths (S-25, ZOOKEEPER-4306): when a session ends, the server writes one transaction that lists the paths of all
 * its ephemeral nodes, chroot included: {@code CloseSessionTxn}, a header of 32 bytes, a count, and for each path its
 * length in four bytes and its UTF-8 bytes. A server that later reads a longer transaction than it accepts, from its
 * leader or from its own log, fails, and fails again when restarted. It accepts {@code jute.maxbuffer} plus {@code
 * zookeeper.jute.maxbuffer.extrasize}, which is the same again unless set: twice {@code jute.maxbuffer}. The limit here
 * is three quarters of that; the rest is room for nodes that the application makes through {@code curator()}. A node
 * counts from its registration until it is known to be gone. A chroot that an ensemble provider names only when it is
 * started (C13) counts from then on, for all nodes: those that were registered before remain, and no others are added
 * beyond the limit.
 */
final class ServerLimits {
    /** Room for what a request holds besides path, data and ACL. */
    private static final int HEADROOM = 1024;
    /** A header and a count. */
    private static final int CLOSE_OVERHEAD = 64;

    private static final String RAISE =
            "raise jute.maxbuffer on all servers and on this client, and say so by the builder's serverMaxBuffer";

    private final RestoreContext context;

    ServerLimits(RestoreContext context) {
        this.context = context;
    }

    /** How many bytes the paths of all nodes together may take in the transaction that closes the session. */
    long maxPathBytes() {
        return context.maxPacket() * 3L / 2 - CLOSE_OVERHEAD;
    }

    /** What one node takes of it, excluding the chroot. */
    int pathBytes(String serverPath, boolean sequential) {
        return PathSpace.size(serverPath) + (sequential ? ProtectedName.ADDED_BYTES : 0);
    }

    /** What that many nodes take of it with the chroot, as far as that is known. */
    long onServer(long pathBytes, int nodes) {
        return pathBytes + (long) nodes * context.paths().chrootBytes();
    }

    /** Checks that a node's data fit into one request, which may be the transaction that replaces the existing node. */
    void checkData(EphemeralSpec spec, int dataBytes, int pathBytes, int aclBytes) {
        int count = Replacement.paths(spec.onConflict() == OnConflict.REPLACE);
        long paths = onServer((long) count * pathBytes, count);
        long limit = context.maxPacket() - HEADROOM - paths - aclBytes;
        if (dataBytes > limit) {
            throw new IllegalArgumentException("data of '" + spec.path() + "' are " + dataBytes
                    + " bytes; with this path a"
                    + " node may hold " + Math.max(0, limit) + ", because jute.maxbuffer is " + context.maxPacket()
                    + ": store less, or " + RAISE);
        }
    }

    /** Checks that the session can still be closed with one more node. */
    void checkPaths(String userPath, int pathBytes, long countedBytes, int registeredNodes, int leavingNodes) {
        long total = onServer(countedBytes + pathBytes, registeredNodes + leavingNodes + 1);
        if (total > maxPathBytes()) {
            throw new IllegalArgumentException("path '" + userPath + "' cannot be added to the " + registeredNodes
                    + " nodes of session '" + context.name() + "'"
                    + (leavingNodes == 0 ? "" : " and " + leavingNodes + " released ones that are not gone yet")
                    + ": their paths would take " + total
                    + " bytes in the transaction by which the server closes the session, and may take "
                    + maxPathBytes() + " (1.5 times jute.maxbuffer, which is " + context.maxPacket()
                    + "; a larger one can crash the ensemble, ZOOKEEPER-4306): use shorter paths, spread the nodes over"
                    + " several sessions, " + (leavingNodes == 0 ? "" : "wait for release() to complete, ") + RAISE);
        }
    }
}
