package io.perennial.internal.request;

import io.perennial.RestorePolicy;
import io.perennial.internal.engine.EventLoop;
import io.perennial.internal.protocol.Quarantine;
import io.perennial.internal.protocol.RequestKey;
import io.perennial.internal.protocol.RequestKind;
import io.perennial.internal.restore.Restorable;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.apache.zookeeper.AddWatchMode;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.Watcher.WatcherType;
import org.apache.zookeeper.data.ACL;
import org.jspecify.annotations.Nullable;

/**
 * Asynchronous requests on one handle, pipelined with a bounded number in flight: the client's own outgoing queue has
 * no bound. Paths are the server's, below the chroot.
 *
 * <p>Concurrency: confined to the event loop. Answers come on the loop too, and none comes any more after
 * {@link #end()}: the sender of the request learns from {@link Restorable#detached()} that its fate is unknown.
 */
public final class Requests {
    private final Wire wire;
    private final RequestQueue queue;

    /**
     * Creates them for one handle, from one attachment to the next connection loss.
     *
     * @param wire what they are sent on
     * @param loop where answers come
     * @param policy the bounds
     * @param quarantine the session's
     */
    public Requests(Wire wire, EventLoop loop, RestorePolicy policy, Quarantine quarantine) {
        this(wire, loop, policy, quarantine, () -> ThreadLocalRandom.current().nextLong());
    }

    /**
     * As above, with pauses drawn from the given source.
     *
     * @param wire what they are sent on
     * @param loop where answers come
     * @param policy the bounds
     * @param quarantine the session's
     * @param random where pauses are drawn
     */
    public Requests(Wire wire, EventLoop loop, RestorePolicy policy, Quarantine quarantine, RandomGenerator random) {
        this.wire = wire;
        this.queue = new RequestQueue(new LoopHost(loop), policy, quarantine, random);
    }

    /**
     * No answer is delivered from now on, and what is still queued is not sent. Requests whose answers, as the client
     * has reported, were lost with the connection are suspected of having broken it.
     */
    public void end() {
        queue.end();
    }

    /** As {@link #end()}, because the connection is gone. */
    public void broken() {
        queue.broken();
    }

    /**
     * Whether any request is suspected of breaking connections.
     *
     * @return false when {@link #goesApart} need not be asked
     */
    public boolean hasQuarantined() {
        return queue.hasQuarantined();
    }

    /**
     * Whether the server is known not to know a kind of request, so that it would be refused at once.
     *
     * @param kind the kind
     * @return whether it is
     */
    public boolean lacks(RequestKind kind) {
        return queue.lacks(kind);
    }

    /**
     * How many requests the server has put off ("not now") and not answered since; they are repeated. From any thread.
     *
     * @return their number
     */
    public int putOff() {
        return queue.putOff();
    }

    /**
     * Whether a node must not be created together with others, because it was under way when connections broke.
     *
     * @param path the path
     * @param bytes the number of bytes of its data
     * @return whether it is to be sent by itself
     */
    public boolean goesApart(String path, int bytes) {
        return queue.goesApart(new RequestKey(RequestKind.CREATE, path, bytes));
    }

    /**
     * Creates one node.
     *
     * @param path the path
     * @param data the data
     * @param acl the ACL
     * @param mode the mode
     * @param answer gets the actual path
     */
    public void create(String path, byte[] data, List<ACL> acl, CreateMode mode, Consumer<Reply> answer) {
        single(
                mode.isContainer() ? RequestKind.CREATE_CONTAINER : RequestKind.CREATE,
                path,
                data.length,
                answer,
                reply -> wire.create(path, data, acl, mode, reply));
    }

    /**
     * Changes a node's data.
     *
     * @param path the path
     * @param data the data
     * @param version the version expected, or -1
     * @param answer gets the stat
     */
    public void setData(String path, byte[] data, int version, Consumer<Reply> answer) {
        single(RequestKind.SET_DATA, path, data.length, answer, reply -> wire.setData(path, data, version, reply));
    }

    /**
     * Deletes a node.
     *
     * @param path the path
     * @param version the version expected, or -1
     * @param answer gets the code
     */
    public void delete(String path, int version, Consumer<Reply> answer) {
        single(RequestKind.DELETE, path, 0, answer, reply -> wire.delete(path, version, reply));
    }

    /**
     * Asks for a node's stat.
     *
     * @param path the path
     * @param watcher armed whether the node exists or not, or null for none
     * @param answer gets the stat, or NONODE
     */
    public void exists(String path, @Nullable Watcher watcher, Consumer<Reply> answer) {
        single(RequestKind.EXISTS, path, 0, answer, reply -> wire.exists(path, watcher, reply));
    }

