package io.perennial.soak.check;

import io.perennial.soak.work.Places;
import io.perennial.test.IndependentClient;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.data.Stat;

/**
 * What the servers have at one moment below {@link Places#ROOT}, read directly and not through the proxies.
 *
 * @param nodes by path
 * @param sessions all that the servers hold
 */
record ServerView(Map<String, Node> nodes, Set<Long> sessions) {
    private static final int EPOCH_BITS = 32;

    /**
     * A node.
     *
     * @param owner the session that owns it; 0 for a persistent one
     * @param czxid of its creation
     * @param mzxid of its latest change
     * @param text its data
     */
    record Node(long owner, long czxid, long mzxid, String text) {}

    static ServerView read(IndependentClient client, Set<Long> sessions) throws InterruptedException {
        Map<String, Node> nodes = new TreeMap<>();
        Deque<String> paths = new ArrayDeque<>(List.of(Places.ROOT));
        ZooKeeper zooKeeper = client.raw();
        try {
            while (!paths.isEmpty()) {
                String path = paths.remove();
                Stat stat = new Stat();
                try {
                    byte[] data = zooKeeper.getData(path, false, stat);
                    nodes.put(
                            path,
                            new Node(
                                    stat.getEphemeralOwner(),
                                    stat.getCzxid(),
                                    stat.getMzxid(),
                                    data == null ? "" : new String(data, StandardCharsets.UTF_8)));
                    if (stat.getNumChildren() > 0) {
                        zooKeeper.getChildren(path, false).forEach(name -> paths.add(path + "/" + name));
                    }
                } catch (KeeperException.NoNodeException e) {
                    // It has gone meanwhile.
                }
            }
        } catch (KeeperException e) {
            throw new IllegalStateException("the servers do not answer past the proxies", e);
        }
        return new ServerView(nodes, sessions);
    }

    /** The first zxid that can have been given since the servers' present leader was elected. */
    long presentReign() {
        return nodes.values().stream().mapToLong(Node::mzxid).max().orElse(0) >>> EPOCH_BITS << EPOCH_BITS;
    }

    /** The names of a node's children, in order. */
    Set<String> childrenOf(String path) {
        Set<String> names = new TreeSet<>();
        for (String each : nodes.keySet()) {
            int slash = each.lastIndexOf('/');
            if (slash == path.length() && each.startsWith(path)) {
                names.add(each.substring(slash + 1));
            }
        }
        return names;
    }
}
