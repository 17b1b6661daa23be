package io.perennial.internal.handle;

/** Hears what timeout a server grants to a session, before anything is told of the connection. */
@FunctionalInterface
public interface Grants {
    /**
     * A server has granted that. Called by the thread that connects, so it must not block.
     *
     * @param sessionId of the session, as far as its handle knows it yet; else 0, or the one that it was to attach to
     * @param millis the timeout; 0 or less when there is none
     */
    void granted(long sessionId, int millis);
}
