package io.perennial.internal.handle;

import io.perennial.internal.connect.ConnectString;
import io.perennial.internal.connect.ConnectionGate;
import io.perennial.internal.connect.UnfinishedClient;
import io.perennial.internal.engine.SessionThreads;
import io.perennial.internal.request.RearmingClient;
import io.perennial.internal.request.WatchBatch;
import java.io.IOException;
import java.net.SocketAddress;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.zookeeper.AsyncCallback.VoidCallback;
import org.apache.zookeeper.Testable;
import org.apache.zookeeper.WatchedEvent;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.Watcher.WatcherType;
import org.apache.zookeeper.ZooDefs.OpCode;
import org.apache.zookeeper.client.ZKClientConfig;
import org.apache.zookeeper.proto.ReplyHeader;
import org.apache.zookeeper.proto.RequestHeader;
import org.apache.zookeeper.proto.SetWatches;
import org.jspecify.annotations.Nullable;

/**
 * A ZooKeeper handle whose end the supervisor decides. Curator closes, re-registers and expires the handles that it is
 * given, on threads and at times it chooses itself (CURATOR-722); from the session's own threads, Curator's among them,
 * those calls do nothing here.
 */
@SuppressWarnings("try") // its close may be interrupted, as ZooKeeper's own
final class SupervisedZooKeeper extends SessionBoundZooKeeper implements UnfinishedClient, RearmingClient {
    private final ConnectionGate gate;
    private final SessionThreads threads;
    private final String chroot;
    private volatile Runnable curatorsGivingUp = () -> {};

    /** A handle that asks for a new session. */
    SupervisedZooKeeper(ClientSpec spec) throws IOException {
        super(spec);
        this.gate = spec.gate();
        this.threads = spec.threads();
        this.chroot = ConnectString.parse(spec.connectString()).chroot();
    }

    /** A handle that attaches to a known session. */
    SupervisedZooKeeper(ClientSpec spec, SessionCredentials known) throws IOException {
        super(spec, known);
        this.gate = spec.gate();
        this.threads = spec.threads();
        this.chroot = ConnectString.parse(spec.connectString()).chroot();
    }

    /**
     * ZooKeeper's constructor asks for it, too, before it starts the client's threads: from then on the gate knows
     * which client it guards, should the constructor throw.
     */
    @Override
    public ZKClientConfig getClientConfig() {
        if (hostProvider instanceof ConnectionGate itsGate) { // not by this class's own field, which is not set yet
            itsGate.isBeingMadeFor(this);
        }
        return super.getClientConfig();
    }

    /** Whether they are there, started or not. */
    @Override
    public boolean hasConnectionThreads() {
        return cnxn != null;
    }

    /** Closes the session at the server when an application asks for it; Curator's own housekeeping is ignored. */
    @Override
    @SuppressWarnings("UnsynchronizedOverridesSynchronized") // Curator must not wait for a close under way
    public void close() throws InterruptedException {
        if (!threads.isOwnThread()) {
            gate.closing();
            super.close();
        }
    }

    @Override
    public boolean close(int waitForShutdownTimeoutMs) throws InterruptedException {
        return threads.isOwnThread() || super.close(waitForShutdownTimeoutMs);
    }

    /** The default watcher remains the supervisor's: Curator would put an empty one there before closing. */
    @Override
    @SuppressWarnings("UnsynchronizedOverridesSynchronized") // does nothing; must not wait for a close under way
    public void register(Watcher watcher) {}

    /**
     * Curator's state manager injects an expiry by the wall clock (S-35): here the engine decides that, by its own
     * clock.
     */
    @Override
    public Testable getTestable() {
        return threads.isOwnThread() ? new Inert(curatorsGivingUp) : new Announcing(super.getTestable());
    }

    /** What to do when Curator's state manager has waited for a connection for as long as a session lasts. */
    void whenCuratorGivesUp(Runnable action) {
        curatorsGivingUp = action;
    }

    /** Tells the server that the session is over, and waits for its answer without bound. */
    void closeAtServer() throws InterruptedException {
        super.close();
    }

    /** Ends both threads without telling the server: the session lives on there. Never blocks. */
    void abandon() {
        ending();
        super.getTestable().injectSessionExpiration();
    }

    /** Waits for both threads, for that long each. */
    boolean awaitEnd(int millis) throws InterruptedException {
        return testableWaitForShutdown(millis);
    }

    /**
     * The paths on which this client holds watchers of that kind, whoever registered them. Clients before 3.9 have no
     * constants for persistent watches.
     */
    Set<String> watchedPaths(WatcherType type) {
        return switch (type) {
            case Children -> Set.copyOf(getChildWatches());
            case Data -> {
                Set<String> paths = new HashSet<>(getDataWatches());
                paths.addAll(getExistWatches());
                yield paths;
            }
            case Any -> {
                Set<String> paths = new HashSet<>(watchedPaths(WatcherType.Data));
                paths.addAll(getChildWatches());
                paths.addAll(getPersistentWatches());
                paths.addAll(getPersistentRecursiveWatches());
                yield paths;
            }
            default ->
                Set.copyOf(type.name().equals("Persistent") ? getPersistentWatches() : getPersistentRecursiveWatches());
        };
    }

    @Override
    public boolean canRearm() {
        return WatchTables.get() != null;
    }

    /** As the client does itself when it reconnects. An answer that never comes leaves watchers without a watch. */
    @Override
    public void rearm(WatchBatch batch, VoidCallback callback) {
        WatchTables tables = WatchTables.get();
        try {
            if (tables == null) {
                throw new NoSuchFieldException("no tables in this client");
            }
            tables.enter(this, batch);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("canRearm() was not asked", e);
        }
        var header = new RequestHeader();
        header.setType(OpCode.setWatches);
        var request = new SetWatches(
                batch.since(), served(batch.existing()), served(batch.absent()), served(batch.parents()));
        cnxn.queuePacket(header, new ReplyHeader(), request, null, callback, null, null, null, null, null);
    }

    /** The paths as the server knows them. */
    private List<String> served(List<String> paths) {
        return chroot.isEmpty()
                ? paths
                : paths.stream()
                        .map(path -> path.length() == 1 ? chroot : chroot + path)
                        .toList();
    }

    /** The last transaction that this client has seen in an answer; 0 before the first. */
    long lastZxid() {
        return cnxn.getLastZxid();
    }

    @Nullable
    SocketAddress server() {
        return testableRemoteSocketAddress();
    }

    @Nullable
    SocketAddress localEnd() {
        return testableLocalSocketAddress();
    }

    private record Inert(Runnable givingUp) implements Testable {
        @Override
        public void injectSessionExpiration() {
            givingUp.run();
        }

        @Override
        public void queueEvent(WatchedEvent event) {}

        @Override
        public void closeSocket() {}
    }

    /** An injected expiry ends the handle. */
    private final class Announcing implements Testable {
        private final Testable delegate;

        private Announcing(Testable delegate) {
            this.delegate = delegate;
        }

        @Override
        public void injectSessionExpiration() {
            ending();
            delegate.injectSessionExpiration();
        }

        @Override
        public void queueEvent(WatchedEvent event) {
            delegate.queueEvent(event);
        }

        @Override
        public void closeSocket() throws IOException {
            delegate.closeSocket();
        }
    }
}
