package io.perennial;

import java.time.Duration;

/**
 * The conservative answer to "can the server have expired me?". A live view: each call looks anew; it never blocks and
 * may be called from any thread.
 *
 * <p>Held means: a request that was <em>sent</em> less than one negotiated session timeout ago has been acknowledged,
 * reckoned on the monotonic clock; a server does not expire a session earlier than one timeout after it last heard from
 * it (ZooKeeper Programmer's Guide, "ZooKeeper Sessions").
 */
public interface Lease {
    /**
     * The session's generation.
     *
     * @return the generation of the server session in hand; 0 before the first
     */
    long generation();

    /**
     * Whether the server cannot have expired the session yet.
     *
     * @return true while it is held
     */
    boolean isHeld();

    /**
     * How long it will be held if nothing more is heard from the server.
     *
     * @return the time left; zero when not held
     */
    Duration remaining();
}
