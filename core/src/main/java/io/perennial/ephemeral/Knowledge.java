package io.perennial.ephemeral;

/** What is known of a node on the server, as seen from the session in hand. */
enum Knowledge {
    /** There is no node at the path, or nothing speaks against it. Followed by {@code IN_DOUBT} when it is created. */
    ABSENT,
    /** A write was sent and not answered, or the node must be looked at for another reason. Followed by any other. */
    IN_DOUBT,
    /** The session in hand owns it. Followed by {@code IN_DOUBT} when it is changed, {@code ABSENT} when it is deleted. */
    OURS,
    /** An earlier server session of ours owns it: to be replaced before the server reaps it. */
    LEFTOVER,
    /** Somebody else's node stands there. */
    FOREIGN
}
