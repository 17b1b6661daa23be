package io.perennial.session;

import io.perennial.engine.SessionThreads;
import io.perennial.engine.ThrottledLog;
import io.perennial.engine.UserCode;
import io.perennial.handle.HandleSupervisor;
import io.perennial.operation.WithinCall;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.apache.curator.RetryPolicy;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.framework.listen.UnaryListenerManager;
import org.apache.curator.framework.state.ConnectionStateListener;
import org.apache.curator.framework.state.ConnectionStateListenerManagerFactory;
import org.apache.curator.retry.ExponentialBackoffRetry;
import org.jspecify.annotations.Nullable;

/** Builds the real Curator framework on this session's handles, keeping what the caller had set on the builder. */
final class CuratorAssembly {
    private CuratorAssembly() {}

    /** The builder when the caller gives none. */
    static CuratorFrameworkFactory.Builder plainBuilder() {
        // The ensemble tracker would replace the names that the user gave by addresses from the servers' configuration.
        return CuratorFrameworkFactory.builder()
                .retryPolicy(new ExponentialBackoffRetry(100, 3))
                .ensembleTracker(false);
    }

    static CuratorFramework assemble(
            SessionConfig config,
            HandleSupervisor handles,
            SessionThreads threads,
            Workers workers,
            ThrottledLog log,
            HookedEnsemble ensemble) {
        CuratorFrameworkFactory.Builder builder = config.curator();
        Executor runSafe = builder.getRunSafeService();
        RetryPolicy retryPolicy =
                builder.getRetryPolicy() == null ? new ExponentialBackoffRetry(100, 3) : builder.getRetryPolicy();
        return builder.ensembleProvider(ensemble)
                .retryPolicy(WithinCall.onceOr(retryPolicy))
                .zookeeperFactory(handles)
                // Sent by the supervisor, once for each handle.
                .authorization(List.of())
                .zkClientConfig(config.handles().clientConfig())
                .namespace(
                        config.namespace().isEmpty() ? null : config.namespace().substring(1))
                .sessionTimeoutMs((int) config.sessionTimeout().toMillis())
                .connectionTimeoutMs((int) Math.min(
                        config.handles().connectTimeout().toMillis(),
                        config.sessionTimeout().toMillis()))
                .canBeReadOnly(config.handles().readOnlyAllowed())
                .maxCloseWaitMs(
                        (int) Math.max(1, Math.min(1_000, config.closeTimeout().toMillis() / 10)))
                .waitForShutdownTimeoutMs(0)
                .threadFactory(remembered(threads, builder.getThreadFactory(), handles::refusesNewHandles))
                .runSafeService(runSafe == null ? workers.curatorSafe : runSafe)
                .connectionStateListenerManagerFactory(guarded(builder.getConnectionStateListenerManagerFactory(), log))
                .build();
    }

    /**
     * Curator's threads count among the session's, also when the caller's factory makes them. None is made any more once
     * the session closes: a start of Curator under way makes its last thread after a close has looked for it.
     */
    private static ThreadFactory remembered(
            SessionThreads threads, @Nullable ThreadFactory theirs, BooleanSupplier closed) {
        ThreadFactory ours = threads.role("curator");
        return task -> {
            if (closed.getAsBoolean()) {
                return null;
            }
            return theirs == null
                    ? ours.newThread(task)
                    : theirs.newThread(() -> {
                        threads.adopt(Thread.currentThread());
                        task.run();
                    });
        };
    }

    /** Curator's one state thread dies silently when a listener's executor rejects; {@code RECONNECTED} never comes. */
    private static ConnectionStateListenerManagerFactory guarded(
            ConnectionStateListenerManagerFactory theirs, ThrottledLog log) {
        return client -> new GuardedListeners(theirs.newManager(client), log);
    }

    private record GuardedListeners(UnaryListenerManager<ConnectionStateListener> theirs, ThrottledLog log)
            implements UnaryListenerManager<ConnectionStateListener> {
        @Override
        public void addListener(ConnectionStateListener listener) {
            theirs.addListener(listener);
        }

        @Override
        public void addListener(ConnectionStateListener listener, Executor executor) {
            theirs.addListener(listener, task -> {
                Throwable rejection = UserCode.run(() -> executor.execute(task));
                if (rejection != null) {
                    log.warnThrottled(
                            "curator-listener",
                            "the executor of a Curator connection state listener rejects; the listener missed a state: "
                                    + rejection);
                }
            });
        }

        @Override
        public void removeListener(ConnectionStateListener listener) {
            theirs.removeListener(listener);
        }

        @Override
        public void clear() {
            theirs.clear();
        }

        @Override
        public int size() {
            return theirs.size();
        }

        @Override
        public void forEach(Consumer<ConnectionStateListener> function) {
            theirs.forEach(function);
        }
    }
}
