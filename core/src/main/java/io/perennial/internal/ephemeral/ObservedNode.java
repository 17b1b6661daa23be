package io.perennial.internal.ephemeral;

/** What is known of a node on the server, as seen from the current session. */
enum ObservedNode {
    /** There is no node at the path, or nothing suggests one. Followed by {@code IN_DOUBT} when it is created. */
    ABSENT,
    /** A write was sent and not answered, or the node must be looked at for another reason. Followed by any other. */
    IN_DOUBT,
    /**
     * The current session owns it. Followed by {@code IN_DOUBT} when it is changed, {@code ABSENT} when it is deleted.
     */
    OWNED,
    /** The current session owns it, but it was made for a node since released: to be given this one's data (N3). */
    INHERITED,
    /**
     * To be replaced: an earlier server session of this session object owns it, before the server reaps it; or it is
     * {@code INHERITED} and has another ACL, or cannot be written.
     */
    STALE,
    /** Another client's node exists there. */
    FOREIGN;

    /** Whether a node that this session object made may exist there. */
    boolean mayExist() {
        return this != ABSENT && this != FOREIGN;
    }
}
