package io.perennial;

/** What to do when the server grants another session timeout than the one asked for. */
public enum ClampPolicy {
    /** Log once for each granted value, and go on. */
    WARN,
    /** Enter {@link SessionState#FAILED}: nothing is registered in a session with the wrong timeout. */
    FAIL,
    /** Say nothing; the {@link SessionInfo} and the report still show both values. */
    IGNORE
}
