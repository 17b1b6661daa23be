package io.perennial.internal.watch;

import java.util.List;
import java.util.stream.Stream;
import org.apache.zookeeper.Watcher.WatcherType;

/** What is watched about a path. */
enum WatchKind {
    NODE("node watch"),
    CHILDREN("children watch"),
    TREE("tree watch"),
    /** One node of a tree, where the server has no watch for the whole. */
    TREE_NODE("tree watch");

    /** Clients before 3.9 have no name for it, and can remove it only together with what else is on the path. */
    private static final WatcherType PERSISTENT_RECURSIVE = Stream.of(WatcherType.values())
            .filter(type -> type.name().equals("PersistentRecursive"))
            .findAny()
            .orElse(WatcherType.Any);

    private final String description;

    WatchKind(String description) {
        this.description = description;
    }

    /**
     * The kinds of server watches that one of these may leave behind. An absent parent is awaited with a data watch.
     */
    List<WatcherType> serverTypes() {
        return switch (this) {
            case NODE -> List.of(WatcherType.Data);
            case CHILDREN, TREE_NODE -> List.of(WatcherType.Children, WatcherType.Data);
            case TREE -> List.of(PERSISTENT_RECURSIVE);
        };
    }

    @Override
    public String toString() {
        return description;
    }
}
