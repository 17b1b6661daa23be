package io.perennial.internal.restore;

import io.perennial.RestorePolicy;
import io.perennial.internal.engine.Callbacks;
import io.perennial.internal.engine.EventLoop;
import io.perennial.internal.engine.ThrottledLog;
import java.time.Duration;
import java.util.concurrent.Executor;
import org.apache.curator.framework.api.ACLProvider;

/**
 * What a {@link Restorable} may use of its session.
 *
 * @param name the session's name
 * @param loop the event loop
 * @param callbacks where listeners run
 * @param completions where futures are completed: not on the loop, and not behind listeners
 * @param paths the namespace
 * @param policy the bounds of restoring
 * @param acls the default ACLs
 * @param log the session's log
 * @param closeTimeout how long a close may take
 * @param maxPacket the smaller {@code jute.maxbuffer} of client and servers, in bytes
 */
public record RestoreContext(
        String name,
        EventLoop loop,
        Callbacks callbacks,
        Executor completions,
        PathSpace paths,
        RestorePolicy policy,
        ACLProvider acls,
        ThrottledLog log,
        Duration closeTimeout,
        int maxPacket) {}
