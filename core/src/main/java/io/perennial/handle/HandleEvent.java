package io.perennial.handle;

import java.net.SocketAddress;
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
        Handle handle,
        KeeperState state,
        KnownSession session,
        int negotiatedMillis,
        @Nullable SocketAddress server) {}
