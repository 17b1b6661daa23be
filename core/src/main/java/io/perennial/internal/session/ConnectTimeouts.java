package io.perennial.internal.session;

import java.time.Duration;

/**
 * How long it may take to connect.
 *
 * @param call how long a call on Curator waits for a connection
 * @param server how long a handle waits for one server
 */
record ConnectTimeouts(Duration call, Duration server) {
    /** A lost packet is retransmitted after a second. */
    private static final Duration SHORTEST = Duration.ofSeconds(2);

    /**
     * The value on a Curator builder limits how long a call waits, and may be next to nothing: Curator's own handle
     * ignores it, and connects all the same.
     */
    static ConnectTimeouts ofCurator(Duration timeout) {
        return new ConnectTimeouts(timeout, timeout.compareTo(SHORTEST) < 0 ? SHORTEST : timeout);
    }
}
