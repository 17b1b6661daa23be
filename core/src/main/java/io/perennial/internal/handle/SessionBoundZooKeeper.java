package io.perennial.internal.handle;

import io.perennial.internal.connect.ConnectionGate;
import io.perennial.internal.operation.CallBinding;
import io.perennial.internal.protocol.ErrorKind;
import java.io.IOException;
import java.util.List;
import org.apache.curator.CuratorConnectionLossException;
import org.apache.zookeeper.AddWatchMode;
import org.apache.zookeeper.AsyncCallback.ACLCallback;
import org.apache.zookeeper.AsyncCallback.Children2Callback;
import org.apache.zookeeper.AsyncCallback.Create2Callback;
import org.apache.zookeeper.AsyncCallback.DataCallback;
import org.apache.zookeeper.AsyncCallback.MultiCallback;
import org.apache.zookeeper.AsyncCallback.StatCallback;
import org.apache.zookeeper.AsyncCallback.VoidCallback;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.OpResult;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.Watcher.WatcherType;
import org.apache.zookeeper.data.ACL;
import org.apache.zookeeper.data.Stat;
import org.jspecify.annotations.Nullable;

/**
 * A ZooKeeper handle that takes no request of a call that is bound to another server session: by the time Curator
 * passes a request on, its handle may be the next session's (S-40). A synchronous call is identified by its thread, one
 * in Curator's background by its context; the answer to the latter is passed to Curator in such a way that it does not
 * repeat it. Nor does it take a synchronous request while no server is reachable, which would wait forever. These are
 * the methods that Curator uses for data; watches and the ensemble's configuration are not bound to a session.
 */
@SuppressWarnings("try") // its close may be interrupted, as ZooKeeper's own
abstract class SessionBoundZooKeeper extends TranslatingZooKeeper {
    /** What Curator gets for an operation that was not sent; the operation itself gets the reason. */
    private static final int REFUSED = Code.SESSIONEXPIRED.intValue();

    private final ConnectionGate gate;
    /** Set before the handle's watchers are notified of its end. */
    private volatile boolean ending;
    /** How many have come to asynchronous requests. */
    private volatile long answers;

    SessionBoundZooKeeper(ClientSpec spec) throws IOException {
        super(spec);
        this.gate = spec.gate();
    }

    SessionBoundZooKeeper(ClientSpec spec, SessionCredentials known) throws IOException {
        super(spec, known);
        this.gate = spec.gate();
    }

    /** To be called before the handle is ended in any way other than by the server's word. */
    void ending() {
        ending = true;
    }

    /** How many answers from the server have come to asynchronous requests, whoever sent them; roughly. */
    long answers() {
        return answers;
    }

    private boolean hasEnded() {
        return ending || !getState().isAlive();
    }

    /**
     * ZooKeeper's client notifies its watchers when it ends; one that it registers a moment later, for an answer that
     * it was just reading, would never be called (C8: a thread waiting for a lock would wait forever). So an answer
     * that arms a watch does not count when the handle may have ended: the caller asks again, on the next handle.
     */
    private void refuseLateWatch(@Nullable Watcher watcher) throws KeeperException {
        if (watcher != null && hasEnded()) {
            throw new KeeperException.SessionExpiredException();
        }
    }

    /** The same for an answer in the background. */
    private int unlessLate(int rc, @Nullable Watcher watcher) {
        return watcher != null && ErrorKind.of(rc) == ErrorKind.ANSWER && hasEnded() ? REFUSED : rc;
    }

    /** Before a synchronous request; Curator's own exception guarantees that it was not sent. */
    private void check() throws KeeperException {
        CallBinding.check(getSessionId());
        checkReachable();
    }

    private void checkReachable() throws KeeperException {
        if (!gate.admits()) {
            throw new CuratorConnectionLossException();
        }
    }

