package io.perennial.samples.incident;

/** The kind of orphan that the raw client becomes, which depends on what happened to the application before. */
enum Mode {
    /** It has never lost its connection: the first reconnect needs a class that can no longer be loaded. */
    STORM,
    /** It has reconnected once, so every class is there: the session goes on for a dead application. */
    GHOST
}
