package io.perennial.session;

import io.perennial.ClampPolicy;
import io.perennial.RestorePolicy;
import io.perennial.SessionListener;
import io.perennial.SessionOwner;
import io.perennial.handle.ConnectString;
import io.perennial.handle.HandleConfig;
import io.perennial.operation.Resilience;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executor;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.jspecify.annotations.Nullable;

/** A session's configuration, checked and sealed. */
record SessionConfig(
        String name,
        ConnectString connectString,
        String namespace,
        HandleConfig handles,
        CuratorFrameworkFactory.Builder curator,
        Duration closeTimeout,
        Duration operationTimeout,
        Resilience resilience,
        RestorePolicy restore,
        ClampPolicy onTimeoutClamped,
        @Nullable Duration leaseMargin,
        @Nullable Executor callbackExecutor,
        SessionOwner owner,
        ClassLoader contextClassLoader,
        List<SessionListener> listeners) {

    Duration sessionTimeout() {
        return handles.sessionTimeout();
    }
}
