package io.perennial.internal.handle;

import io.perennial.internal.engine.ThrottledLog;
import io.perennial.internal.engine.Ticker;
import io.perennial.internal.protocol.ErrorKind;
import io.perennial.internal.protocol.ServerKnowledge;
import io.perennial.internal.protocol.ServerRelease;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
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
import org.apache.zookeeper.KeeperException.UnimplementedException;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.OpResult;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.Watcher.WatcherType;
import org.apache.zookeeper.data.ACL;
import org.apache.zookeeper.data.Stat;
import org.jspecify.annotations.Nullable;

/**
 * A ZooKeeper handle that sends an old server only what it knows: anything else would cost the connection, and
 * everybody on it. Curator creates every node in such a way that the server also returns its stat, as servers can from
 * 3.5 on; here that becomes a creation and, where somebody wants the stat, a look at the node. What has no such
 * translation is refused with UNIMPLEMENTED, as by the server; the exception says in a sentence why, and what to do.
 *
 * <p>While nothing is known of the server, which is until it has answered the first questions on the first connection,
 * it translates, too: any server takes that. Should the connection break in between the two, the stat says what is
 * certain, and nothing of transactions and times.
 *
 * <p>What it refuses in the background it answers from another thread: Curator asks again from the callback, and would
 * never return to its caller. For the same reason a refused watch is answered a second later; Curator's caches ask for
 * it without end.
 */
