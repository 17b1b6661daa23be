package io.perennial.benchmarks.variants;

import java.io.Closeable;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.framework.recipes.cache.ChildData;
import org.apache.curator.framework.recipes.cache.CuratorCache;
import org.apache.curator.framework.recipes.cache.NodeCache;
import org.apache.curator.framework.recipes.cache.TreeCache;
import org.apache.curator.framework.recipes.nodes.PersistentNode;
import org.apache.curator.retry.RetryForever;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;

/**
 * Curator with the recipes that it has for this work. It tries again every 10 ms, for as long as it takes: a longer
 * pause would be measured too.
 */
@SuppressWarnings("deprecation") // NodeCache and TreeCache are what many applications have
final class CuratorClient implements Client {
    private static final byte[] DATA = new byte[32];

    private final Variant variant;
    private final CuratorFramework curator;
    private final List<Closeable> recipes = new ArrayList<>();

    CuratorClient(Variant variant, String connectString, Consumer<Boolean> connection) {
        this.variant = variant;
        curator = CuratorFrameworkFactory.builder()
                .connectString(connectString)
                .sessionTimeoutMs(Math.toIntExact(SESSION_TIMEOUT.toMillis()))
                .retryPolicy(new RetryForever(10))
                .build();
        curator.getConnectionStateListenable()
                .addListener((framework, state) -> connection.accept(state.isConnected()));
    }

    @Override
    public void connect() throws Exception {
        curator.start();
        if (!curator.blockUntilConnected(Math.toIntExact(PATIENCE.toSeconds()), TimeUnit.SECONDS)) {
            throw new KeeperException.ConnectionLossException();
        }
    }

    @Override
    public void register(List<String> paths) {
        for (String path : paths) {
            var node = new PersistentNode(curator, CreateMode.EPHEMERAL, false, path, DATA);
            recipes.add(node);
            node.start();
        }
    }

    @Override
    public void watch(List<String> paths, Heard heard) throws Exception {
        for (String path : paths) {
            if (variant == Variant.NODE_CACHE) {
                nodeCache(path, heard);
            } else {
                curatorCache(path, heard, CuratorCache.Options.SINGLE_NODE_CACHE);
            }
        }
    }

    @Override
    public void watchTree(String root, Heard heard) throws Exception {
        if (variant == Variant.TREE_CACHE) {
            var cache = new TreeCache(curator, root);
            recipes.add(cache);
            cache.getListenable().addListener((framework, event) -> {
                if (event.getData() != null) {
                    hear(event.getData(), heard);
                }
            });
            cache.start();
        } else {
            curatorCache(root, heard);
        }
    }

    private void nodeCache(String path, Heard heard) throws Exception {
        var cache = new NodeCache(curator, path);
        recipes.add(cache);
        cache.getListenable().addListener(() -> {
            ChildData data = cache.getCurrentData();
            if (data != null) {
                hear(data, heard);
            }
        });
        cache.start();
    }

    private void curatorCache(String path, Heard heard, CuratorCache.Options... options) {
        CuratorCache cache = CuratorCache.build(curator, path, options);
        recipes.add(cache);
        cache.listenable().addListener((type, before, after) -> {
            if (after != null) {
                hear(after, heard);
            }
        });
        cache.start();
    }

    private static void hear(ChildData data, Heard heard) {
        heard.of(data.getPath(), data.getStat().getVersion());
    }

    @Override
    public void read(String path) throws Exception {
        curator.checkExists().forPath(path);
    }

    @Override
    public CompletableFuture<?> write(String path) {
        var done = new CompletableFuture<Integer>();
        try {
            curator.transaction()
                    .inBackground((framework, event) -> {
                        int rc = event.getResultCode();
                        if (rc == 0) {
                            done.complete(rc);
                        } else {
                            done.completeExceptionally(KeeperException.create(KeeperException.Code.get(rc), path));
                        }
                    })
                    .forOperations(curator.transactionOp().setData().forPath(path, DATA));
        } catch (Exception e) {
            done.completeExceptionally(e);
        }
        return done;
    }

    @Override
    public long sessionId() throws Exception {
        return curator.getZookeeperClient().getZooKeeper().getSessionId();
    }

    /** As an application ends: the framework is closed, and the recipes with it. */
    @Override
    public void close() {
        curator.close();
    }
}
