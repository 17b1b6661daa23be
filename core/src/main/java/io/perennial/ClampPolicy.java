package io.perennial;

/** What to do when the server grants another session timeout than the one asked for. */
public enum ClampPolicy {
    /**
     * Log once for each granted value, with the server's setting and what to change, say so in the transition's detail,
     * and go on.
     */
    WARN,
    /**
     * Enter {@link SessionState#FAILED}: nothing is registered in a session with the wrong timeout. Retried slowly, so
     * that the session recovers when a server grants what was asked for.
     */
    FAIL,
    /** Log nothing; the {@link SessionInfo} and the report still show both values. */
    IGNORE
}
