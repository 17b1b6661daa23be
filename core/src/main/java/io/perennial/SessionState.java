package io.perennial;

/**
 * The state of a {@link ResilientSession}, and what the application should do in it.
 *
 * <p>Legal transitions: {@code LATENT} leads to {@code CONNECTING}; any state leads to {@code CLOSED}, which is
 * final. Each constant says which states may follow it otherwise.
 */
public enum SessionState {
    /** Built, not started: no thread, no socket. Followed by {@link #CONNECTING}. */
    LATENT,

    /**
     * Started, no server session yet. The application waits. Followed by {@link #RESTORING}, {@link #READ_ONLY} or
     * {@link #FAILED}.
     */
    CONNECTING,

    /**
     * A server session is live; nodes and watches are being restored. Operations may run. Followed by {@link
     * #CONNECTED}, or by {@link #SUSPENDED}, {@link #LOST} or {@link #FAILED} when trouble comes meanwhile.
     */
    RESTORING,

    /**
     * Restored; what cannot be restored is on the {@linkplain ResilientSession#report() report} and retried. The
     * application works. Followed by {@link #SUSPENDED}, {@link #LOST} or {@link #FAILED}.
     */
    CONNECTED,

    /**
     * Attached to a server without quorum. The application may read; nothing is replayed. Followed by
     * {@link #RESTORING}, {@link #CONNECTED}, {@link #SUSPENDED}, {@link #CONNECTING}, {@link #LOST} or
     * {@link #FAILED}.
     */
    READ_ONLY,

    /**
     * Connection lost; the server may still hold the session with its nodes and watches. The application works on, and
     * may begin new work; it pauses what needs exclusivity as soon as {@link ResilientSession#lease()} is not held,
     * which may be well before the state changes: {@link Lease#onLapse} runs an action at that moment. Followed by
     * {@link #CONNECTED} or {@link #RESTORING} (same session), {@link #READ_ONLY}, {@link #LOST} or {@link #FAILED}.
     */
    SUSPENDED,

    /**
     * The session must be taken for gone: nothing was acknowledged for a whole session timeout, the server said so, or
     * the client gave it up. The lease is not held, unless the client gave up first: then it runs out. The application
     * stops what needs exclusivity. Followed by {@link #RESTORING} (the old session resumed, or a new one), {@link
     * #READ_ONLY} or {@link #FAILED}.
     */
    LOST,

    /**
     * The server refuses the credentials, a policy refuses the session, or the configuration does not fit the server;
     * retried at a slow, bounded pace. Alert a person. The earlier session and its nodes may still exist until {@link
     * #LOST} is reported, and there is no next session without that. Followed by {@link #RESTORING}, {@link
     * #READ_ONLY}, {@link #SUSPENDED} or {@link #LOST}.
     */
    FAILED,

    /** Ended; nothing runs. Final. */
    CLOSED;

    /**
     * Whether a read-write server session is attached, so that operations can run.
     *
     * @return true in {@link #RESTORING} and {@link #CONNECTED}
     */
    public boolean isAttached() {
        return this == RESTORING || this == CONNECTED;
    }
}