    /** Curator's ensemble tracker requests it when Curator is closed, and would wait for a server forever (C14). */
    @Override
    public void removeWatches(String path, Watcher watcher, WatcherType type, boolean local)
            throws InterruptedException, KeeperException {
        checkReachable();
        super.removeWatches(path, watcher, type, local);
    }

    @Override
    public void removeAllWatches(String path, WatcherType type, boolean local)
            throws InterruptedException, KeeperException {
        checkReachable();
        super.removeAllWatches(path, type, local);
    }

    @Override
    public void addWatch(String path, Watcher watcher, AddWatchMode mode) throws KeeperException, InterruptedException {
        checkReachable();
        super.addWatch(path, watcher, mode);
        refuseLateWatch(watcher);
    }

    @Override
    public byte[] getConfig(Watcher watcher, Stat stat) throws KeeperException, InterruptedException {
        checkReachable();
        return super.getConfig(watcher, stat);
    }

    @Override
    public String create(String path, byte[] data, List<ACL> acl, CreateMode mode)
            throws KeeperException, InterruptedException {
        check();
        return super.create(path, data, acl, mode);
    }

    @Override
    public String create(String path, byte[] data, List<ACL> acl, CreateMode mode, @Nullable Stat stat, long ttl)
            throws KeeperException, InterruptedException {
        check();
        return super.create(path, data, acl, mode, stat, ttl);
    }

    @Override
    public void delete(String path, int version) throws InterruptedException, KeeperException {
        check();
        super.delete(path, version);
    }

    @Override
    public List<OpResult> multi(Iterable<Op> ops) throws InterruptedException, KeeperException {
        check();
        return super.multi(ops);
    }

    @Override
    public @Nullable Stat exists(String path, @Nullable Watcher watcher) throws KeeperException, InterruptedException {
        check();
        @Nullable Stat answer = super.exists(path, watcher);
        refuseLateWatch(watcher);
        return answer;
    }

    @Override
    public byte[] getData(String path, @Nullable Watcher watcher, @Nullable Stat stat)
            throws KeeperException, InterruptedException {
        check();
        byte[] answer = super.getData(path, watcher, stat);
        refuseLateWatch(watcher);
        return answer;
    }

    @Override
    public Stat setData(String path, byte[] data, int version) throws KeeperException, InterruptedException {
        check();
        return super.setData(path, data, version);
    }

    @Override
    public List<ACL> getACL(String path, @Nullable Stat stat) throws KeeperException, InterruptedException {
        check();
        return super.getACL(path, stat);
    }

    @Override
    public Stat setACL(String path, List<ACL> acl, int version) throws KeeperException, InterruptedException {
        check();
        return super.setACL(path, acl, version);
    }

    @Override
    public List<String> getChildren(String path, @Nullable Watcher watcher)
            throws KeeperException, InterruptedException {
        check();
        List<String> answer = super.getChildren(path, watcher);
        refuseLateWatch(watcher);
        return answer;
    }

    @Override
    public List<String> getChildren(String path, @Nullable Watcher watcher, @Nullable Stat stat)
            throws KeeperException, InterruptedException {
        check();
        List<String> answer = super.getChildren(path, watcher, stat);
        refuseLateWatch(watcher);
        return answer;
    }

    /** Whether the operation is the library's own, in Curator's background, and refused; its context says so. */
    private boolean isRefused(@Nullable Object context) {
        return context instanceof CallBinding.Bound operation && !CallBinding.mayPass(getSessionId(), operation);
    }

