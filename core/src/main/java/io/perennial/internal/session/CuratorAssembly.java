package io.perennial.internal.session;

import io.perennial.internal.engine.SessionThreads;
import io.perennial.internal.handle.HandleSupervisor;
import io.perennial.internal.operation.CallBinding;
import io.perennial.internal.state.SessionConfig;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import org.apache.curator.RetryPolicy;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.framework.listen.UnaryListenerManager;
import org.apache.curator.framework.state.ConnectionStateListener;
import org.apache.curator.framework.state.ConnectionStateListenerManagerFactory;
import org.apache.curator.retry.ExponentialBackoffRetry;
import org.jspecify.annotations.Nullable;

/** Builds the real Curator framework on this session's handles, keeping what the caller set on the builder. */
final class CuratorAssembly {
    private CuratorAssembly() {}

    /** The builder when the caller gives none. */
    static CuratorFrameworkFactory.Builder plainBuilder() {
        // The ensemble tracker would replace the names that the user gave with addresses from the servers'
        // configuration.
        return CuratorFrameworkFactory.builder()
                .retryPolicy(new ExponentialBackoffRetry(100, 3))
                .ensembleTracker(false);
    }

    static CuratorFramework assemble(
            SessionConfig config,
            HandleSupervisor handles,
            SessionThreads threads,
            SessionExecutors workers,
            UnaryOperator<UnaryListenerManager<ConnectionStateListener>> listeners,
            LifecycleEnsembleProvider ensemble) {
        CuratorFrameworkFactory.Builder builder = config.curator();
        ConnectionStateListenerManagerFactory delegate = builder.getConnectionStateListenerManagerFactory();
        Executor runSafe = builder.getRunSafeService();
        RetryPolicy retryPolicy =
                builder.getRetryPolicy() == null ? new ExponentialBackoffRetry(100, 3) : builder.getRetryPolicy();
        return builder.ensembleProvider(ensemble)
                .retryPolicy(CallBinding.onceOr(handles.onNextHandle(retryPolicy)))
                .zookeeperFactory(handles)
                // Sent by the supervisor, once per handle.
                .authorization(List.of())
                .zkClientConfig(config.handles().clientConfig())
                .namespace(
                        config.namespace().isEmpty() ? null : config.namespace().substring(1))
                .sessionTimeoutMs((int) config.sessionTimeout().toMillis())
                .connectionTimeoutMs((int) Math.min(
                        config.curatorConnectionTimeout().toMillis(),
                        config.sessionTimeout().toMillis()))
                .canBeReadOnly(config.handles().readOnlyAllowed())
                .maxCloseWaitMs(
                        (int) Math.max(1, Math.min(1_000, config.closeTimeout().toMillis() / 10)))
                .waitForShutdownTimeoutMs(0)
                .threadFactory(remembered(threads, builder.getThreadFactory(), handles::refusesNewHandles))
                .runSafeService(runSafe == null ? workers.curatorSafe : runSafe)
                .connectionStateListenerManagerFactory(client -> listeners.apply(delegate.newManager(client)))
                .build();
    }

    /**
     * Curator's threads count as the session's, even when the caller's factory makes them. Once the session is closing
     * no more are made: a start of Curator in progress would make its last thread after the close has looked for it.
     */
    private static ThreadFactory remembered(
            SessionThreads threads, @Nullable ThreadFactory delegate, BooleanSupplier closed) {
        ThreadFactory curatorThreads = threads.role("curator");
        return task -> {
            if (closed.getAsBoolean()) {
                return null;
            }
            return delegate == null
                    ? curatorThreads.newThread(task)
                    : delegate.newThread(() -> {
                        threads.adopt(Thread.currentThread());
                        task.run();
                    });
        };
    }
}
