package io.perennial.internal.handle;

import io.perennial.internal.engine.ThrottledLog;
import io.perennial.internal.engine.Ticker;
import io.perennial.internal.protocol.ErrorKind;
import io.perennial.internal.protocol.ServerKnowledge;
import io.perennial.internal.protocol.ServerRelease;
import java.io.IOException;
import java.util.List;
import java.util.function.IntConsumer;
import org.apache.curator.CuratorConnectionLossException;
import org.apache.zookeeper.AddWatchMode;
import org.apache.zookeeper.AsyncCallback.AllChildrenNumberCallback;
import org.apache.zookeeper.AsyncCallback.Create2Callback;
import org.apache.zookeeper.AsyncCallback.EphemeralsCallback;
import org.apache.zookeeper.AsyncCallback.MultiCallback;
import org.apache.zookeeper.AsyncCallback.StringCallback;
import org.apache.zookeeper.AsyncCallback.VoidCallback;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.KeeperException.ConnectionLossException;
import org.apache.zookeeper.KeeperException.UnimplementedException;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.OpResult;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.Watcher.WatcherType;
import org.apache.zookeeper.ZooDefs.OpCode;
import org.apache.zookeeper.data.ACL;
import org.apache.zookeeper.data.Stat;
import org.jspecify.annotations.Nullable;

/**
 * A ZooKeeper handle that sends an old server only what it knows: anything else would cost the connection, and
 * everybody on it. Curator creates every node in such a way that the server also returns its stat, as servers can from
 * 3.5 on; here that becomes a creation and, where somebody wants the stat, a look at the node. What has no such
 * translation is refused with UNIMPLEMENTED, as by the server; the exception says in a sentence why, and what to do.
 *
 * <p>Before anything is known of the server, which takes one round trip, it translates, too: any server takes that.
 */
@SuppressWarnings("try") // its close may be interrupted, as ZooKeeper's own
abstract class TranslatingZooKeeper extends RelayingZooKeeper {
    private static final int OK = Code.OK.intValue();

    private final ServerKnowledge servers;
    private final ThrottledLog log;
    private final Ticker ticker;

    /** A request that older servers do not know. */
    @FunctionalInterface
    private interface Request<T> {
        T send() throws KeeperException, InterruptedException;
    }

    TranslatingZooKeeper(ClientSpec spec) throws IOException {
        super(spec);
        this.servers = spec.servers();
        this.log = spec.log();
        this.ticker = spec.ticker();
    }

    TranslatingZooKeeper(ClientSpec spec, SessionCredentials known) throws IOException {
        super(spec, known);
        this.servers = spec.servers();
        this.log = spec.log();
        this.ticker = spec.ticker();
    }

    /**
     * Curator makes the parents of a node like this, as containers if its caller, such as one of its recipes, prefers
     * that; by its own contract they are persistent where there are no containers.
     */
    @Override
    public String create(String path, byte[] data, List<ACL> acl, CreateMode mode)
            throws KeeperException, InterruptedException {
        if (!mode.isContainer()) {
            return super.create(path, data, acl, mode);
        }
        if (servers.lacks(ServerRelease.V3_5_3)) {
            log.warnThrottled(
                    "no-containers",
                    "parents of nodes are made persistent, so nobody removes them, because "
                            + servers.refusal("containers", ServerRelease.V3_5_3));
            return super.create(path, data, acl, CreateMode.PERSISTENT);
        }
        return since(ServerRelease.V3_5_3, "a container", () -> super.create(path, data, acl, mode));
    }

    @Override
    public String create(String path, byte[] data, List<ACL> acl, CreateMode mode, @Nullable Stat stat, long ttl)
            throws KeeperException, InterruptedException {
        String special = special(mode);
        if (special != null) {
            return since(ServerRelease.V3_5_3, special, () -> super.create(path, data, acl, mode, stat, ttl));
        }
        if (servers.has(ServerRelease.V3_5)) {
            try {
                return super.create(path, data, acl, mode, stat, ttl);
            } catch (UnimplementedException e) {
                servers.unimplemented(ServerRelease.V3_5, ticker.nanos());
                throw new CuratorConnectionLossException(); // not applied; repeated in other words
            }
        }
        String created = super.create(path, data, acl, mode);
        if (stat != null) {
            fill(stat, data, look(created));
        }
        return created;
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
        String special = special(mode);
        if (special != null && refuses(ServerRelease.V3_5_3, special)) {
            callback.processResult(Code.UNIMPLEMENTED.intValue(), path, context, null, null);
            return;
        }
        if (special != null || servers.has(ServerRelease.V3_5)) {
            IntConsumer noted = noted(special == null ? ServerRelease.V3_5 : ServerRelease.V3_5_3, context);
            Create2Callback noting = (rc, p, ctx, name, stat) -> {
                noted.accept(rc);
                boolean unknown = special == null && rc == Code.UNIMPLEMENTED.intValue();
                callback.processResult(unknown ? Code.CONNECTIONLOSS.intValue() : rc, p, ctx, name, stat);
            };
            super.create(path, data, acl, mode, noting, context, ttl);
            return;
        }
        StringCallback created = (rc, p, ctx, name) -> {
            if (rc == OK) {
                describe(name, data, p, callback, ctx);
            } else {
                callback.processResult(rc, p, ctx, name, null);
            }
        };
        super.create(path, data, acl, mode, created, context);
    }

