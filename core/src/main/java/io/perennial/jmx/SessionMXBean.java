package io.perennial.jmx;

import org.jspecify.annotations.Nullable;

/**
 * A session, for JMX. It is in the platform's MBean server from its start to its end, as {@code
 * io.perennial:type=Session,name=<name>}; a second one of the same name has {@code ,instance=2} appended, and so on.
 *
 * <p>Every attribute is what {@link io.perennial.ResilientSession#report()} says at the moment when it is read: from
 * memory, without waiting for a server or for a thread. What belongs to the server session is 0 or null while there is
 * none. No attribute ever contains a secret.
 */
public interface SessionMXBean {
    /**
     * The session's name.
     *
     * @return as given to the builder
     */
    String getName();

    /**
     * The state.
     *
     * @return the name of a {@link io.perennial.SessionState}
     */
    String getState();

    /**
     * How long it has been in that state.
     *
     * @return milliseconds
     */
    long getInStateMillis();

    /**
     * The generation of the current server session.
     *
     * @return from 1; 0 without a server session
     */
    long getGeneration();

    /**
     * The id of the current server session.
     *
     * @return as ZooKeeper's logs and four-letter words write it, or null
     */
    @Nullable
    String getSessionId();

    /**
     * The server last connected to.
     *
     * @return host and port, or null
     */
    @Nullable
    String getServer();

    /**
     * The session timeout asked for.
     *
     * @return milliseconds; 0 without a server session
     */
    long getRequestedTimeoutMillis();

    /**
     * The session timeout granted.
     *
     * @return milliseconds; 0 without a server session
     */
    long getNegotiatedTimeoutMillis();

    /**
     * Whether the lease is held: see {@link io.perennial.Lease#isHeld()}.
     *
     * @return whether the server cannot have expired the session
     */
    boolean isLeaseHeld();

    /**
     * How long the lease is held if no more answers come from the server.
     *
     * @return milliseconds; 0 when it is not held
     */
    long getLeaseRemainingMillis();

    /**
     * How long the last answered heartbeat took.
     *
     * @return microseconds; 0 before the first
     */
    long getRoundTripMicros();

    /**
     * Ephemeral nodes registered.
     *
     * @return how many
     */
    int getNodesWanted();

    /**
     * Ephemeral nodes held.
     *
     * @return how many of those registered
     */
    int getNodesHeld();

    /**
     * Watches registered.
     *
     * @return how many
     */
    int getWatchesWanted();

    /**
     * Watches armed.
     *
     * @return how many of those registered
     */
    int getWatchesArmed();

    /**
     * What kind of cause the last loss had.
     *
     * @return the name of a {@link io.perennial.LossDiagnosis.Kind}, or null if no session was lost
     */
    @Nullable
    String getLastLossKind();

    /**
     * Why the session was lost last.
     *
     * @return a sentence, or null if no session was lost
     */
    @Nullable
    String getLastLossExplanation();

    /**
     * How often a listener threw, or its executor rejected it.
     *
     * @return the count since the session was built
     */
    long getCallbackFailures();

    /**
     * What cannot be restored at the moment and is retried, and what holds up the callbacks.
     *
     * @return a sentence each, at most 20
     */
    String[] getProblems();

    /**
     * The whole report, for people.
     *
     * @return several lines
     */
    String getReport();

    /**
     * The whole report, for tools: see {@link io.perennial.SessionReport#toJson()}.
     *
     * @return a JSON object in one line
     */
    String getReportJson();

    /**
     * Closes the session, as {@link io.perennial.ResilientSession#close()} does: on the calling thread, which returns
     * when everything has ended, or when the close timeout is over and the close goes on in the background. After that
     * this bean is gone. The application receives the transition to CLOSED, as always, and cannot start the session
     * again.
     */
    void close();
}
