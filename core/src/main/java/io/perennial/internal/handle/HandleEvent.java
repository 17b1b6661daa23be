package io.perennial.internal.handle;

import io.perennial.SessionInfo;
import java.net.SocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.apache.zookeeper.Watcher.Event.KeeperState;
import org.jspecify.annotations.Nullable;

/**
 * A session event of one handle, with what the handle reported of its session at that moment.
 *
 * @param handle the handle
 * @param state the event
 * @param session the session's id and password; id 0 before the first connection
 * @param negotiatedMillis the granted timeout; 0 or less when the server has refused the session
 * @param server the server, if connected
 */
public record HandleEvent(
        ClientHandle handle,
        KeeperState state,
        SessionCredentials session,
        int negotiatedMillis,
        @Nullable SocketAddress server) {
    /**
     * What is reported of the session to the application.
     *
     * @param generation its generation
     * @param requested the timeout that was asked for
     * @param before what was reported of the same session before, or null when it is new
     * @return the session, established when it was first reported
     */
    public SessionInfo info(long generation, Duration requested, @Nullable SessionInfo before) {
        Instant since = before == null ? Instant.now().truncatedTo(ChronoUnit.MILLIS) : before.establishedAt();
        return new SessionInfo(generation, session.id(), requested, Duration.ofMillis(negotiatedMillis), server, since);
    }
}
