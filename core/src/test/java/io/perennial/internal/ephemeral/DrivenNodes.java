package io.perennial.internal.ephemeral;

import static org.awaitility.Awaitility.await;

import io.perennial.RestorePolicy;
import io.perennial.internal.engine.Callbacks;
import io.perennial.internal.engine.EventLoop;
import io.perennial.internal.engine.SessionThreads;
import io.perennial.internal.engine.ThrottledLog;
import io.perennial.internal.engine.Ticker;
import io.perennial.internal.handle.HandleWire;
import io.perennial.internal.protocol.Quarantine;
import io.perennial.internal.request.Requests;
import io.perennial.internal.restore.AttachedSession;
import io.perennial.internal.restore.Attachment;
import io.perennial.internal.restore.PathSpace;
import io.perennial.internal.restore.RestoreContext;
import io.perennial.internal.telemetry.FlightJournal;
import io.perennial.operation.SessionClosedException;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.apache.curator.framework.api.ACLProvider;
import org.apache.curator.framework.imps.DefaultACLProvider;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.client.ZKClientConfig;

/**
 * Ephemeral nodes on raw handles, without the session's machinery: the test decides when a session is attached, gone or
 * replaced, so that it can have an earlier session of ours live on beside a new one.
 */
final class DrivenNodes implements AutoCloseable {
    static final Duration PATIENCE = Duration.ofSeconds(20);

    final EphemeralNodes nodes;
    final EventLoop loop;
    final SessionThreads threads = new SessionThreads("rig", DrivenNodes.class.getClassLoader());
    final AtomicInteger restorations = new AtomicInteger();
    /** An ensemble provider may tell of it late. */
    volatile String chroot;

    private final ExecutorService completions;
    private final Set<Long> earlier = new HashSet<>();
    private final Set<ZooKeeper> handles = new HashSet<>();
    private final RestorePolicy policy;
    private final Quarantine quarantine = new Quarantine(0xfffff);
    private Requests requests;
    private long generation;
    private ZooKeeper current;

    DrivenNodes() {
        this("", "", RestorePolicy.defaults(), new DefaultACLProvider());
    }

    DrivenNodes(RestorePolicy policy) {
        this("", "", policy, new DefaultACLProvider());
    }

    DrivenNodes(String namespace, String chroot, RestorePolicy policy, ACLProvider acls) {
        Ticker ticker = Ticker.system();
        this.chroot = chroot;
        this.policy = policy;
        var log = new ThrottledLog("rig", ticker);
        loop = new EventLoop("rig", threads.role("engine"), ticker, log);
        completions = Executors.newSingleThreadExecutor(threads.role("completions"));
        nodes = new EphemeralNodes(new RestoreContext(
                "rig",
                loop,
                new Callbacks(
                        completions,
                        completions,
                        log,
                        Ticker.system(),
                        Duration.ofMinutes(1),
                        new FlightJournal("unit")),
                completions,
                new PathSpace(namespace, () -> this.chroot),
                policy,
                acls,
                log,
                Duration.ofSeconds(5),
                0xfffff));
    }

    DrivenNodes start() {
        loop.start();
        return this;
    }

    /** A handle with a session of its own. */
    Handle connect(String connectString, Duration timeout) {
        var config = new ZKClientConfig();
        config.setProperty(ZKClientConfig.ENABLE_CLIENT_SASL_KEY, "false");
        try {
            Handle handle = threads.within("handle", () -> new Handle(connectString, timeout, config));
            handles.add(handle);
            awaitConnected(handle);
            return handle;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    static void awaitConnected(ZooKeeper handle) {
        await("connection").atMost(PATIENCE).pollInterval(Duration.ofMillis(5)).until(() -> handle.getState()
                .isConnected());
    }

    /** Attaches without waiting. Completes when restored. */
    CompletableFuture<Void> attach(ZooKeeper handle, Attachment how) {
        var restored = new CompletableFuture<Void>();
        loop.execute(() -> {
            if (how == Attachment.NEW_SESSION) {
                if (current != null) {
                    earlier.add(current.getSessionId());
                }
                generation++;
            }
            current = handle;
            requests = new Requests(new HandleWire(handle), loop, policy, quarantine);
            var live = new AttachedSession(generation, handle.getSessionId(), Set.copyOf(earlier), requests);
            nodes.attached(live, how, () -> {
                restorations.incrementAndGet();
                restored.complete(null);
            });
        });
        return restored;
    }

    void attachAndWait(ZooKeeper handle, Attachment how) {
        attach(handle, how).orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
    }

    void detach() {
        onLoop(() -> {
            requests.broken();
            nodes.detached();
        });
    }

    /**
     * Detaches, on the loop, as soon as the condition holds: before whatever the turn that made it true has handed
     * over.
     */
    CompletableFuture<Void> detachWhen(BooleanSupplier condition) {
        var done = new CompletableFuture<Void>();
        loop.execute(new Runnable() {
            @Override
            public void run() {
                if (condition.getAsBoolean()) {
                    requests.broken();
                    nodes.detached();
                    done.complete(null);
                } else {
                    boolean unused = loop.offer(this);
                }
            }
        });
        return done;
    }

    void lose() {
        detach();
        onLoop(nodes::lost);
    }

    void onLoop(Runnable task) {
        var done = new CompletableFuture<Void>();
        loop.execute(() -> {
            task.run();
            done.complete(null);
        });
        done.orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
    }

    void closeNodes() {
        onLoop(() -> nodes.closed(new SessionClosedException("session 'rig' is closed")));
    }

    /** Shows which watches the client keeps. */
    static final class Handle extends ZooKeeper {
        Handle(String connectString, Duration timeout, ZKClientConfig config) throws IOException {
            super(connectString, (int) timeout.toMillis(), event -> {}, config);
        }

        List<String> dataWatches() {
            return List.copyOf(getDataWatches());
        }
    }

    @Override
    public void close() throws Exception {
        if (requests != null) {
            detach();
        }
        boolean unused = loop.offer(() -> nodes.closed(new SessionClosedException("session 'rig' is closed")));
        loop.stop();
        loop.awaitEnd(PATIENCE);
        for (ZooKeeper handle : handles) {
            handle.close(5_000);
        }
        completions.shutdown();
    }
}
