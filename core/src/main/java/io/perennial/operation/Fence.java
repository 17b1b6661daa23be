package io.perennial.operation;

import org.apache.curator.utils.PathUtils;

/**
 * What must still be true when a write is applied, checked by the server in the same transaction: see {@link
 * Operations#fencedBy}. A lease that was held when somebody looked may have run out before the write arrives; a fence
 * cannot.
 */
public sealed interface Fence {
    /**
     * A fencing node that has a version: whoever takes over writes to it first, and shuts out all who go by an earlier
     * version. Take the version from the outcome of that write ({@link WriteOutcome#stat()}): one that was only read may be
     * another client's.
     *
     * @param path an absolute path
     * @param version the version that it must have when the write is applied; not negative
     * @return the fence
     * @throws IllegalArgumentException for a path that is none, or for a negative version
     */
    static Fence version(String path, int version) {
        return new Version(path, version);
    }

    /**
     * An ephemeral node that this session owns, such as the one by which it leads. It is looked at before each attempt,
     * which costs a request, and must be there in the same version when the write is applied; the write goes to the
     * server in the owning session or not at all.
     *
     * <p>What it cannot tell: between the look and the write somebody removes the node and makes another of the same
     * path and version, which takes two writes of a stranger within a round trip. ZooKeeper's transactions check
     * versions, not owners. Nodes with unique names (sequential, protected) are safe from that.
     *
     * @param path an absolute path
     * @param sessionId the owner that it must have, this session's, from {@link io.perennial.SessionInfo#sessionId()}; once
     *     it is no longer in hand, writes are {@code NOT_APPLIED} with {@code SESSIONEXPIRED}
     * @return the fence
     * @throws IllegalArgumentException for a path that is none, or for the session id 0, which owns nothing
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