    /**
     * Reads a node.
     *
     * @param path the path
     * @param watcher armed when the node exists, or null for none
     * @param answer gets data and stat, or NONODE
     */
    public void getData(String path, @Nullable Watcher watcher, Consumer<Reply> answer) {
        single(RequestKind.GET_DATA, path, 0, answer, reply -> wire.getData(path, watcher, reply));
    }

    /**
     * Reads the names of a node's children.
     *
     * @param path the path
     * @param watcher armed when the node exists, or null for none
     * @param answer gets names and the parent's stat, or NONODE
     */
    public void getChildren(String path, @Nullable Watcher watcher, Consumer<Reply> answer) {
        single(RequestKind.GET_CHILDREN, path, 0, answer, reply -> wire.getChildren(path, watcher, reply));
    }

    /**
     * Arms a persistent watch.
     *
     * @param path the path; need not exist
     * @param watcher the watcher
     * @param mode recursive or not
     * @param answer gets the code
     */
    public void addWatch(String path, Watcher watcher, AddWatchMode mode, Consumer<Reply> answer) {
        single(RequestKind.ADD_WATCH, path, 0, answer, reply -> wire.addWatch(path, watcher, mode, reply));
    }

    /**
     * Disarms a watch. Any answer of the server but OK leaves the watcher in the client.
     *
     * @param path the path
     * @param watcher the watcher
     * @param type the kind
     * @param answer gets the code
     */
    public void removeWatches(String path, Watcher watcher, WatcherType type, Consumer<Reply> answer) {
        single(RequestKind.REMOVE_WATCHES, path, 0, answer, reply -> wire.removeWatches(path, watcher, type, reply));
    }

    /**
     * Disarms a path at the server, and removes every watcher that the client has there, no matter who registered it;
     * but nothing unless the server answers with OK.
     *
     * @param path the path
     * @param type the kind
     * @param answer gets the code
     */
    public void removeAllWatches(String path, WatcherType type, Consumer<Reply> answer) {
        single(RequestKind.REMOVE_WATCHES, path, 0, answer, reply -> wire.removeAllWatches(path, type, reply));
    }

    /**
     * Whether many one-shot watches can be armed by one request.
     *
     * @return whether {@link #rearm} may be called
     */
    public boolean canRearm() {
        return wire.canRearm();
    }

    /**
     * Arms many one-shot watches by one request.
     *
     * @param example the path of one, for people
     * @param batch gives the watches when the request is sent, each time: it may wait, and be repeated; any server
     *     knows such requests, of up to its {@code jute.maxbuffer}
     * @param answer gets the code, after the events of what has changed since
     */
    public void rearm(String example, Supplier<WatchBatch> batch, Consumer<Reply> answer) {
        single(RequestKind.REARM, example, 0, answer, reply -> wire.rearm(batch.get(), reply));
    }

    /**
     * The paths on which the client holds watchers, no matter who registered them. Asks the client, not the server.
     *
     * @param type the kind
     * @return a copy; empty when the handle was not created by this library and so cannot report them
     */
    public Optional<Set<String>> watchedPaths(WatcherType type) {
        return wire.watchedPaths(type);
    }

    /**
     * Whether the client arms its watches again by itself when it reconnects, as it does unless
     * {@code zookeeper.disableAutoWatchReset} is set.
     *
     * @return whether it does
     */
    public boolean keepsWatches() {
        return wire.keepsWatches();
    }

    /**
     * Lists the ephemeral nodes of this session alone: one request, whatever their number.
     *
     * @param prefix the path below which to look
     * @param answer gets the paths
     */
    public void getEphemerals(String prefix, Consumer<Reply> answer) {
        single(RequestKind.GET_EPHEMERALS, prefix, 0, answer, reply -> wire.getEphemerals(prefix, reply));
    }

    /**
     * Runs a transaction, all or nothing, that creates nodes.
     *
     * @param operations the operations
     * @param subjects what it creates; asked for when something has gone wrong
     * @param answer gets the results; the code is the first error's
     */
    public void multi(List<Op> operations, Supplier<List<RequestKey>> subjects, Consumer<Reply> answer) {
        queue.submit(PendingRequest.transaction(
                subjects, operations.size(), answer, reply -> wire.multi(operations, reply)));
    }

    private void single(RequestKind kind, String path, int bytes, Consumer<Reply> answer, PendingRequest.Send send) {
        queue.submit(PendingRequest.single(kind, path, bytes, answer, send));
    }

    private record LoopHost(EventLoop loop) implements RequestQueue.Host {
        @Override
        public long nanos() {
            return loop.ticker().nanos();
        }

        @Override
        public void execute(Runnable task) {
            boolean unused = loop.offer(task);
        }

        @Override
        public void schedule(Duration delay, Runnable task) {
            loop.schedule(delay, task);
        }
    }
}