    /** The creation has succeeded, whatever becomes of the look. */
    private void describe(String name, byte[] data, String path, Create2Callback callback, @Nullable Object context) {
        Watcher none = null;
        super.exists(
                name,
                none,
                (rc, p, ctx, found) -> {
                    var stat = new Stat();
                    fill(stat, data, found);
                    callback.processResult(OK, path, ctx, name, stat);
                },
                context);
    }

    /** Null when it is gone already, or the connection is. */
    private @Nullable Stat look(String path) {
        Watcher none = null;
        try {
            return super.exists(path, none);
        } catch (KeeperException e) {
            return null;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        }
    }

    /** As the server would have returned it with the creation: others may have changed the node before the look. */
    static void fill(Stat stat, byte @Nullable [] data, @Nullable Stat found) {
        stat.setVersion(0);
        stat.setCversion(0);
        stat.setAversion(0);
        stat.setNumChildren(0);
        stat.setDataLength(data == null ? 0 : data.length);
        if (found != null) {
            stat.setCzxid(found.getCzxid());
            stat.setMzxid(found.getCzxid());
            stat.setPzxid(found.getCzxid());
            stat.setCtime(found.getCtime());
            stat.setMtime(found.getCtime());
            stat.setEphemeralOwner(found.getEphemeralOwner());
        }
    }

    private static @Nullable String special(CreateMode mode) {
        if (mode.isContainer()) {
            return "a container";
        }
        return mode.isTTL() ? "a node with a time to live" : null;
    }

    @Override
    public List<OpResult> multi(Iterable<Op> ops) throws InterruptedException, KeeperException {
        ServerRelease needed = needed(ops);
        return needed == null ? super.multi(ops) : since(needed, inTransaction(needed), () -> super.multi(ops));
    }

    @Override
    public void multi(Iterable<Op> ops, MultiCallback callback, @Nullable Object context) {
        ServerRelease needed = needed(ops);
        if (needed == null) {
            super.multi(ops, callback, context);
        } else if (refuses(needed, inTransaction(needed))) {
            callback.processResult(Code.UNIMPLEMENTED.intValue(), null, context, null);
        } else {
            IntConsumer noted = noted(needed, context);
            MultiCallback noting = (rc, p, ctx, results) -> {
                noted.accept(rc);
                callback.processResult(rc, p, ctx, results);
            };
            super.multi(ops, noting, context);
        }
    }

    /** The release with which the latest of the operations came; null when every server knows them. */
    private static @Nullable ServerRelease needed(Iterable<Op> ops) {
        ServerRelease needed = null;
        for (Op op : ops) {
            if (op.getKind() == Op.OpKind.READ) {
                return ServerRelease.V3_6;
            }
            if (op.getType() == OpCode.createContainer || op.getType() == OpCode.createTTL) {
                needed = ServerRelease.V3_5_3;
            }
        }
        return needed;
    }

    private static String inTransaction(ServerRelease needed) {
        return needed == ServerRelease.V3_6
                ? "a transaction that reads"
                : "a container or a node with a time to live, in a transaction,";
    }

    @Override
    public void removeWatches(String path, Watcher watcher, WatcherType type, boolean local)
            throws InterruptedException, KeeperException {
        boolean unused = since(ServerRelease.V3_5, "the removal of watches", () -> {
            super.removeWatches(path, watcher, type, local);
            return true;
        });
    }

    @Override
    public void removeWatches(
            String path,
            Watcher watcher,
            WatcherType type,
            boolean local,
            VoidCallback callback,
            @Nullable Object context) {
        VoidCallback noting = unlessRefused(ServerRelease.V3_5, "the removal of watches", path, callback, context);
        if (noting != null) {
            super.removeWatches(path, watcher, type, local, noting, context);
        }
    }

