package io.perennial.soak.fault;

import java.time.Duration;

/** What faults do to the clients: pause their JVMs and expire their sessions. */
public interface Clients {
    /** Has a session take itself for expired. */
    void expireAtClient(int session);

    /** The server session of a session; 0 when there is none. */
    long sessionId(int session);

    /** Stops a client JVM by SIGSTOP and continues it; returns when it is over. */
    void stall(int client, Duration length);
}
