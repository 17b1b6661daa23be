package io.perennial.samples.quickstart;

import io.perennial.samples.terminal.Durations;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.KeeperException.NoNodeException;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.Watcher.Event.KeeperState;
import org.apache.zookeeper.ZKUtil;
import org.apache.zookeeper.ZooDefs.Ids;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.client.ConnectStringParser;
import org.apache.zookeeper.client.StaticHostProvider;
import org.apache.zookeeper.client.ZKClientConfig;
import org.apache.zookeeper.data.Stat;
import org.jspecify.annotations.Nullable;

/**
 * An independent client, ZooKeeper's and not the library's, with its own session: sees what the server really has, and
 * changes data while the application is away. Paths are below the application's namespace. For one thread.
 */
final class Witness implements AutoCloseable {
    private static final Duration SESSION_TIMEOUT = Duration.ofSeconds(30);
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int BATCH = 500;

    private final String connectString;
    private final String root;
    private @Nullable ZooKeeper zooKeeper;

    /** A node as the server has it. */
    @SuppressWarnings("ArrayRecordComponent") // nobody compares them
    record Node(Stat stat, byte @Nullable [] data) {}

    /** Connects at the first call. */
    Witness(String connectString, String root) {
        this.connectString = connectString;
        this.root = root;
    }

    /** Makes the namespace. */
    void createRoot() throws Exception {
        try {
            create("", new byte[0]);
        } catch (NoNodeException e) {
            throw new IOException("the chroot in " + connectString + " does not exist; create it first", e);
        }
    }

    /** Makes a persistent node. */
    void create(String path, byte[] data) throws Exception {
        connected().create(root + path, data, Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
    }

    void set(String path, byte[] data) throws Exception {
        connected().setData(root + path, data, -1);
    }

    void delete(String path) throws Exception {
        connected().delete(root + path, -1);
    }

    /** Deletes one node and makes another, at once: a client that watches their parent sees one change. */
    void replace(String old, String path, byte[] data) throws Exception {
        connected()
                .multi(List.of(
                        Op.create(root + path, data, Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT),
                        Op.delete(root + old, -1)));
    }

    /** Makes many persistent nodes, in as few requests as is reasonable. */
    void createAll(List<String> paths, byte[] data) throws Exception {
        for (int from = 0; from < paths.size(); from += BATCH) {
            List<Op> batch = new ArrayList<>();
            for (String path : paths.subList(from, Math.min(from + BATCH, paths.size()))) {
                batch.add(Op.create(root + path, data, Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT));
            }
            connected().multi(batch);
        }
    }

    /** How many children a node has; none when it does not exist. */
    int count(String path) throws Exception {
        Stat stat = connected().exists(root + path, false);
        return stat == null ? 0 : stat.getNumChildren();
    }

    /** The names of a node's children; none when it does not exist. */
    Set<String> children(String path) throws Exception {
        try {
            return new TreeSet<>(connected().getChildren(root + path, false));
        } catch (NoNodeException e) {
            return Set.of();
        }
    }

    /** Many nodes at once; those that do not exist are left out. */
    Map<String, Node> read(Collection<String> paths) throws Exception {
        ZooKeeper client = connected();
        List<CompletableFuture<@Nullable Node>> answers = new ArrayList<>();
        for (String path : paths) {
            answers.add(read(client, root + path));
        }
        Map<String, Node> nodes = new HashMap<>();
        int next = 0;
        for (String path : paths) {
            Node node = get(answers.get(next++));
            if (node != null) {
                nodes.put(path, node);
            }
        }
        return nodes;
    }

    /**
     * Takes over another client's session by its id and password, and ends it; again, if that client takes it back in
     * between.
     */
    void endSession(long sessionId, byte[] password) throws Exception {
        ZooKeeper client = connect(sessionId, password);
        while (client.getState().isAlive()) {
            client.close();
            client = connect(sessionId, password);
        }
    }

    /** Removes the namespace and everything in it. */
    void removeAll() throws IOException, KeeperException, InterruptedException {
        try {
            ZKUtil.deleteRecursive(connected(), root);
        } catch (NoNodeException e) {
            // There is nothing to remove.
        }
    }

    /** Ends the connection and its session; the next call makes new ones. */
    @Override
    public void close() {
        ZooKeeper client = zooKeeper;
        zooKeeper = null;
        if (client != null) {
            try {
                client.close();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private ZooKeeper connected() throws IOException, InterruptedException {
        ZooKeeper client = zooKeeper;
        if (client == null) {
            client = connect(0, new byte[16]);
            zooKeeper = client;
        }
        return client;
    }

    /** Already ended, if the server has no such session. */
    private ZooKeeper connect(long sessionId, byte[] password) throws IOException, InterruptedException {
        var config = new ZKClientConfig();
        config.setProperty(ZKClientConfig.ENABLE_CLIENT_SASL_KEY, "false");
        var answered = new CountDownLatch(1);
        var client = new ZooKeeper(
                connectString,
                Math.toIntExact(SESSION_TIMEOUT.toMillis()),
                event -> {
                    if (event.getState() == KeeperState.SyncConnected || event.getState() == KeeperState.Expired) {
                        answered.countDown();
                    }
                },
                sessionId,
                password,
                false,
                new StaticHostProvider(new ConnectStringParser(connectString).getServerAddresses()),
                config);
        if (!answered.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
            client.close();
            throw new IOException(
                    "no ZooKeeper server answered at " + connectString + " within " + Durations.format(PATIENCE));
        }
        return client;
    }

    private static CompletableFuture<@Nullable Node> read(ZooKeeper client, String path) {
        var answer = new CompletableFuture<@Nullable Node>();
        client.getData(
                path,
                false,
                (code, asked, context, data, stat) -> {
                    if (code == Code.OK.intValue()) {
                        answer.complete(new Node(stat, data));
                    } else if (code == Code.NONODE.intValue()) {
                        answer.complete(null);
                    } else {
                        answer.completeExceptionally(KeeperException.create(Code.get(code), asked));
                    }
                },
                null);
        return answer;
    }

    private static @Nullable Node get(CompletableFuture<@Nullable Node> answer) throws Exception {
        try {
            return answer.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof KeeperException refusal ? refusal : e;
        } catch (TimeoutException e) {
            throw new IOException("no answer to a read within " + Durations.format(PATIENCE), e);
        }
    }
}
