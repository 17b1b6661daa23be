package io.perennial.internal.request;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.zookeeper.AddWatchMode;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.Watcher.WatcherType;
import org.apache.zookeeper.data.ACL;
import org.jspecify.annotations.Nullable;

/**
 * What {@link Requests} are sent on: one handle's client, which queues without bound. Each method hands one request
 * over and returns; the answer comes from any thread, one way or another, in the order of the requests. The methods of
 * {@link Requests} describe the arguments.
 */
public interface Wire {
    /**
     * Creates a node.
     *
     * @param path the path
     * @param data the data
     * @param acl the ACL
     * @param mode the mode
     * @param answer gets the actual path
     */
    void create(String path, byte[] data, List<ACL> acl, CreateMode mode, Consumer<Reply> answer);

    /**
     * Changes a node's data.
     *
     * @param path the path
     * @param data the data
     * @param version the version expected, or -1
     * @param answer gets the stat
     */
    void setData(String path, byte[] data, int version, Consumer<Reply> answer);

    /**
     * Deletes a node.
     *
     * @param path the path
     * @param version the version expected, or -1
     * @param answer gets the code
     */
    void delete(String path, int version, Consumer<Reply> answer);

    /**
     * Asks for a node's stat.
     *
     * @param path the path
     * @param watcher armed whether the node exists or not, or null for none
     * @param answer gets the stat, or NONODE
     */
    void exists(String path, @Nullable Watcher watcher, Consumer<Reply> answer);

    /**
     * Reads a node.
     *
     * @param path the path
     * @param watcher armed when the node exists, or null for none
     * @param answer gets data and stat, or NONODE
     */
    void getData(String path, @Nullable Watcher watcher, Consumer<Reply> answer);

    /**
     * Reads the names of a node's children.
     *
     * @param path the path
     * @param watcher armed when the node exists, or null for none
     * @param answer gets names and the parent's stat, or NONODE
     */
    void getChildren(String path, @Nullable Watcher watcher, Consumer<Reply> answer);

    /**
     * Arms a persistent watch.
     *
     * @param path the path; need not exist
     * @param watcher the watcher
     * @param mode recursive or not
     * @param answer gets the code
     */
    void addWatch(String path, Watcher watcher, AddWatchMode mode, Consumer<Reply> answer);

    /**
     * Disarms a watch; nothing unless the server answers with OK.
     *
     * @param path the path
     * @param watcher the watcher
     * @param type the kind
     * @param answer gets the code
     */
    void removeWatches(String path, Watcher watcher, WatcherType type, Consumer<Reply> answer);

    /**
     * Disarms a path, no matter who registered the watchers; nothing unless the server answers with OK.
     *
     * @param path the path
     * @param type the kind
     * @param answer gets the code
     */
    void removeAllWatches(String path, WatcherType type, Consumer<Reply> answer);

    /**
     * Whether {@link #rearm} can be asked for.
     *
     * @return false for a client that the library has not made, or cannot reach into
     */
    boolean canRearm();

    /**
     * Arms many one-shot watches by one request.
     *
     * @param batch the watches
     * @param answer gets the code
     */
    void rearm(WatchBatch batch, Consumer<Reply> answer);

    /**
     * Lists the session's ephemeral nodes.
     *
     * @param prefix the path below which to look, chroot included
     * @param answer gets the paths, chroot included
     */
    void getEphemerals(String prefix, Consumer<Reply> answer);

    /**
     * Runs a transaction.
     *
     * @param operations the operations
     * @param answer gets the results, with the chroot in their paths; the code is the first error's
     */
    void multi(List<Op> operations, Consumer<Reply> answer);

    /**
     * The paths on which the client holds watchers.
     *
     * @param type the kind
     * @return a copy; empty when the client cannot report them
     */
    Optional<Set<String>> watchedPaths(WatcherType type);

    /**
     * Whether the client arms its watches again by itself when it reconnects.
     *
     * @return whether it does
     */
    boolean keepsWatches();
}
