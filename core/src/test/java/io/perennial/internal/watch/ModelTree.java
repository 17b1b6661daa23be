package io.perennial.internal.watch;

import io.perennial.internal.request.WatchBatch;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import org.apache.zookeeper.HandZooKeeper;
import org.apache.zookeeper.HandZooKeeper.Ask;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.WatchedEvent;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.Watcher.Event.EventType;
import org.apache.zookeeper.Watcher.Event.KeeperState;
import org.apache.zookeeper.data.Stat;

/**
 * A server's tree, its watches for one connection, and what the client remembers of its watchers. A request is read by
 * {@link #serve}; its answer, and the events before it, come by {@link #deliver}.
 */
final class ModelTree {
    /** Nobody may read those, or watch them as a tree. */
    final Set<String> denied = new HashSet<>();
    /** Whose children are more than one answer can hold: the connection breaks over them (C3). */
    final Set<String> poisoned = new HashSet<>();
    /** Of before 3.9: a path has one kind of watch, and the later replaces the earlier (ZOOKEEPER-4466). */
    boolean old;
    /** Of before 3.6: it knows no persistent watch, and hangs up when it is asked for one. */
    boolean ancient;
    /** It has hung up over a question: the connection is to be cut. */
    boolean hungUp;

    /** From one transaction's number to the next. */
    int step = 1;

    private final HandZooKeeper client;
    private final TreeMap<String, Node> nodes = new TreeMap<>();
    private final Queue<Runnable> incoming = new ArrayDeque<>();
    private final Set<String> armedData = new HashSet<>();
    private final Set<String> armedChildren = new HashSet<>();
    private final Set<String> armedTrees = new HashSet<>();
    private final ModelTables tables = new ModelTables();
    private final TreeMap<String, Node> backup = new TreeMap<>();
    private long zxidOfBackup;
    private long histories;
    private long zxid;
    /** By the client, in an answer. */
    private long seen;

    private record Node(Stat stat, byte[] data) {}

    ModelTree(HandZooKeeper client) {
        this.client = client;
        nodes.put("/", new Node(new Stat(), null));
    }

    private static String parentOf(String path) {
        return path.substring(0, Math.max(1, path.lastIndexOf('/')));
    }

    boolean has(String path) {
        return nodes.containsKey(path);
    }

    Stat stat(String path) {
        Node node = nodes.get(path);
        return node == null ? null : copy(node.stat);
    }

    List<String> namesBelow(String path) {
        return nodes.keySet().stream()
                .filter(other -> other.length() > 1 && parentOf(other).equals(path))
                .map(other -> other.substring(other.lastIndexOf('/') + 1))
                .toList();
    }

    /** The path and all below it, with the transactions that changed them last. */
    Map<String, Long> subtree(String root) {
        Map<String, Long> below = new TreeMap<>();
        nodes.forEach((path, node) -> {
            if (path.equals(root) || path.startsWith(root.length() == 1 ? root : root + "/")) {
                below.put(path, node.stat.getMzxid());
            }
        });
        return below;
    }

    void create(String path) {
        if (has(path) || !has(parentOf(path))) {
            return;
        }
        zxid += step;
        Stat stat = StatBuilder.stat(zxid, zxid);
        nodes.put(path, new Node(stat, bytes()));
        nodes.get(parentOf(path)).stat.setPzxid(zxid);
        happened(path, EventType.NodeCreated);
        happened(parentOf(path), EventType.NodeChildrenChanged);
    }

    void set(String path) {
        if (has(path)) {
            zxid += step;
            Stat stat = nodes.get(path).stat;
            stat.setMzxid(zxid);
            nodes.put(path, new Node(stat, bytes()));
            happened(path, EventType.NodeDataChanged);
        }
    }

    void delete(String path) {
        if (path.length() > 1 && has(path) && namesBelow(path).isEmpty()) {
            zxid += step;
            nodes.remove(path);
            nodes.get(parentOf(path)).stat.setPzxid(zxid);
            happened(path, EventType.NodeDeleted);
            happened(parentOf(path), EventType.NodeChildrenChanged);
        }
    }

    private byte[] bytes() {
        return Long.toString(zxid).getBytes(StandardCharsets.UTF_8);
    }

