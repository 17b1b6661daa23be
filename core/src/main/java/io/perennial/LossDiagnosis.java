package io.perennial;

import java.time.Duration;

/**
 * Why a session was lost, as far as this JVM can tell.
 *
 * @param kind the kind of cause
 * @param silence time since the last request that a server acknowledged was sent
 * @param longestPause the longest time in that silence for which this JVM did not run
 * @param explanation one sentence for an operator: what happened, with its figures, and what to do about it; for a
 *     local pause also how much of it was garbage collection
 */
public record LossDiagnosis(Kind kind, Duration silence, Duration longestPause, String explanation) {

    /** Kinds of cause. */
    public enum Kind {
        /**
         * This JVM did not run for at least half of the session timeout (garbage collection, a stopped process, a
         * starved host). The cause is on this host, not at the servers.
         */
        LOCAL_PAUSE,
        /** No server accepted a connection. Check that servers run and that the network lets this host through. */
        NO_SERVER,
        /** Connections were accepted, or stayed open, and nothing was answered. Check the servers' load and quorum. */
        SERVER_SILENT,
        /**
         * A server said that the session is gone: it was closed there although this client had been heard in time, or
         * after an outage that another kind does not explain. Look in the servers' logs, or for what cut the
         * connection.
         */
        EXPIRED_BY_SERVER,
        /** None of these can be established; the explanation says what is suspected, such as a callback that blocks. */
        UNKNOWN
    }
}
