package io.perennial;

import java.time.Duration;

/**
 * Why a session was lost, as far as this JVM can tell.
 *
 * @param kind the kind of cause
 * @param silence time since the sending of the last request that a server acknowledged
 * @param longestPause the longest time in that silence for which this JVM did not run
 * @param explanation one sentence for an operator
 */
public record LossDiagnosis(Kind kind, Duration silence, Duration longestPause, String explanation) {

    /** Kinds of cause. */
    public enum Kind {
        /** This JVM did not run (garbage collection, a stopped process, a starved host). */
        LOCAL_PAUSE,
        /** No server accepted a connection. */
        NO_SERVER,
        /** Connections were accepted, or stayed open, and nothing was answered. */
        SERVER_SILENT,
        /** A server said that the session is gone although this client had been heard in time. */
        EXPIRED_BY_SERVER,
        /** None of these can be told. */
        UNKNOWN
    }
}