    @Override
    public void removeAllWatches(String path, WatcherType type, boolean local)
            throws InterruptedException, KeeperException {
        boolean unused = since(ServerRelease.V3_5, "the removal of watches", () -> {
            super.removeAllWatches(path, type, local);
            return true;
        });
    }

    @Override
    public void removeAllWatches(
            String path, WatcherType type, boolean local, VoidCallback callback, @Nullable Object context) {
        VoidCallback noting = unlessRefused(ServerRelease.V3_5, "the removal of watches", path, callback, context);
        if (noting != null) {
            super.removeAllWatches(path, type, local, noting, context);
        }
    }

    @Override
    public void addWatch(String path, Watcher watcher, AddWatchMode mode) throws KeeperException, InterruptedException {
        boolean unused = since(ServerRelease.V3_6, "a persistent watch", () -> {
            super.addWatch(path, watcher, mode);
            return true;
        });
    }

    @Override
    public void addWatch(
            String path, Watcher watcher, AddWatchMode mode, VoidCallback callback, @Nullable Object context) {
        VoidCallback noting = unlessRefused(ServerRelease.V3_6, "a persistent watch", path, callback, context);
        if (noting != null) {
            super.addWatch(path, watcher, mode, noting, context);
        }
    }

    @Override
    public List<String> getEphemerals(String prefix) throws KeeperException, InterruptedException {
        return since(ServerRelease.V3_6, "the list of a session's nodes", () -> super.getEphemerals(prefix));
    }

    @Override
    public void getEphemerals(String prefix, EphemeralsCallback callback, @Nullable Object context) {
        if (refuses(ServerRelease.V3_6, "the list of a session's nodes")) {
            callback.processResult(Code.UNIMPLEMENTED.intValue(), context, null);
            return;
        }
        IntConsumer noted = noted(ServerRelease.V3_6, context);
        EphemeralsCallback noting = (rc, ctx, paths) -> {
            noted.accept(rc);
            callback.processResult(rc, ctx, paths);
        };
        super.getEphemerals(prefix, noting, context);
    }

    @Override
    public int getAllChildrenNumber(String path) throws KeeperException, InterruptedException {
        return since(ServerRelease.V3_6, "the number of all children", () -> super.getAllChildrenNumber(path));
    }

    @Override
    public void getAllChildrenNumber(String path, AllChildrenNumberCallback callback, @Nullable Object context) {
        if (refuses(ServerRelease.V3_6, "the number of all children")) {
            callback.processResult(Code.UNIMPLEMENTED.intValue(), path, context, 0);
            return;
        }
        IntConsumer noted = noted(ServerRelease.V3_6, context);
        AllChildrenNumberCallback noting = (rc, p, ctx, number) -> {
            noted.accept(rc);
            callback.processResult(rc, p, ctx, number);
        };
        super.getAllChildrenNumber(path, noting, context);
    }

    private <T> T since(ServerRelease release, String what, Request<T> request)
            throws KeeperException, InterruptedException {
        if (servers.lacks(release)) {
            throw new TooOldServerException(servers.refusal(what, release));
        }
        try {
            T answer = request.send();
            servers.answered(release);
            return answer;
        } catch (UnimplementedException e) {
            servers.unimplemented(release, ticker.nanos());
            throw new TooOldServerException(servers.refusal(what, release));
        } catch (ConnectionLossException e) {
            servers.lost(release, ticker.nanos());
            throw e;
        }
    }

    private boolean refuses(ServerRelease release, String what) {
        boolean lacks = servers.lacks(release);
        if (lacks) {
            log.warnThrottled("too-old-server:" + what, servers.refusal(what, release));
        }
        return lacks;
    }

    private @Nullable VoidCallback unlessRefused(
            ServerRelease release, String what, String path, VoidCallback callback, @Nullable Object context) {
        if (refuses(release, what)) {
            callback.processResult(Code.UNIMPLEMENTED.intValue(), path, context);
            return null;
        }
        IntConsumer noted = noted(release, context);
        return (rc, p, ctx) -> {
            noted.accept(rc);
            callback.processResult(rc, p, ctx);
        };
    }

    /** What the library itself sends, the quarantine notes: here it would count twice. */
    private IntConsumer noted(ServerRelease release, @Nullable Object context) {
        if (context == HandleWire.CONTEXT) {
            return rc -> {};
        }
        return rc -> {
            Code code = ErrorKind.codeOf(rc);
            if (code == Code.UNIMPLEMENTED) {
                servers.unimplemented(release, ticker.nanos());
            } else if (ErrorKind.of(code) == ErrorKind.CONNECTION) {
                servers.lost(release, ticker.nanos());
            } else if (ErrorKind.of(code) == ErrorKind.ANSWER) {
                servers.answered(release);
            }
        };
    }
}
