package io.perennial.internal.handle;

/** Receives the timeout that a server grants to a session, before anything is reported of the connection. */
@FunctionalInterface
public interface Grants {
    /**
     * A server has granted that. Called by the connecting thread, so it must not block.
     *
     * @param sessionId of the session, as far as its handle knows it yet; else 0, or the one that it was to attach to
     * @param millis the timeout; 0 or less when there is none
     */
    void granted(long sessionId, int millis);
}