    /** Only on the event thread, except for what was not sent or comes late. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // readers only ask whether there were any
    private void answer(@Nullable Object asked, int rc, @Nullable Object context, Runnable callback) {
        if (!ErrorKind.of(rc).isTrouble()) {
            answers++;
        }
        if (asked == null) {
            return; // Nobody wants the answer.
        }
        if (context instanceof CallBinding.Bound operation) {
            CallBinding.answer(operation, callback);
        } else {
            callback.run();
        }
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
        Create2Callback once = (rc, p, ctx, name, stat) ->
                answer(callback, rc, ctx, () -> callback.processResult(rc, p, ctx, name, stat));
        if (isRefused(context)) {
            once.processResult(REFUSED, path, context, null, null);
        } else {
            super.create(path, data, acl, mode, once, context, ttl);
        }
    }

    @Override
    public void delete(String path, int version, VoidCallback callback, @Nullable Object context) {
        VoidCallback once = (rc, p, ctx) -> answer(callback, rc, ctx, () -> callback.processResult(rc, p, ctx));
        if (isRefused(context)) {
            once.processResult(REFUSED, path, context);
        } else {
            super.delete(path, version, once, context);
        }
    }

    @Override
    public void multi(Iterable<Op> ops, MultiCallback callback, @Nullable Object context) {
        MultiCallback once =
                (rc, p, ctx, results) -> answer(callback, rc, ctx, () -> callback.processResult(rc, p, ctx, results));
        if (isRefused(context)) {
            once.processResult(REFUSED, null, context, null);
        } else {
            super.multi(ops, once, context);
        }
    }

    @Override
    public void exists(String path, @Nullable Watcher watcher, StatCallback callback, @Nullable Object context) {
        StatCallback once = (rc, p, ctx, stat) ->
                answer(callback, rc, ctx, () -> callback.processResult(unlessLate(rc, watcher), p, ctx, stat));
        if (isRefused(context)) {
            once.processResult(REFUSED, path, context, null);
        } else {
            super.exists(path, watcher, once, context);
        }
    }

    @Override
    public void getData(String path, @Nullable Watcher watcher, DataCallback callback, @Nullable Object context) {
        DataCallback once = (rc, p, ctx, data, stat) ->
                answer(callback, rc, ctx, () -> callback.processResult(unlessLate(rc, watcher), p, ctx, data, stat));
        if (isRefused(context)) {
            once.processResult(REFUSED, path, context, null, null);
        } else {
            super.getData(path, watcher, once, context);
        }
    }

    @Override
    public void setData(String path, byte[] data, int version, StatCallback callback, @Nullable Object context) {
        StatCallback once = once(callback);
        if (isRefused(context)) {
            once.processResult(REFUSED, path, context, null);
        } else {
            super.setData(path, data, version, once, context);
        }
    }

    @Override
    public void getACL(String path, @Nullable Stat stat, ACLCallback callback, @Nullable Object context) {
        ACLCallback once =
                (rc, p, ctx, acl, s) -> answer(callback, rc, ctx, () -> callback.processResult(rc, p, ctx, acl, s));
        if (isRefused(context)) {
            once.processResult(REFUSED, path, context, null, null);
        } else {
            super.getACL(path, stat, once, context);
        }
    }

    @Override
    public void setACL(String path, List<ACL> acl, int version, StatCallback callback, @Nullable Object context) {
        StatCallback once = once(callback);
        if (isRefused(context)) {
            once.processResult(REFUSED, path, context, null);
        } else {
            super.setACL(path, acl, version, once, context);
        }
    }

    @Override
    public void getChildren(
            String path, @Nullable Watcher watcher, Children2Callback callback, @Nullable Object context) {
        Children2Callback once = (rc, p, ctx, children, stat) -> answer(
                callback, rc, ctx, () -> callback.processResult(unlessLate(rc, watcher), p, ctx, children, stat));
        if (isRefused(context)) {
            once.processResult(REFUSED, path, context, null, null);
        } else {
            super.getChildren(path, watcher, once, context);
        }
    }

    @Override
    public void sync(String path, VoidCallback callback, @Nullable Object context) {
        VoidCallback once = (rc, p, ctx) -> answer(callback, rc, ctx, () -> callback.processResult(rc, p, ctx));
        if (isRefused(context)) {
            once.processResult(REFUSED, path, context);
        } else {
            super.sync(path, once, context);
        }
    }

    private StatCallback once(StatCallback callback) {
        return (rc, p, ctx, stat) -> answer(callback, rc, ctx, () -> callback.processResult(rc, p, ctx, stat));
    }
}
