package io.perennial.internal.restore;

import io.perennial.internal.request.Requests;
import java.util.Set;

/**
 * A live, read-write server session on one handle, from its attachment to the next connection loss. Confined to the
 * event loop.
 */
public final class AttachedSession {
    private final long generation;
    private final long sessionId;
    private final Set<Long> earlierSessionIds;
    private final Requests requests;

    /**
     * Creates one.
     *
     * @param generation the generation
     * @param sessionId the server's id
     * @param earlierSessionIds the ids of earlier server sessions of the same session object
     * @param requests sends requests on the handle
     */
    public AttachedSession(long generation, long sessionId, Set<Long> earlierSessionIds, Requests requests) {
        this.generation = generation;
        this.sessionId = sessionId;
        this.earlierSessionIds = earlierSessionIds;
        this.requests = requests;
    }

    /**
     * The generation.
     *
     * @return 1 or more
     */
    public long generation() {
        return generation;
    }

    /**
     * The server's id, which is the {@code ephemeralOwner} of the session's nodes.
     *
     * @return the id
     */
    public long sessionId() {
        return sessionId;
    }

    /**
     * Whether a node's owner is an earlier server session of the same session object: its node is our own leftover that
     * the server has not removed yet, not another session's.
     *
     * @param ephemeralOwner a stat's owner
     * @return whether it was ours
     */
    public boolean wasOurs(long ephemeralOwner) {
        return earlierSessionIds.contains(ephemeralOwner);
    }

    /**
     * Sends requests.
     *
     * @return the session's requests
     */
    public Requests requests() {
        return requests;
    }
}
