package io.perennial.internal.handle;

import io.perennial.SessionInfo;
import java.net.SocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.apache.zookeeper.Watcher.Event.KeeperState;
import org.jspecify.annotations.Nullable;

/**
 * A session event of one handle, with what the handle said of its session at that moment.
 *
 * @param handle whose it is
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
     * What the application is told of the session.
     *
     * @param generation its generation
     * @param requested the timeout that was asked for
     * @param before what was told of the same session, or null when it is new
     * @return the session, established when it was first told of
     */
    public SessionInfo info(long generation, Duration requested, @Nullable SessionInfo before) {
        Instant since = before == null ? Instant.now().truncatedTo(ChronoUnit.MILLIS) : before.establishedAt();
        return new SessionInfo(generation, session.id(), requested, Duration.ofMillis(negotiatedMillis), server, since);
    }
}