    private static Stat copy(Stat stat) {
        Stat copy = StatBuilder.stat(stat.getCzxid(), stat.getMzxid(), stat.getPzxid());
        copy.setAversion(stat.getAversion());
        return copy;
    }

    private void happened(String path, EventType type) {
        boolean fires =
                switch (type) {
                    case NodeChildrenChanged -> armedChildren.remove(path);
                    case NodeDeleted -> armedData.remove(path) | armedChildren.remove(path) | isBelowTree(path);
                    default -> armedData.remove(path) | isBelowTree(path);
                };
        if (fires) {
            tell(path, type);
        }
    }

    private boolean isBelowTree(String path) {
        return armedTrees.stream()
                .anyMatch(root -> path.equals(root) || path.startsWith(root.length() == 1 ? root : root + "/"));
    }

    private void tell(String path, EventType type) {
        incoming.add(() -> tables.take(path, type)
                .forEach(watcher -> watcher.process(new WatchedEvent(type, KeeperState.SyncConnected, path))));
    }

    /** Whether the connection breaks over the next request. */
    boolean isPoisoned() {
        Ask ask = client.asked().peek();
        return ask != null && ask.what() == HandZooKeeper.What.CHILDREN && poisoned.contains(ask.path());
    }

    /** Reads the next request; whether there was one. */
    boolean serve() {
        Ask ask = client.asked().poll();
        if (ask == null) {
            return false;
        }
        switch (ask.what()) {
            case ADD_WATCH -> addTree(ask);
            case REMOVE_WATCHES -> remove(ask);
            case REARM -> rearm(ask);
            default -> read(ask);
        }
        return true;
    }

    private void addTree(Ask ask) {
        if (ancient) {
            answer(() -> {
                hungUp = true;
                ask.refuse(Code.UNIMPLEMENTED);
            });
            return;
        }
        if (denied.contains(ask.path())) {
            answer(() -> ask.refuse(Code.NOAUTH));
            return;
        }
        armedTrees.add(ask.path());
        if (old) {
            armedData.remove(ask.path());
            armedChildren.remove(ask.path());
        }
        answer(() -> {
            tables.enter(tables.trees, ask.path(), ask.watcher());
            ask.refuse(Code.OK);
        });
    }

    private void remove(Ask ask) {
        answer(() -> {
            boolean any = tables.remove(ask.path(), ask.watcher());
            ask.refuse(any ? Code.OK : Code.NOWATCHER);
        });
    }

    private void read(Ask ask) {
        Node node = nodes.get(ask.path());
        String path = ask.path();
        if (denied.contains(path) && ask.what() != HandZooKeeper.What.EXISTS) {
            answer(() -> ask.refuse(node == null ? Code.NONODE : Code.NOAUTH));
            return;
        }
        if (node == null) {
            boolean arms = ask.what() == HandZooKeeper.What.EXISTS;
            arm(ask, arms ? armedData : Set.of());
            answer(() -> {
                if (arms) {
                    tables.enter(tables.absent, path, ask.watcher());
                }
                ask.refuse(Code.NONODE);
            });
            return;
        }
        boolean list = ask.what() == HandZooKeeper.What.CHILDREN;
        arm(ask, list ? armedChildren : armedData);
        Stat stat = copy(node.stat);
        List<String> names = namesBelow(path);
        answer(() -> {
            tables.enter(list ? tables.children : tables.data, path, ask.watcher());
            ask.answer().give(Code.OK, stat, node.data, names);
        });
    }

    private void arm(Ask ask, Set<String> armed) {
        if (ask.watcher() != null && (armed == armedData || armed == armedChildren)) {
            armed.add(ask.path());
            if (old) {
                armedTrees.remove(ask.path());
            }
        }
    }

    private void answer(Runnable delivery) {
        long at = zxid;
        incoming.add(() -> {
            seen = Math.max(seen, at);
            delivery.run();
        });
    }

    /** The client hears the next answer or event; whether there was one. */
    boolean deliver() {
        Runnable next = incoming.poll();
        if (next != null) {
            next.run();
        }
        return next != null;
    }

