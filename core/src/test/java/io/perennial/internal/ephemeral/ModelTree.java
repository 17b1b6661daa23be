package io.perennial.internal.ephemeral;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.Watcher.Event.EventType;
import org.apache.zookeeper.data.Stat;

/** A server's nodes, below the chroot: what may be done to them, by whom, and what comes of it. */
final class ModelTree {
    private static final int ANY_VERSION = -1;

    private Map<String, Node> nodes = new LinkedHashMap<>();
    private final Map<String, Set<Right>> denied = new HashMap<>();
    private final List<Change> changes = new ArrayList<>();
    private final List<Runnable> undo = new ArrayList<>();
    private int rootSequence;
    private long zxid;

    /** What may be denied at a path; whatever stands there. */
    enum Right {
        READ,
        WRITE,
        CREATE,
        DELETE
    }

    /** Something that a transaction did. */
    record Change(EventType type, Node node) {}

    /** One incarnation of a node. */
    static final class Node {
        final String path;
        final long owner;
        final long czxid;
        byte[] data;
        long mzxid;
        int version;
        private int children;
        private int sequence;
        /** Its maker was told its path. */
        boolean known;
        /** It was made in the name of a session that its client had given up already. */
        boolean late;

        private Node(String path, long owner, byte[] data, long zxid) {
            this.path = path;
            this.owner = owner;
            this.data = data;
            this.czxid = zxid;
            this.mzxid = zxid;
        }

        private Node copy() {
            var copy = new Node(path, owner, data, czxid);
            copy.mzxid = mzxid;
            copy.version = version;
            copy.children = children;
            copy.sequence = sequence;
            copy.known = known;
            copy.late = late;
            return copy;
        }

        int children() {
            return children;
        }

        Stat stat() {
            var stat = new Stat();
            stat.setCzxid(czxid);
            stat.setMzxid(mzxid);
            stat.setVersion(version);
            stat.setEphemeralOwner(owner);
            stat.setNumChildren(children);
            stat.setDataLength(data.length);
            return stat;
        }

        @Override
        public String toString() {
            return path + " of 0x" + Long.toHexString(owner) + " version " + version + " " + ModelData.describe(data);
        }
    }

    long zxid() {
        return zxid;
    }

    /** A client was told of the node that is there, if one is. */
    void markKnown(String path) {
        Node node = get(path);
        if (node != null) {
            node.known = true;
        }
    }

    Node get(String path) {
        return nodes.get(path);
    }

    Iterable<Node> nodes() {
        return nodes.values();
    }

    /** The names of a node's children; the root's path is empty. */
    List<String> children(String path) {
        return nodes.keySet().stream()
                .filter(child -> parent(child).equals(path))
                .map(child -> child.substring(child.lastIndexOf('/') + 1))
                .toList();
    }

    void deny(String path, Right right) {
        denied.computeIfAbsent(path, p -> EnumSet.noneOf(Right.class)).add(right);
    }

    void grantAll() {
        denied.clear();
    }

    boolean isDenied(String path, Right right) {
        Set<Right> rights = denied.get(path);
        return rights != null && rights.contains(right);
    }

    void begin() {
        zxid++;
    }

    /** The transaction stands. */
    List<Change> commit() {
        var done = List.copyOf(changes);
        changes.clear();
        undo.clear();
        return done;
    }

    void rollBack() {
        for (int i = undo.size() - 1; i >= 0; i--) {
            undo.get(i).run();
        }
        commit();
        zxid--;
    }

    /** The path, or null with the code in {@link #lastRefusal}. */
    Node create(String asked, byte[] data, long owner, boolean sequential) {
        String parentPath = parent(asked);
        Node parent = nodes.get(parentPath);
        if (parent == null && !parentPath.isEmpty()) {
            return refuse(Code.NONODE);
        }
        if (isDenied(parentPath, Right.CREATE)) {
            return refuse(Code.NOAUTH);
        }
        String path = sequential ? asked + "%010d".formatted(parent == null ? rootSequence : parent.sequence) : asked;
        if (nodes.containsKey(path)) {
            return refuse(Code.NODEEXISTS);
        }
        if (parent != null && parent.owner != 0) {
            return refuse(Code.NOCHILDRENFOREPHEMERALS);
        }
        var node = new Node(path, owner, data, zxid);
        countChild(parent, 1);
        nodes.put(path, node);
        undo.add(() -> {
            nodes.remove(path);
            countChild(parent, -1);
        });
        changes.add(new Change(EventType.NodeCreated, node));
        return node;
    }

    /** A number is never taken back: those of failed transactions are lost here. */
    private void countChild(Node parent, int by) {
        if (parent == null) {
            rootSequence += Math.max(0, by);
        } else {
            parent.children += by;
            parent.sequence += Math.max(0, by);
        }
    }

    Code delete(String path, int version) {
        if (isDenied(parent(path), Right.DELETE)) {
            return Code.NOAUTH;
        }
        Node node = nodes.get(path);
        if (node == null) {
            return Code.NONODE;
        }
        if (version != ANY_VERSION && version != node.version) {
            return Code.BADVERSION;
        }
        if (node.children > 0) {
            return Code.NOTEMPTY;
        }
        remove(node);
        return Code.OK;
    }

    /** As a server does at a session's end. */
    void remove(Node node) {
        Node parent = nodes.get(parent(node.path));
        if (parent != null) {
            parent.children--;
        }
        nodes.remove(node.path);
        undo.add(() -> {
            nodes.put(node.path, node);
            if (parent != null) {
                parent.children++;
            }
        });
        changes.add(new Change(EventType.NodeDeleted, node));
    }

    Code setData(String path, byte[] data, int version) {
        Node node = nodes.get(path);
        if (node == null) {
            return Code.NONODE;
        }
        if (isDenied(path, Right.WRITE)) {
            return Code.NOAUTH;
        }
        if (version != ANY_VERSION && version != node.version) {
            return Code.BADVERSION;
        }
        byte[] before = node.data;
        long mzxid = node.mzxid;
        node.data = data;
        node.mzxid = zxid;
        node.version++;
        undo.add(() -> {
            node.data = before;
            node.mzxid = mzxid;
            node.version--;
        });
        changes.add(new Change(EventType.NodeDataChanged, node));
        return Code.OK;
    }

    Code lastRefusal() {
        return lastRefusal;
    }

    private Code lastRefusal = Code.OK;

    private Node refuse(Code code) {
        lastRefusal = code;
        return null;
    }

    /** All nodes as they are now. */
    Map<String, Node> copy() {
        var copy = new LinkedHashMap<String, Node>();
        nodes.forEach((path, node) -> copy.put(path, node.copy()));
        return copy;
    }

    /** As from a backup: the numbers of the transactions since are given again. */
    void putBack(Map<String, Node> backup, long zxidThen) {
        nodes = new LinkedHashMap<>();
        backup.forEach((path, node) -> nodes.put(path, node.copy()));
        zxid = zxidThen;
    }

    /** Others have made transactions, until a client that has seen so many is taken. */
    void catchUpWith(long seen) {
        zxid = Math.max(zxid, seen);
    }

    /** Empty for a child of the root. */
    static String parent(String path) {
        return path.substring(0, path.lastIndexOf('/'));
    }
}
