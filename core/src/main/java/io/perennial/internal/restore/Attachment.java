package io.perennial.internal.restore;

/** How a live session was obtained. */
public enum Attachment {
    /**
     * The same handle has its connection again. The server kept the ephemeral nodes; the client itself has re-armed
     * one-shot watches, with their catch-up; persistent watches got none (ZOOKEEPER-1416).
     */
    RECONNECTED,
    /** A new handle took over the known session: its ephemeral nodes are there, no watch is armed. */
    RESUMED,
    /** A new server session: no ephemeral node, no watch; nodes of earlier sessions may still exist. */
    NEW_SESSION
}
