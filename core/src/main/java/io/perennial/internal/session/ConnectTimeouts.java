package io.perennial.internal.session;

import java.time.Duration;

/**
 * How long it may take to connect.
 *
 * @param call how long a call on Curator waits for a connection
 * @param server how long a handle waits for one server
 */
record ConnectTimeouts(Duration call, Duration server) {
    /** A packet that is lost on the way is sent again after a second. */
    private static final Duration SHORTEST = Duration.ofSeconds(2);

    /**
     * What a Curator builder says is how long a call waits, and may be next to nothing: Curator's own handle does not
     * go by it, and connects all the same.
     */
    static ConnectTimeouts ofCurator(Duration timeout) {
        return new ConnectTimeouts(timeout, timeout.compareTo(SHORTEST) < 0 ? SHORTEST : timeout);
    }
}
