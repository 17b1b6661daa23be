package io.perennial.handle;

import io.perennial.RestorePolicy;
import io.perennial.engine.EventLoop;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.zookeeper.AddWatchMode;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.Watcher.WatcherType;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.client.ZKClientConfig;
import org.apache.zookeeper.data.ACL;
import org.jspecify.annotations.Nullable;

/**
 * Asynchronous requests on one handle, pipelined with a bounded number in flight: the client's own outgoing queue has no
 * bound. Paths are the server's, below the chroot.
 *
 * <p>Concurrency: confined to the event loop. Answers come on the loop too, and none comes any more after
 * {@link #end()}: whoever sent the request learns from {@link Restorable#detached()} that its fate is unknown.
 */
public final class Requests {
    /**
     * A removal that fails with its connection must leave the watcher where it is: the client would tell {@code
     * Disconnected} of the watcher, and take what it has to tell of the connection for a repetition (C2).
     */
    private static final boolean LOCALLY_TOO = false;

    private final ZooKeeper zooKeeper;
    private final EventLoop loop;
    private final Window transactions;
    private final Window singles;
    private boolean ended;

    /**
     * Makes them for one handle.
     *
     * @param zooKeeper the handle
     * @param loop where answers come
     * @param policy the bounds
     */
    public Requests(ZooKeeper zooKeeper, EventLoop loop, RestorePolicy policy) {
        this.zooKeeper = zooKeeper;
        this.loop = loop;
        var rate = new RateLimit(policy.maxOperationsPerSecond());
        this.transactions = new Window(policy.maxBatchesInFlight(), rate);
        this.singles = new Window(policy.maxRequestsInFlight(), rate);
    }

    /** No answer is delivered from now on, and what is still queued is not sent. */
    public void end() {
        ended = true;
        transactions.queue.clear();
        singles.queue.clear();
    }

    /**
     * Creates one node.
     *
     * @param path the path
     * @param data the data
     * @param acl the ACL
     * @param mode the mode
     * @param answer gets the actual path and the stat
     */
    public void create(String path, byte[] data, List<ACL> acl, CreateMode mode, Consumer<Reply> answer) {
        singles.submit(
                1,
                path,
                answer,
                reply -> zooKeeper.create(
                        path,
                        data,
                        acl,
                        mode,
                        (rc, p, ctx, name, stat) -> reply.accept(Reply.of(rc, name == null ? p : name, stat, null)),
                        null));
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
        singles.submit(
                1,
                path,
                answer,
                reply -> zooKeeper.setData(
                        path, data, version, (rc, p, ctx, stat) -> reply.accept(Reply.of(rc, p, stat, null)), null));
    }

    /**
     * Deletes a node.
     *
     * @param path the path
     * @param version the version expected, or -1
     * @param answer gets the code
     */
    public void delete(String path, int version, Consumer<Reply> answer) {
        singles.submit(
                1,
                path,
                answer,
                reply -> zooKeeper.delete(path, version, (rc, p, ctx) -> reply.accept(Reply.of(rc, p)), null));
    }

    /**
     * Asks for a node's stat.
     *
     * @param path the path
     * @param watcher armed whether the node exists or not, or null for none
     * @param answer gets the stat, or NONODE
     */
    public void exists(String path, @Nullable Watcher watcher, Consumer<Reply> answer) {
        singles.submit(
                1,
                path,
                answer,
                reply -> zooKeeper.exists(
                        path, watcher, (rc, p, ctx, stat) -> reply.accept(Reply.of(rc, p, stat, null)), null));
    }

    /**
     * Reads a node.
     *
     * @param path the path
     * @param watcher armed when the node exists, or null for none
     * @param answer gets data and stat, or NONODE
     */
    public void getData(String path, @Nullable Watcher watcher, Consumer<Reply> answer) {
        singles.submit(
                1,
                path,
                answer,
                reply -> zooKeeper.getData(
                        path, watcher, (rc, p, ctx, data, stat) -> reply.accept(Reply.of(rc, p, stat, data)), null));
    }

    /**
     * Reads the names of a node's children.
     *
     * @param path the path
     * @param watcher armed when the node exists, or null for none
     * @param answer gets names and the parent's stat, or NONODE
     */
    public void getChildren(String path, @Nullable Watcher watcher, Consumer<Reply> answer) {
        singles.submit(
                1,
                path,
                answer,
                reply -> zooKeeper.getChildren(
                        path,
                        watcher,
                        (rc, p, ctx, names, stat) -> reply.accept(Reply.ofNames(rc, p, stat, names)),
                        null));
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
        singles.submit(
                1,
                path,
                answer,
                reply -> zooKeeper.addWatch(path, watcher, mode, (rc, p, ctx) -> reply.accept(Reply.of(rc, p)), null));
    }

