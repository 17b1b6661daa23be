package io.perennial.internal.watch;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.zookeeper.Watcher.Event.EventType;
import org.jspecify.annotations.Nullable;

/**
 * Paths that are the root of a watched tree and are also watched as a node, or for their children. Servers before 3.9
 * keep one kind of watch per path and connection, and the later one replaces the earlier (W3, ZOOKEEPER-4466). So there
 * the tree's watch serves all of them: the others wait for it, read without arming, and hear of changes through its
 * events. When the server refuses it, or the tree is closed, they arm their own.
 *
 * <p>Confined to the event loop.
 */
final class SharedPaths {
    private final Map<String, ? extends OneShotEntry<?>> nodes;
    private final Map<String, ? extends OneShotEntry<?>> children;
    private final Map<String, ? extends List<? extends Root>> trees;

    /** A tree's watch, at the tree's root. */
    interface Root {
        /** Whether it is armed on the current handle. */
        boolean isAdded();

        /** Whether it is sent, or will be with the next read and nothing prevents that. */
        boolean isToBeAdded();
    }

    SharedPaths(
            Map<String, ? extends OneShotEntry<?>> nodes,
            Map<String, ? extends OneShotEntry<?>> children,
            Map<String, ? extends List<? extends Root>> trees) {
        this.nodes = nodes;
        this.children = children;
        this.trees = trees;
    }

    /** Whether a tree's watch reports all that happens to the path and its children. */
    boolean isCovered(String path) {
        return rootedAt(path).stream().anyMatch(Root::isAdded);
    }

    /** Whether a tree is watched from there, whatever has become of its watch. */
    boolean hasRootAt(String path) {
        return trees.containsKey(path);
    }

    /** Whether that is not known yet, but will be. */
    boolean isUndecided(String path) {
        List<? extends Root> rooted = rootedAt(path);
        return rooted.stream().noneMatch(Root::isAdded) && rooted.stream().anyMatch(Root::isToBeAdded);
    }

    /** It is decided, or decided otherwise: reads what was not reported meanwhile. */
    void decided(String path) {
        unarmed(path);
        eachAt(path, OneShotEntry::readAnew);
    }

    /** Nothing has changed: entries that waited for the decision go on. */
    void undecidedNoMore(String path) {
        eachAt(path, OneShotEntry::readIfUnresolved);
    }

    /**
     * The client arms again what it knows of, and catches up; it does not know of these. Closed trees may be left over.
     */
    void reconnected(Collection<String> leftOver) {
        trees.keySet().forEach(this::unarmed);
        leftOver.forEach(this::unarmed);
    }

    /** An event of the trees' watch. */
    void happened(String path, EventType type) {
        boolean cameOrWent = type == EventType.NodeCreated || type == EventType.NodeDeleted;
        if (trees.containsKey(path)) {
            fire(nodes.get(path), type);
            if (cameOrWent) {
                fire(children.get(path), type);
            }
        }
        if (cameOrWent && path.length() > 1) {
            String parent = TreeSnapshot.parentOf(path);
            if (trees.containsKey(parent)) {
                fire(children.get(parent), EventType.NodeChildrenChanged);
            }
        }
    }

    private void unarmed(String path) {
        eachAt(path, WatchEntry::unarmed);
    }

    private List<? extends Root> rootedAt(String path) {
        List<? extends Root> rooted = trees.get(path);
        return rooted == null ? List.of() : rooted;
    }

    private void eachAt(String path, Consumer<OneShotEntry<?>> action) {
        OneShotEntry<?> node = nodes.get(path);
        if (node != null) {
            action.accept(node);
        }
        OneShotEntry<?> parent = children.get(path);
        if (parent != null) {
            action.accept(parent);
        }
    }

    private static void fire(@Nullable OneShotEntry<?> entry, EventType type) {
        if (entry != null) {
            entry.happened(type);
        }
    }
}
