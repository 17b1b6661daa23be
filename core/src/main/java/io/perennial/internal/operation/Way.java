package io.perennial.internal.operation;

/** How a request can be sent. */
enum Way {
    /** Only by a thread that waits. */
    THREAD,
    /** In the background, unless that would have to wait for Curator. */
    EITHER,
    /** Only in the background. */
    BACKGROUND
}
