package io.perennial.internal.handle;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.apache.zookeeper.AddWatchMode;
import org.apache.zookeeper.AsyncCallback.ACLCallback;
import org.apache.zookeeper.AsyncCallback.AllChildrenNumberCallback;
import org.apache.zookeeper.AsyncCallback.Children2Callback;
import org.apache.zookeeper.AsyncCallback.ChildrenCallback;
import org.apache.zookeeper.AsyncCallback.Create2Callback;
import org.apache.zookeeper.AsyncCallback.DataCallback;
import org.apache.zookeeper.AsyncCallback.EphemeralsCallback;
import org.apache.zookeeper.AsyncCallback.MultiCallback;
import org.apache.zookeeper.AsyncCallback.StatCallback;
import org.apache.zookeeper.AsyncCallback.StringCallback;
import org.apache.zookeeper.AsyncCallback.VoidCallback;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.Watcher.WatcherType;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.data.ACL;
import org.apache.zookeeper.data.Stat;
import org.jspecify.annotations.Nullable;

/**
 * A ZooKeeper handle that invokes no callback under its locks. A client whose event thread has ended calls back on the
 * sending thread, or on the one that cleans up, with the lock of its queue held ({@code ClientCnxn.queuePacket}, {@code
 * EventThread.queuePacket}): a callback that blocks there holds up every other request on that client, the session's
 * own among them, and with them its engine; and the client's thread does not end. Such answers go to an executor.
 */
@SuppressWarnings("try") // its close may be interrupted, as ZooKeeper's own
abstract class RelayingZooKeeper extends ZooKeeper {
    private static final Class<?> EVENT_THREAD = eventThread();

    private final Handle handle;
    private final LateAnswers late;

    /** A client that asks for a new session. */
    RelayingZooKeeper(ClientSpec spec) throws IOException {
        super(
                spec.connectString(),
                spec.config().sessionTimeoutMillis(),
                spec.handle(),
                spec.config().readOnlyAllowed(),
                spec.gate(),
                spec.config().clientConfig());
        this.handle = spec.handle();
        this.late = spec.late();
    }

    /** A client that attaches to a known session. */
    RelayingZooKeeper(ClientSpec spec, SessionCredentials known) throws IOException {
        super(
                spec.connectString(),
                spec.config().sessionTimeoutMillis(),
                spec.handle(),
                known.id(),
                known.password(),
                spec.config().readOnlyAllowed(),
                spec.gate(),
                spec.config().clientConfig());
        this.handle = spec.handle();
        this.late = spec.late();
    }

