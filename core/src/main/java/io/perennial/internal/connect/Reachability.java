package io.perennial.internal.connect;

/** What is known of the servers since the last connection was established. */
public enum Reachability {
    /** Too few attempts to tell. */
    UNKNOWN,
    /** The last attempt could not even open a TCP connection, or resolve a name. */
    UNREACHABLE,
    /** The last probe opened a TCP connection. */
    REACHABLE
}
