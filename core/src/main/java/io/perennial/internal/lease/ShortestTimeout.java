package io.perennial.internal.lease;

import java.time.Duration;

/**
 * The shortest of the timeout at a server session's creation and every one negotiated since: no leader uses a shorter
 * one (L1).
 *
 * <p>A leader touches a session with the timeout that the client last negotiated with its own server; but one that
 * starts anew tracks each session with the timeout of its creation, which is in the database
 * ({@code SessionTrackerImpl}'s constructor), and a reconnection only touches and is written nowhere. Confined to its
 * owner's lock.
 */
final class ShortestTimeout {
    private long sessionId;
    private Duration shortest = Duration.ZERO;

    /** The shortest of that session, for which this one has just been negotiated; its first is that of its creation. */
    Duration of(long session, Duration negotiated) {
        if (session != sessionId || negotiated.compareTo(shortest) < 0) {
            sessionId = session;
            shortest = negotiated;
        }
        return shortest;
    }
}
