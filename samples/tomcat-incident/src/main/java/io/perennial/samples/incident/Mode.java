package io.perennial.samples.incident;

/** What kind of orphan the raw client is to become, which depends on what the application has lived through. */
enum Mode {
    /** It has never lost its connection: the first reconnect needs a class that nobody can load any more. */
    STORM,
    /** It has reconnected once, so every class is there: the session goes on for a dead application. */
    GHOST
}
