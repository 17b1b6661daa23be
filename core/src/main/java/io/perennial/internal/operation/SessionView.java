package io.perennial.internal.operation;

import java.time.Duration;

/** What operations need of their session; internal to the library. Nothing here blocks, but for the one wait. */
public interface SessionView {
    /**
     * How many connections broke over requests that were suspected of breaking them.
     *
     * @return a number that grows
     */
    int trialsLost();

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
     * Whether a read-write server session is attached.
     *
     * @return whether one is
     */
    boolean isAttached();

    /**
     * Whether there is no point in sending anything for now: the session has been without a server for the connect
     * timeout since it began or was lost, or it is refused.
     *
     * @return whether it is so
     */
    boolean isHopeless();

    /**
     * Whether the handles are the library's own, which bind operations to their session.
     *
     * @return false when a factory of the caller's makes them
     */
    boolean bindsHandles();

    /**
     * Whether Curator knows of the connection. It hears of one after the session, and while a listener of the
     * application blocks it hears of nothing: what is in its background waits meanwhile, a second at a time.
     *
     * @return whether it sends at once what is handed over to its background
     */
    boolean isCuratorConnected();

    /**
     * How long a request or an answer may be.
     *
     * @return the lesser of the client's and the servers' {@code jute.maxbuffer}, in bytes
     */
    int maxPacket();

    /**
     * The current server session.
     *
     * @return its generation, id, and the last transaction that its client has seen
     */
    ServerSession serverSession();

    /**
     * The current connection.
     *
     * @return something equal for as long as the session has not moved to another one
     */
    Object connection();

    /**
     * The state, for messages.
     *
     * @return for example {@code SUSPENDED for 1200 ms}
     */
    String describeState();

    /**
     * Waits until a read-write server session is attached, or the session is closed.
     *
     * @param timeout how long at most
     * @return whether one is
     * @throws InterruptedException when interrupted
     */
    boolean awaitAttached(Duration timeout) throws InterruptedException;

    /**
     * Runs something short after a delay, on the engine's thread.
     *
     * @param delay from now
     * @param task must not block, nor run the user's code
     * @return false when the engine has stopped and it will not run
     */
    boolean schedule(Duration delay, Runnable task);

    /**
     * A server session at one moment.
     *
     * @param generation its generation; 0 before the first
     * @param sessionId its id; 0 when there is none that a server would still know
     * @param zxid the last transaction that its client has seen; 0 when that is not known
     */
    record ServerSession(long generation, long sessionId, long zxid) {}
}
