package io.perennial.operation;

import java.time.Duration;

/** What operations need to know of their session; internal to the library. */
public interface SessionGate {
    /**
     * The session's name.
     *
     * @return the name
     */
    String name();

    /**
     * Whether the session is closed or closing.
     *
     * @return whether it is
     */
    boolean isClosed();

    /**
     * The generation of the latest server session.
     *
     * @return 0 before the first
     */
    long generation();

    /**
     * The state, for messages.
     *
     * @return for example {@code SUSPENDED for 1200 ms}
     */
    String describeState();

    /**
     * Waits until a read-write server session is attached.
     *
     * @param timeout how long at most
     * @return whether one is
     * @throws InterruptedException when interrupted
     */
    boolean awaitAttached(Duration timeout) throws InterruptedException;
}
