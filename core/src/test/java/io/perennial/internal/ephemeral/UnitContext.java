package io.perennial.internal.ephemeral;

import io.perennial.RestorePolicy;
import io.perennial.internal.engine.EventLoop;
import io.perennial.internal.engine.ThrottledLog;
import io.perennial.internal.restore.PathSpace;
import io.perennial.internal.restore.RestoreContext;
import java.time.Duration;
import org.apache.curator.framework.imps.DefaultACLProvider;

/** What a unit test of one part of the package gives it for a session. */
final class UnitContext {
    private UnitContext() {}

    static RestoreContext on(EventLoop loop, ThrottledLog log) {
        return new RestoreContext(
                "unit",
                loop,
                null,
                Runnable::run,
                new PathSpace("", () -> ""),
                RestorePolicy.defaults(),
                new DefaultACLProvider(),
                log,
                Duration.ofSeconds(5),
                1_000_000);
    }
}
