package io.perennial;

import java.net.SocketAddress;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A server session.
 *
 * @param generation 1 for the first server session of a {@link ResilientSession}, one more for each new one
 * @param sessionId the server's id; it owns the ephemeral nodes
 * @param requestedTimeout the session timeout asked for
 * @param negotiatedTimeout the session timeout that the server granted: it clamps to its {@code minSessionTimeout} and
 *     {@code maxSessionTimeout}, by default 2 and 20 times its {@code tickTime}
 * @param server the server last connected to, or null when unknown
 * @param establishedAt wall-clock time at which this session was created; for people, not for calculations
 */
public record SessionInfo(
        long generation,
        long sessionId,
        Duration requestedTimeout,
        Duration negotiatedTimeout,
        @Nullable SocketAddress server,
        Instant establishedAt) {

    /**
     * The session id as ZooKeeper's logs and four-letter words write it.
     *
     * @return for example {@code 0x10000a3f2c40001}
     */
    public String sessionIdHex() {
        return "0x" + Long.toHexString(sessionId);
    }
}