    /** The connection is gone, with what was on its way. */
    void cut() {
        hungUp = false;
        incoming.clear();
        armedData.clear();
        armedChildren.clear();
        armedTrees.clear();
    }

    /** Somebody else on this connection takes all watches of the tree away, at the server and in the client. */
    void takeTreeAway(String path) {
        armedTrees.remove(path);
        Set<Watcher> gone = tables.trees.remove(path);
        if (gone != null) {
            incoming.add(() -> gone.forEach(watcher -> watcher.process(
                    new WatchedEvent(EventType.PersistentWatchRemoved, KeeperState.SyncConnected, path))));
        }
    }

    /** Whether a watch stands at the server that tells of the node itself. */
    boolean tellsOfNode(String path) {
        return armedData.contains(path) || armedTrees.contains(path);
    }

    /** Whether one stands that tells of its children, or of its coming. */
    boolean tellsOfChildren(String path) {
        return armedChildren.contains(path) || armedTrees.contains(path) || !has(path) && armedData.contains(path);
    }

    boolean tellsOfTree(String path) {
        return ancient ? tellsOfEachNode(path) : armedTrees.contains(path);
    }

    private boolean tellsOfEachNode(String root) {
        return has(root)
                ? subtree(root).keySet().stream()
                        .allMatch(path -> armedData.contains(path) && armedChildren.contains(path))
                : armedData.contains(root);
    }

    /** Whether all is delivered that the server has said. */
    boolean isDelivered() {
        return incoming.isEmpty();
    }

    void backUp() {
        copy(nodes, backup);
        zxidOfBackup = zxid;
    }

    /**
     * While nobody is connected: the numbers of the transactions since are given again, or with a longer step others as
     * high.
     */
    void putBack() {
        copy(backup, nodes);
        histories++;
        zxid = zxidOfBackup - zxidOfBackup % step + histories % step;
    }

    private static void copy(Map<String, Node> from, Map<String, Node> to) {
        to.clear();
        from.forEach((path, node) -> to.put(path, new Node(copy(node.stat), node.data)));
    }

    /** Another handle remembers nothing. */
    void newHandle() {
        tables.clear();
        seen = 0;
    }

    /** The client arms again what it remembers, and hears of what its one-shot watches have missed. */
    void reconnect() {
        zxid = Math.max(zxid, seen); // Before that, the server does not take it.
        armedTrees.addAll(tables.trees.keySet());
        catchUp(
                seen,
                Set.copyOf(tables.data.keySet()),
                Set.copyOf(tables.absent.keySet()),
                Set.copyOf(tables.children.keySet()));
        if (old) {
            armedData.removeAll(armedTrees);
            armedChildren.removeAll(armedTrees);
        }
    }

    private void catchUp(
            long since, Collection<String> existing, Collection<String> missing, Collection<String> parents) {
        for (String path : existing) {
            Stat stat = stat(path);
            if (stat == null || stat.getMzxid() > since) {
                tell(path, stat == null ? EventType.NodeDeleted : EventType.NodeDataChanged);
            } else {
                armedData.add(path);
            }
        }
        for (String path : missing) {
            if (has(path)) {
                tell(path, EventType.NodeCreated);
            } else {
                armedData.add(path);
            }
        }
        for (String path : parents) {
            Stat stat = stat(path);
            if (stat == null || stat.getPzxid() > since) {
                tell(path, stat == null ? EventType.NodeDeleted : EventType.NodeChildrenChanged);
            } else {
                armedChildren.add(path);
            }
        }
    }

    /** The client has entered its watchers before it sent this. */
    private void rearm(Ask ask) {
        WatchBatch batch = ask.batch();
        batch.existing().forEach(path -> tables.enter(tables.data, path, ask.watcher()));
        batch.absent().forEach(path -> tables.enter(tables.absent, path, ask.watcher()));
        batch.parents().forEach(path -> tables.enter(tables.children, path, ask.watcher()));
        catchUp(batch.since(), batch.existing(), batch.absent(), batch.parents());
        if (old) {
            batch.existing().forEach(armedTrees::remove);
            batch.absent().forEach(armedTrees::remove);
            batch.parents().forEach(armedTrees::remove);
        }
        answer(() -> ask.refuse(Code.OK));
    }
}
