package io.perennial.internal.ephemeral;

import io.perennial.internal.ephemeral.ModelTree.Node;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.zookeeper.WatchedEvent;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.Watcher.Event.EventType;
import org.apache.zookeeper.Watcher.Event.KeeperState;

/** The watchers that a model client has, each of which fires once. */
final class ModelWatchers {
    private final Map<String, Set<Watcher>> ofNodes = new LinkedHashMap<>();
    private final Map<String, Set<Watcher>> ofAbsence = new LinkedHashMap<>();

    /** What has happened at a path while there was no connection; nothing where the watch is to be armed again. */
    record Missed(String path, EventType type) {}

    void add(String path, Watcher watcher, boolean exists) {
        (exists ? ofNodes : ofAbsence)
                .computeIfAbsent(path, p -> new LinkedHashSet<>())
                .add(watcher);
    }

    void remove(String path, Watcher watcher) {
        remove(ofNodes, path, watcher);
        remove(ofAbsence, path, watcher);
    }

    private static void remove(Map<String, Set<Watcher>> watchers, String path, Watcher watcher) {
        watchers.computeIfPresent(path, (p, there) -> {
            there.remove(watcher);
            return there.isEmpty() ? null : there;
        });
    }

    void clear() {
        ofNodes.clear();
        ofAbsence.clear();
    }

    void fire(EventType type, String path) {
        var woken = new LinkedHashSet<Watcher>();
        wake(ofNodes, path, woken);
        wake(ofAbsence, path, woken);
        woken.forEach(watcher -> watcher.process(new WatchedEvent(type, KeeperState.SyncConnected, path)));
    }

    private static void wake(Map<String, Set<Watcher>> watchers, String path, Set<Watcher> woken) {
        Set<Watcher> there = watchers.remove(path);
        if (there != null) {
            woken.addAll(there);
        }
    }

    Set<String> paths() {
        var paths = new HashSet<>(ofNodes.keySet());
        paths.addAll(ofAbsence.keySet());
        return paths;
    }

    /** As a server finds out when they are set again. */
    List<Missed> missed(ModelTree tree, long since) {
        var missed = new ArrayList<Missed>();
        for (String path : ofNodes.keySet()) {
            Node node = tree.get(path);
            boolean same = node != null && node.mzxid <= since;
            EventType type = node == null ? EventType.NodeDeleted : EventType.NodeDataChanged;
            missed.add(new Missed(path, same ? EventType.None : type));
        }
        for (String path : ofAbsence.keySet()) {
            missed.add(new Missed(path, tree.get(path) == null ? EventType.None : EventType.NodeCreated));
        }
        return missed;
    }
}