    /** ZooKeeper's own, which is not accessible; without one, what precedes a client's first event counts as late. */
    private static Class<?> eventThread() {
        try {
            return Class.forName(
                    "org.apache.zookeeper.ClientCnxn$EventThread", false, ZooKeeper.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            return Void.class;
        }
    }

    /** Calls back about a request that is not sent: not on the caller's thread. */
    final void late(Runnable callback) {
        late.execute(callback);
    }

    /** The same, later. */
    final void late(Duration delay, Runnable callback) {
        late.executeAfter(delay, callback);
    }

    private void relay(@Nullable Object asked, Runnable callback) {
        if (asked == null) {
            return; // The client takes no callback when the caller does not want the answer.
        }
        if (!isOnItsEventThread()) {
            late.execute(callback);
            return;
        }
        try {
            if (handle.isSpared()) {
                late.execute(callback);
            } else {
                callback.run();
            }
        } finally {
            // Left behind by the callback, or meant for it: it would end the thread, and with it all further callbacks.
            Thread.interrupted();
        }
    }

    /**
     * Another client's event thread will not do: a callback there may ask this one. A client reports its end on its
     * event thread before that ends; until it has reported anything, it calls back on no other.
     */
    private boolean isOnItsEventThread() {
        Thread caller = Thread.currentThread();
        Thread its = handle.eventThread();
        return its == null ? EVENT_THREAD.isInstance(caller) : its == caller;
    }

    private StatCallback relayed(StatCallback callback) {
        return (rc, path, context, stat) -> relay(callback, () -> callback.processResult(rc, path, context, stat));
    }

    private VoidCallback relayed(VoidCallback callback) {
        return (rc, path, context) -> relay(callback, () -> callback.processResult(rc, path, context));
    }

    private DataCallback relayed(DataCallback callback) {
        return (rc, path, context, data, stat) ->
                relay(callback, () -> callback.processResult(rc, path, context, data, stat));
    }

    @Override
    public void create(
            String path,
            byte[] data,
            List<ACL> acl,
            CreateMode mode,
            StringCallback callback,
            @Nullable Object context) {
        StringCallback relayed = (rc, p, ctx, name) -> relay(callback, () -> callback.processResult(rc, p, ctx, name));
        super.create(path, data, acl, mode, relayed, context);
    }

    @Override
    public void create(
            String path,
            byte[] data,
            List<ACL> acl,
            CreateMode mode,
            Create2Callback callback,
            @Nullable Object context,
            long ttl) {
        Create2Callback relayed =
                (rc, p, ctx, name, stat) -> relay(callback, () -> callback.processResult(rc, p, ctx, name, stat));
        super.create(path, data, acl, mode, relayed, context, ttl);
    }

    @Override
    public void delete(String path, int version, VoidCallback callback, @Nullable Object context) {
        super.delete(path, version, relayed(callback), context);
    }

    @Override
    public void multi(Iterable<Op> ops, MultiCallback callback, @Nullable Object context) {
        MultiCallback relayed =
                (rc, p, ctx, results) -> relay(callback, () -> callback.processResult(rc, p, ctx, results));
        super.multi(ops, relayed, context);
    }

    @Override
    public void exists(String path, @Nullable Watcher watcher, StatCallback callback, @Nullable Object context) {
        super.exists(path, watcher, relayed(callback), context);
    }

    @Override
    public void getData(String path, @Nullable Watcher watcher, DataCallback callback, @Nullable Object context) {
        super.getData(path, watcher, relayed(callback), context);
    }

    @Override
    public void getConfig(@Nullable Watcher watcher, DataCallback callback, @Nullable Object context) {
        super.getConfig(watcher, relayed(callback), context);
    }

    @Override
    public void setData(String path, byte[] data, int version, StatCallback callback, @Nullable Object context) {
        super.setData(path, data, version, relayed(callback), context);
    }

    @Override
    public void getACL(String path, @Nullable Stat stat, ACLCallback callback, @Nullable Object context) {
        ACLCallback relayed = (rc, p, ctx, acl, s) -> relay(callback, () -> callback.processResult(rc, p, ctx, acl, s));
        super.getACL(path, stat, relayed, context);
    }

    @Override
    public void setACL(String path, List<ACL> acl, int version, StatCallback callback, @Nullable Object context) {
        super.setACL(path, acl, version, relayed(callback), context);
    }

    @Override
    public void getChildren(
            String path, @Nullable Watcher watcher, ChildrenCallback callback, @Nullable Object context) {
        ChildrenCallback relayed =
                (rc, p, ctx, children) -> relay(callback, () -> callback.processResult(rc, p, ctx, children));
        super.getChildren(path, watcher, relayed, context);
    }

    @Override
    public void getChildren(
            String path, @Nullable Watcher watcher, Children2Callback callback, @Nullable Object context) {
        Children2Callback relayed = (rc, p, ctx, children, stat) ->
                relay(callback, () -> callback.processResult(rc, p, ctx, children, stat));
        super.getChildren(path, watcher, relayed, context);
    }

    @Override
    public void getAllChildrenNumber(String path, AllChildrenNumberCallback callback, @Nullable Object context) {
        AllChildrenNumberCallback relayed =
                (rc, p, ctx, number) -> relay(callback, () -> callback.processResult(rc, p, ctx, number));
        super.getAllChildrenNumber(path, relayed, context);
    }

    @Override
    public void getEphemerals(String prefix, EphemeralsCallback callback, @Nullable Object context) {
        EphemeralsCallback relayed = (rc, ctx, paths) -> relay(callback, () -> callback.processResult(rc, ctx, paths));
        super.getEphemerals(prefix, relayed, context);
    }

    @Override
    public void sync(String path, VoidCallback callback, @Nullable Object context) {
        super.sync(path, relayed(callback), context);
    }

    @Override
    public void removeWatches(
            String path,
            Watcher watcher,
            WatcherType type,
            boolean local,
            VoidCallback callback,
            @Nullable Object context) {
        super.removeWatches(path, watcher, type, local, relayed(callback), context);
    }

    @Override
    public void removeAllWatches(
            String path, WatcherType type, boolean local, VoidCallback callback, @Nullable Object context) {
        super.removeAllWatches(path, type, local, relayed(callback), context);
    }

    @Override
    public void addWatch(
            String path, Watcher watcher, AddWatchMode mode, VoidCallback callback, @Nullable Object context) {
        super.addWatch(path, watcher, mode, relayed(callback), context);
    }
}