@SuppressWarnings("try") // its close may be interrupted, as ZooKeeper's own
abstract class TranslatingZooKeeper extends RelayingZooKeeper {
    private static final int OK = Code.OK.intValue();
    private static final int REFUSED = Code.UNIMPLEMENTED.intValue();
    private static final Duration BEFORE_WATCH_IS_REFUSED = Duration.ofSeconds(1);

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
        if (Novelty.CONTAINER.isLackedBy(servers)) {
            log.warnThrottled(
                    "no-containers",
                    "parents of nodes are made persistent, so nobody removes them, because "
                            + Novelty.CONTAINER.refusal(servers));
            return super.create(path, data, acl, CreateMode.PERSISTENT);
        }
        return send(Novelty.CONTAINER, () -> super.create(path, data, acl, mode));
    }

    @Override
    public String create(String path, byte[] data, List<ACL> acl, CreateMode mode, @Nullable Stat stat, long ttl)
            throws KeeperException, InterruptedException {
        Novelty special = Novelty.of(mode);
        if (special != null) {
            return send(special, () -> super.create(path, data, acl, mode, stat, ttl));
        }
        if (servers.has(ServerRelease.V3_5)) {
            try {
                return send(Novelty.CREATION_WITH_STAT, () -> super.create(path, data, acl, mode, stat, ttl));
            } catch (UnimplementedException e) {
                throw new CuratorConnectionLossException(); // not applied; repeated in other words
            }
        }
        String created = super.create(path, data, acl, mode);
        if (stat != null) {
            fill(stat, data, ownerOf(mode), look(created));
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
        Novelty special = Novelty.of(mode);
        if (special != null && refuses(special)) {
            late(() -> callback.processResult(REFUSED, path, context, null, null));
            return;
        }
        if (special != null || servers.has(ServerRelease.V3_5)) {
            Novelty what = special == null ? Novelty.CREATION_WITH_STAT : special;
            Create2Callback noting = (rc, p, ctx, name, stat) -> {
                note(what, rc);
                if (special != null && special.isRefusedBy(ErrorKind.codeOf(rc))) {
                    warn(special);
                }
                boolean unknown = what == Novelty.CREATION_WITH_STAT && rc == REFUSED;
                callback.processResult(unknown ? Code.CONNECTIONLOSS.intValue() : rc, p, ctx, name, stat);
            };
            super.create(path, data, acl, mode, noting, context, ttl);
            return;
        }
        StringCallback created = (rc, p, ctx, name) -> {
            if (rc == OK) {
                describe(name, data, ownerOf(mode), p, callback, ctx);
            } else {
                callback.processResult(rc, p, ctx, name, null);
            }
        };
        super.create(path, data, acl, mode, created, context);
    }

    private long ownerOf(CreateMode mode) {
        return mode.isEphemeral() ? getSessionId() : 0;
    }

    /** The creation has succeeded, whatever becomes of the look. */
    private void describe(
            String name, byte[] data, long owner, String path, Create2Callback callback, @Nullable Object context) {
        Watcher none = null;
        super.exists(
                name,
                none,
                (rc, p, ctx, found) -> {
                    var stat = new Stat();
                    fill(stat, data, owner, found);
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

    /**
     * As the server would have returned it with the creation: others may have changed the node before the look, or
     * replaced it. Where the look fails, no transaction and no time are known.
     */
    static void fill(Stat stat, byte @Nullable [] data, long owner, @Nullable Stat found) {
        stat.setVersion(0);
        stat.setCversion(0);
        stat.setAversion(0);
        stat.setNumChildren(0);
        stat.setDataLength(data == null ? 0 : data.length);
        stat.setEphemeralOwner(owner);
        if (found != null && found.getEphemeralOwner() == owner) {
            stat.setCzxid(found.getCzxid());
            stat.setMzxid(found.getCzxid());
            stat.setPzxid(found.getCzxid());
            stat.setCtime(found.getCtime());
            stat.setMtime(found.getCtime());
        }
    }

    @Override
    public List<OpResult> multi(Iterable<Op> ops) throws InterruptedException, KeeperException {
        Novelty needed = Novelty.of(ops);
        return needed == null ? super.multi(ops) : send(needed, () -> super.multi(ops));
    }

    @Override
    public void multi(Iterable<Op> ops, MultiCallback callback, @Nullable Object context) {
        Novelty needed = context == HandleWire.CONTEXT ? null : Novelty.of(ops);
        if (needed == null) {
            super.multi(ops, callback, context);
        } else if (refuses(needed)) {
            late(() -> callback.processResult(REFUSED, null, context, null));
        } else {
            MultiCallback noting = (rc, p, ctx, results) -> {
                note(needed, rc);
                callback.processResult(needed.isRefusedBy(ErrorKind.codeOf(rc)) ? REFUSED : rc, p, ctx, results);
            };
            super.multi(ops, noting, context);
        }
    }

    @Override
    public void removeWatches(String path, Watcher watcher, WatcherType type, boolean local)
            throws InterruptedException, KeeperException {
        boolean unused = send(Novelty.REMOVAL_OF_WATCHES, () -> {
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
        VoidCallback noting = unlessRefused(Novelty.REMOVAL_OF_WATCHES, path, callback, context);
        if (noting != null) {
            super.removeWatches(path, watcher, type, local, noting, context);
        }
    }

    @Override
    public void removeAllWatches(String path, WatcherType type, boolean local)
            throws InterruptedException, KeeperException {
        boolean unused = send(Novelty.REMOVAL_OF_WATCHES, () -> {
            super.removeAllWatches(path, type, local);
            return true;
        });
    }

    @Override
    public void removeAllWatches(
            String path, WatcherType type, boolean local, VoidCallback callback, @Nullable Object context) {
        VoidCallback noting = unlessRefused(Novelty.REMOVAL_OF_WATCHES, path, callback, context);
        if (noting != null) {
            super.removeAllWatches(path, type, local, noting, context);
        }
    }

    @Override
    public void addWatch(String path, Watcher watcher, AddWatchMode mode) throws KeeperException, InterruptedException {
        boolean unused = send(Novelty.PERSISTENT_WATCH, () -> {
            super.addWatch(path, watcher, mode);
            return true;
        });
    }

    @Override
    public void addWatch(
            String path, Watcher watcher, AddWatchMode mode, VoidCallback callback, @Nullable Object context) {
        VoidCallback noting = unlessRefused(Novelty.PERSISTENT_WATCH, path, callback, context);
        if (noting != null) {
            super.addWatch(path, watcher, mode, noting, context);
        }
    }

    @Override
    public List<String> getEphemerals(String prefix) throws KeeperException, InterruptedException {
        return send(Novelty.EPHEMERALS, () -> super.getEphemerals(prefix));
    }

    @Override
    public void getEphemerals(String prefix, EphemeralsCallback callback, @Nullable Object context) {
        if (refuses(Novelty.EPHEMERALS)) {
            late(() -> callback.processResult(REFUSED, context, null));
            return;
        }
        EphemeralsCallback noting = (rc, ctx, paths) -> {
            noteUnlessOurs(Novelty.EPHEMERALS, rc, ctx);
            callback.processResult(rc, ctx, paths);
        };
        super.getEphemerals(prefix, noting, context);
    }

    @Override
    public int getAllChildrenNumber(String path) throws KeeperException, InterruptedException {
        return send(Novelty.NUMBER_OF_CHILDREN, () -> super.getAllChildrenNumber(path));
    }

    @Override
    public void getAllChildrenNumber(String path, AllChildrenNumberCallback callback, @Nullable Object context) {
        if (refuses(Novelty.NUMBER_OF_CHILDREN)) {
            late(() -> callback.processResult(REFUSED, path, context, 0));
            return;
        }
        AllChildrenNumberCallback noting = (rc, p, ctx, number) -> {
            note(Novelty.NUMBER_OF_CHILDREN, rc);
            callback.processResult(rc, p, ctx, number);
        };
        super.getAllChildrenNumber(path, noting, context);
    }

    private <T> T send(Novelty what, Request<T> request) throws KeeperException, InterruptedException {
        if (what.isLackedBy(servers)) {
            throw new UnsupportedByServerException(what.refusal(servers));
        }
        try {
            T answer = request.send();
            note(what, OK);
            return answer;
        } catch (KeeperException e) {
            note(what, e.code().intValue());
            if (what.isRefusedBy(e.code())) {
                throw new UnsupportedByServerException(what.refusal(servers));
            }
            throw e;
        }
    }

    private boolean refuses(Novelty what) {
        boolean lacked = what.isLackedBy(servers);
        if (lacked) {
            warn(what);
        }
        return lacked;
    }

    private void warn(Novelty what) {
        log.warnThrottled("not-taken-by-server:" + what, what.refusal(servers));
    }

    private @Nullable VoidCallback unlessRefused(
            Novelty what, String path, VoidCallback callback, @Nullable Object context) {
        if (refuses(what)) {
            Runnable refusal = () -> callback.processResult(REFUSED, path, context);
            if (what == Novelty.PERSISTENT_WATCH) {
                late(BEFORE_WATCH_IS_REFUSED, refusal);
            } else {
                late(refusal);
            }
            return null;
        }
        return (rc, p, ctx) -> {
            noteUnlessOurs(what, rc, ctx);
            callback.processResult(rc, p, ctx);
        };
    }

    /** What the library itself sends, the quarantine notes: here it would count twice. */
    private void noteUnlessOurs(Novelty what, int rc, @Nullable Object context) {
        if (context != HandleWire.CONTEXT) {
            note(what, rc);
        }
    }

    private void note(Novelty what, int rc) {
        what.note(ErrorKind.codeOf(rc), servers, ticker.nanos());
    }
}
