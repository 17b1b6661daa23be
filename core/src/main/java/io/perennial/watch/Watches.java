package io.perennial.watch;

import java.util.function.Consumer;

/**
 * The session's watches. Set a watch once: it is armed as long as the session object lives. The first call of a
 * listener has the initial state; after that it receives changes. A listener always ends up with the server's latest
 * state; states in between may be skipped. Changes made while the session was away are reported once, marked {@code
 * whileAway}.
 *
 * <p>Listeners run serially on the session's callback executor and may block or call ZooKeeper. Nothing here blocks.
 */
public interface Watches {
    /**
     * Watches one node: its existence, data and ACL version. ZooKeeper does not notify clients of a change of the ACL
     * alone, or of a node that came and went between two reads: the former is reported with the next read, the latter
     * never.
     *
     * @param path absolute path below the session's namespace; need not exist
     * @param listener hears the initial state and each change
     * @return the watch
     * @throws IllegalArgumentException when the path is empty or relative
     * @throws io.perennial.operation.SessionClosedException when the session is closed
     */
    Watch node(String path, Consumer<NodeChange> listener);

    /**
     * Watches the names of a node's children. A parent that does not exist has none; the watch waits for it.
     *
     * @param path absolute path below the session's namespace; need not exist
     * @param listener hears the initial state and each change
     * @return the watch
     * @throws IllegalArgumentException when the path is empty or relative
     * @throws io.perennial.operation.SessionClosedException when the session is closed
     */
    Watch children(String path, Consumer<ChildrenChange> listener);

    /**
     * Watches a node and everything below it. The initial state comes as one {@code CREATED} for each existing node,
     * parents before children.
     *
     * <p>Servers from 3.6 up to 3.8 keep one kind of watch for each path and connection (ZOOKEEPER-4466). {@link #node}
     * and {@link #children} watches at a tree's root are served by the tree's watch, so you may combine these. But an
     * ephemeral node of the session at the root's path, or a recipe's watch there through the same Curator client,
     * makes the tree watch miss changes with such servers: for an ephemeral node, which has no children, use {@link
     * #node}. Servers from 3.9 on keep the kinds apart.
     *
     * @param path absolute path below the session's namespace; need not exist
     * @param listener hears the initial state and each change
     * @return the watch
     * @throws IllegalArgumentException when the path is empty or relative
     * @throws io.perennial.operation.SessionClosedException when the session is closed
     */
    Watch tree(String path, Consumer<TreeChange> listener);
}