    /**
     * Disarms a watch. Whatever the server does not answer with OK leaves the watcher in the client.
     *
     * @param path the path
     * @param watcher the watcher
     * @param type the kind
     * @param answer gets the code
     */
    public void removeWatches(String path, Watcher watcher, WatcherType type, Consumer<Reply> answer) {
        singles.submit(
                1,
                path,
                answer,
                reply -> zooKeeper.removeWatches(
                        path, watcher, type, LOCALLY_TOO, (rc, p, ctx) -> reply.accept(Reply.of(rc, p)), null));
    }

    /**
     * Disarms a path at the server, and takes away every watcher that the client has there, whoever's it is; but nothing
     * unless the server answers with OK.
     *
     * @param path the path
     * @param type the kind
     * @param answer gets the code
     */
    public void removeAllWatches(String path, WatcherType type, Consumer<Reply> answer) {
        singles.submit(
                1,
                path,
                answer,
                reply -> zooKeeper.removeAllWatches(
                        path, type, LOCALLY_TOO, (rc, p, ctx) -> reply.accept(Reply.of(rc, p)), null));
    }

    /**
     * The paths on which the client holds watchers, whoever's they are. Asks the client, not the server.
     *
     * @param type the kind, not {@code Any}
     * @return a copy; empty when the handle is not of our own making and so cannot tell
     */
    public Optional<Set<String>> watchedPaths(WatcherType type) {
        return zooKeeper instanceof SupervisedZooKeeper supervised
                ? Optional.of(supervised.watchedPaths(type))
                : Optional.empty();
    }

    /**
     * Whether the client arms its watches again by itself when it reconnects, as it does unless
     * {@code zookeeper.disableAutoWatchReset} is set.
     *
     * @return whether it does
     */
    public boolean keepsWatches() {
        return !zooKeeper.getClientConfig().getBoolean(ZKClientConfig.DISABLE_AUTO_WATCH_RESET);
    }

    /**
     * Lists the ephemeral nodes of this very session: one request, whatever their number.
     *
     * @param prefix the path below which to look
     * @param answer gets the paths
     */
    public void getEphemerals(String prefix, Consumer<Reply> answer) {
        singles.submit(
                1,
                prefix,
                answer,
                reply -> zooKeeper.getEphemerals(
                        prefix, (rc, ctx, paths) -> reply.accept(Reply.ofNames(rc, prefix, null, paths)), null));
    }

    /**
     * Runs a transaction, all or nothing, or a batch of reads.
     *
     * @param operations all of one kind
     * @param answer gets the results; the code is the first error's
     */
    public void multi(List<Op> operations, Consumer<Reply> answer) {
        transactions.submit(
                operations.size(),
                null,
                answer,
                reply -> zooKeeper.multi(
                        operations, (rc, p, ctx, results) -> reply.accept(Reply.ofResults(rc, results)), null));
    }

    /** Sends one request, whose answer is to be given to the consumer from any thread. */
    @FunctionalInterface
    private interface Send {
        void to(Consumer<Reply> reply);
    }

    private record Pending(int operations, @Nullable String path, Consumer<Reply> answer, Send send) {}

    private final class Window {
        private final int limit;
        private final RateLimit rate;
        private final ArrayDeque<Pending> queue = new ArrayDeque<>();
        private int inFlight;
        private boolean waitingForRate;

        private Window(int limit, RateLimit rate) {
            this.limit = limit;
            this.rate = rate;
        }

        private void submit(int operations, @Nullable String path, Consumer<Reply> answer, Send send) {
            if (ended) {
                return;
            }
            queue.add(new Pending(operations, path, answer, send));
            sendNext();
        }

        private void sendNext() {
            while (!ended && !waitingForRate && inFlight < limit) {
                Pending next = queue.peek();
                if (next == null) {
                    return;
                }
                long wait = rate.reserve(next.operations, loop.ticker().nanos());
                if (wait > 0) {
                    waitForRate(wait);
                    return;
                }
                queue.remove();
                inFlight++;
                send(next);
            }
        }

        private void waitForRate(long nanos) {
            waitingForRate = true;
            loop.schedule(Duration.ofNanos(nanos), () -> {
                waitingForRate = false;
                sendNext();
            });
        }

        private void send(Pending pending) {
            try {
                pending.send.to(reply -> loop.offer(() -> answered(pending, reply)));
            } catch (IllegalArgumentException e) {
                // A path that the client itself refuses: answered like a refusal of the server's.
                loop.offer(() -> answered(pending, Reply.of(Code.BADARGUMENTS.intValue(), pending.path)));
            }
        }

        private void answered(Pending pending, Reply reply) {
            inFlight--;
            if (ended) {
                return;
            }
            try {
                pending.answer.accept(reply);
            } finally {
                sendNext();
            }
        }
    }
}
