package io.perennial.test;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.WatchedEvent;
import org.apache.zookeeper.Watcher.Event.EventType;
import org.apache.zookeeper.Watcher.Event.KeeperState;
import org.apache.zookeeper.ZooDefs.Ids;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.client.ZKClientConfig;

/** A raw ZooKeeper client that remembers which states it has heard of. */
final class RawClient implements AutoCloseable {
    private final List<KeeperState> heard = new CopyOnWriteArrayList<>();
    private final ZooKeeper zooKeeper;

    RawClient(String connectString, Duration sessionTimeout) throws IOException {
        this(connectString, sessionTimeout, new ZKClientConfig());
    }

    RawClient(String connectString, Duration sessionTimeout, ZKClientConfig config) throws IOException {
        zooKeeper = new ZooKeeper(connectString, (int) sessionTimeout.toMillis(), this::process, config);
    }

    /** One that has a session. */
    static RawClient connected(String connectString, Duration sessionTimeout) throws IOException {
        RawClient client = new RawClient(connectString, sessionTimeout);
        client.awaitState(KeeperState.SyncConnected);
        return client;
    }

    long sessionId() {
        return zooKeeper.getSessionId();
    }

    void createEphemeral(String path) throws KeeperException, InterruptedException {
        zooKeeper.create(path, new byte[] {1}, Ids.OPEN_ACL_UNSAFE, CreateMode.EPHEMERAL);
    }

    ZooKeeper zooKeeper() {
        return zooKeeper;
    }

    void create(String path) throws KeeperException, InterruptedException {
        zooKeeper.create(path, new byte[] {1}, Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
    }

    CompletableFuture<Integer> createAsync(String path) {
        CompletableFuture<Integer> result = new CompletableFuture<>();
        zooKeeper.create(
                path,
                new byte[] {1},
                Ids.OPEN_ACL_UNSAFE,
                CreateMode.PERSISTENT,
                (code, requested, context, name) -> result.complete(code),
                null);
        return result;
    }

    void awaitState(KeeperState... anyOf) {
        await(List.of(anyOf).toString())
                .atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(20))
                .until(() -> List.of(anyOf).stream().anyMatch(this::heard));
    }

    boolean heard(KeeperState state) {
        return heard.contains(state);
    }

    void forget() {
        heard.clear();
    }

    private void process(WatchedEvent event) {
        if (event.getType() == EventType.None) {
            heard.add(event.getState());
        }
    }

    @Override
    public void close() throws InterruptedException {
        zooKeeper.close();
    }
}
