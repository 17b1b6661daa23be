package io.perennial.internal.watch;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.Watcher.Event.EventType;

/** What a client remembers of its watchers, as ZooKeeper's does. */
final class ModelTables {
    final Map<String, Set<Watcher>> data = new HashMap<>();
    final Map<String, Set<Watcher>> absent = new HashMap<>();
    final Map<String, Set<Watcher>> children = new HashMap<>();
    final Map<String, Set<Watcher>> trees = new HashMap<>();

    void enter(Map<String, Set<Watcher>> kind, String path, Watcher watcher) {
        if (watcher != null) {
            kind.computeIfAbsent(path, p -> new LinkedHashSet<>()).add(watcher);
        }
    }

    /** Whether it was there. */
    boolean remove(String path, Watcher watcher) {
        boolean any = false;
        for (var kind : List.of(data, absent, children, trees)) {
            Set<Watcher> there = kind.get(path);
            any |= there != null && there.remove(watcher);
        }
        trees.values().removeIf(Set::isEmpty);
        return any;
    }

    /** As the client finds them. */
    Set<Watcher> take(String path, EventType type) {
        Set<Watcher> found = new LinkedHashSet<>();
        if (type == EventType.NodeChildrenChanged) {
            found.addAll(children.getOrDefault(path, Set.of()));
            children.remove(path);
            return found;
        }
        found.addAll(data.getOrDefault(path, Set.of()));
        found.addAll(absent.getOrDefault(path, Set.of()));
        data.remove(path);
        absent.remove(path);
        if (type == EventType.NodeDeleted) {
            found.addAll(children.getOrDefault(path, Set.of()));
            children.remove(path);
        }
        trees.forEach((root, watchers) -> {
            if (path.equals(root) || path.startsWith(root.length() == 1 ? root : root + "/")) {
                found.addAll(watchers);
            }
        });
        return found;
    }

    void clear() {
        List.of(data, absent, children, trees).forEach(Map::clear);
    }
}
