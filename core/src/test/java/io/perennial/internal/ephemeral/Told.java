package io.perennial.internal.ephemeral;

/** What a session was told last of a path in a play: how it was at that transaction. */
record Told(long zxid, boolean ours, int version) {
    /** Where the version is not told. */
    static final int UNKNOWN_VERSION = -1;
}
