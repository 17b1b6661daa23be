package io.perennial.operation;

import org.apache.curator.utils.PathUtils;

/**
 * A condition that must hold when a write is applied, checked by the server in the same transaction: see {@link
 * Operations#fencedBy}. A lease that was held when the caller looked may have run out before the write arrives; a fence
 * cannot.
 */
public sealed interface Fence {
    /**
     * A fencing node that has a version: a client that takes over writes to it first, and so locks out all clients that
     * go by an earlier version. Take the version from the outcome of that write ({@link WriteOutcome#stat()}): one that
     * was only read may be another client's.
     *
     * @param path an absolute path
     * @param version the version that it must have when the write is applied; not negative
     * @return the fence
     * @throws IllegalArgumentException for an invalid path, or for a negative version
     */
    static Fence version(String path, int version) {
        return new Version(path, version);
    }

    /**
     * An ephemeral node that this session owns, such as the one by which it leads. The node is looked at before each
     * attempt, which costs a request, and must exist in the same version when the write is applied; the write goes to
     * the server in the owning session or not at all.
     *
     * <p>What it cannot notice: that between the look and the write another client removes the node and makes another
     * one with the same path and version, which takes two writes of that client within a round trip. ZooKeeper's
     * transactions check versions, not owners. Nodes with unique names (sequential, protected) are safe from that.
     *
     * @param path an absolute path
     * @param sessionId the owner that it must have, this session's, from {@link io.perennial.SessionInfo#sessionId()};
     *     once that is no longer the current session, writes are {@code NOT_APPLIED} with {@code SESSIONEXPIRED}
     * @return the fence
     * @throws IllegalArgumentException for an invalid path, or for the session id 0, which owns nothing
     */
    static Fence owner(String path, long sessionId) {
        return new Owner(path, sessionId);
    }

    /**
     * Which node.
     *
     * @return an absolute path
     */
    String path();

    /**
     * See {@link Fence#version}.
     *
     * @param path as above
     * @param version as above
     */
    record Version(String path, int version) implements Fence {
        /**
         * Checks.
         *
         * @param path as above
         * @param version as above
         */
        public Version {
            PathUtils.validatePath(path);
            if (version < 0) {
                throw new IllegalArgumentException("version of the fence '" + path + "' is " + version
                        + "; give the version that the fencing node must have, 0 or more");
            }
        }
    }

    /**
     * See {@link Fence#owner}.
     *
     * @param path as above
     * @param sessionId as above
     */
    record Owner(String path, long sessionId) implements Fence {
        /**
         * Checks.
         *
         * @param path as above
         * @param sessionId as above
         */
        public Owner {
            PathUtils.validatePath(path);
            if (sessionId == 0) {
                throw new IllegalArgumentException("sessionId of the fence '" + path
                        + "' is 0, which owns no node; give the session's id from info()");
            }
        }
    }
}
