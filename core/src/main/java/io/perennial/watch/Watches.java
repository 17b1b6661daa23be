package io.perennial.watch;

import java.util.function.Consumer;

/**
 * The session's watches: set once, armed as long as the session object lives. The first call gives the initial state;
 * after that a listener hears of changes. Intermediate states may be merged, but the last thing delivered always equals
 * what is on the server. Changes made while the session was away are reported once, marked {@code whileAway}.
 *
 * <p>Listeners run serially on the session's callback executor and may block or call ZooKeeper. Nothing here blocks.
 */
public interface Watches {
    /**
     * Watches one node: its existence, data and ACL version. ZooKeeper itself tells nobody of a change of the ACL alone,
     * or of a node that came and went between two reads: the former is told with the next read, the latter never.
     *
     * @param path absolute path below the session's namespace; need not exist
     * @param listener hears the initial state and each change
     * @return the watch
     * @throws IllegalArgumentException when the path is empty or relative
     * @throws io.perennial.operation.SessionClosedException when the session is closed
     */
    Watch node(String path, Consumer<NodeChange> listener);

    /**
     * Watches the names of a node's children. A parent that does not exist has none, and is waited for.
     *
     * @param path absolute path below the session's namespace; need not exist
     * @param listener hears the initial state and each change
     * @return the watch
     * @throws IllegalArgumentException when the path is empty or relative
     * @throws io.perennial.operation.SessionClosedException when the session is closed
     */
    Watch children(String path, Consumer<ChildrenChange> listener);

    /**
     * Watches a node and everything below it. The initial state comes as one {@code CREATED} for each node that is
     * there, parents before children.
     *
     * <p>Servers from 3.6 up to 3.8 keep one kind of watch for a path and connection (ZOOKEEPER-4466). {@link #node} and
     * {@link #children} watches of a tree's root are served by the tree's watch, so these may be together. But an
     * ephemeral node of the session at the root's path, or what a recipe watches there through the same Curator client,
     * makes the tree watch miss changes with such servers: for an ephemeral node, which has no children, use {@link #node}.
     * Servers from 3.9 on keep the kinds apart.
     *
     * @param path absolute path below the session's namespace; need not exist
     * @param listener hears the initial state and each change
     * @return the watch
     * @throws IllegalArgumentException when the path is empty or relative
     * @throws io.perennial.operation.SessionClosedException when the session is closed
     */
    Watch tree(String path, Consumer<TreeChange> listener);
}
