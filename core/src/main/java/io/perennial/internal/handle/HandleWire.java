package io.perennial.internal.handle;

import io.perennial.internal.request.RearmingClient;
import io.perennial.internal.request.Reply;
import io.perennial.internal.request.WatchBatch;
import io.perennial.internal.request.Wire;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.zookeeper.AddWatchMode;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.Watcher.WatcherType;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.client.ZKClientConfig;
import org.apache.zookeeper.data.ACL;
import org.jspecify.annotations.Nullable;

/** ZooKeeper's own client, which answers on its event thread. */
public final class HandleWire implements Wire {
    /**
     * A removal that fails with its connection must leave the watcher where it is: the client would report {@code
     * Disconnected} to the watcher, and take its report of the connection for a repetition (C2).
     */
    private static final boolean LOCALLY_TOO = false;

    /** By which the client knows the library's own requests. */
    static final Object CONTEXT = new Object();

    private final ZooKeeper zooKeeper;

    /**
     * Sends through a client.
     *
     * @param zooKeeper made, connected or not
     */
    public HandleWire(ZooKeeper zooKeeper) {
        this.zooKeeper = zooKeeper;
    }

    /** Not with the operation that also returns a stat: servers before 3.5 do not know it. */
    @Override
    public void create(String path, byte[] data, List<ACL> acl, CreateMode mode, Consumer<Reply> answer) {
        zooKeeper.create(
                path,
                data,
                acl,
                mode,
                (rc, p, ctx, name) -> answer.accept(Reply.of(rc, name == null ? p : name)),
                null);
    }

    @Override
    public void setData(String path, byte[] data, int version, Consumer<Reply> answer) {
        zooKeeper.setData(path, data, version, (rc, p, ctx, stat) -> answer.accept(Reply.of(rc, p, stat, null)), null);
    }

    @Override
    public void delete(String path, int version, Consumer<Reply> answer) {
        zooKeeper.delete(path, version, (rc, p, ctx) -> answer.accept(Reply.of(rc, p)), null);
    }

    @Override
    public void exists(String path, @Nullable Watcher watcher, Consumer<Reply> answer) {
        zooKeeper.exists(path, watcher, (rc, p, ctx, stat) -> answer.accept(Reply.of(rc, p, stat, null)), null);
    }

    @Override
    public void getData(String path, @Nullable Watcher watcher, Consumer<Reply> answer) {
        zooKeeper.getData(path, watcher, (rc, p, ctx, data, stat) -> answer.accept(Reply.of(rc, p, stat, data)), null);
    }

    @Override
    public void getChildren(String path, @Nullable Watcher watcher, Consumer<Reply> answer) {
        zooKeeper.getChildren(
                path, watcher, (rc, p, ctx, names, stat) -> answer.accept(Reply.ofNames(rc, p, stat, names)), null);
    }

    @Override
    public void addWatch(String path, Watcher watcher, AddWatchMode mode, Consumer<Reply> answer) {
        zooKeeper.addWatch(path, watcher, mode, (rc, p, ctx) -> answer.accept(Reply.of(rc, p)), CONTEXT);
    }

    @Override
    public void removeWatches(String path, Watcher watcher, WatcherType type, Consumer<Reply> answer) {
        zooKeeper.removeWatches(
                path, watcher, type, LOCALLY_TOO, (rc, p, ctx) -> answer.accept(Reply.of(rc, p)), CONTEXT);
    }

    @Override
    public void removeAllWatches(String path, WatcherType type, Consumer<Reply> answer) {
        zooKeeper.removeAllWatches(path, type, LOCALLY_TOO, (rc, p, ctx) -> answer.accept(Reply.of(rc, p)), CONTEXT);
    }

    @Override
    public void getEphemerals(String prefix, Consumer<Reply> answer) {
        zooKeeper.getEphemerals(
                prefix, (rc, ctx, paths) -> answer.accept(Reply.ofNames(rc, prefix, null, paths)), CONTEXT);
    }

    @Override
    public void multi(List<Op> operations, Consumer<Reply> answer) {
        zooKeeper.multi(operations, (rc, p, ctx, results) -> answer.accept(Reply.ofResults(rc, results)), CONTEXT);
    }

    @Override
    public boolean canRearm() {
        return zooKeeper instanceof RearmingClient client && client.canRearm();
    }

    @Override
    public void rearm(WatchBatch batch, Consumer<Reply> answer) {
        if (zooKeeper instanceof RearmingClient client) {
            client.rearm(batch, (rc, p, ctx) -> answer.accept(Reply.of(rc, p)));
        } else {
            throw new IllegalStateException("canRearm() was not asked");
        }
    }

    /** Empty when the handle was not made by the library. */
    @Override
    public Optional<Set<String>> watchedPaths(WatcherType type) {
        return zooKeeper instanceof SupervisedZooKeeper supervised
                ? Optional.of(supervised.watchedPaths(type))
                : Optional.empty();
    }

    /** As the client does unless {@code zookeeper.disableAutoWatchReset} is set. */
    @Override
    public boolean keepsWatches() {
        return !zooKeeper.getClientConfig().getBoolean(ZKClientConfig.DISABLE_AUTO_WATCH_RESET);
    }
}
