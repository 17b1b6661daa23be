package io.perennial.samples.shop;

import io.perennial.SessionState;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Everything that the page shows above the timeline, as JSON; durations in milliseconds.
 *
 * @param name the session's name
 * @param port where this instance takes requests
 * @param state the session's state
 * @param look the state's class in the style sheet
 * @param meaning the state in a few words
 * @param inState how long it has been in that state
 * @param asOf since when nothing new can have come from the servers, because the session is not attached to them; null
 *     while it is, and before it has been
 * @param server the current server session, or null
 * @param lease how long the lease is still held
 * @param roundTrip how long the last heartbeat took, in microseconds, or null
 * @param nodes ephemeral nodes
 * @param watches watches
 * @param loss the last loss, or null
 * @param problems what cannot be restored
 * @param settings the configuration that the service has received, or null
 * @param peers all instances seen
 * @param cut whether the connection is cut
 * @param changes grows with each transition
 */
record Status(
        String name,
        int port,
        SessionState state,
        String look,
        String meaning,
        long inState,
        @Nullable Instant asOf,
        @Nullable Server server,
        long lease,
        @Nullable Long roundTrip,
        Count nodes,
        Count watches,
        @Nullable Loss loss,
        List<String> problems,
        @Nullable Settings settings,
        List<Peer> peers,
        boolean cut,
        long changes) {

    /** A server session: its generation, id and negotiated timeout. */
    record Server(long generation, String id, long timeout) {}

    /** How many of how many. */
    record Count(int now, int wanted) {}

    /** Why and when the session was lost. */
    record Loss(@Nullable Instant at, String kind, String explanation) {}
}
