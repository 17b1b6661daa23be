package io.perennial.benchmarks.variants;

import io.perennial.benchmarks.processes.Child;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.WatchedEvent;
import org.apache.zookeeper.Watcher.Event.EventType;
import org.apache.zookeeper.Watcher.Event.KeeperState;
import org.apache.zookeeper.ZooDefs.Ids;
import org.apache.zookeeper.ZooKeeper;
import org.jspecify.annotations.Nullable;

/**
 * ZooKeeper's own client, as well as it can be used by its public API: new handles on expiry, nodes in transactions of
 * a thousand, reads all at once. It checks nothing and repeats nothing: a lower bound, no example.
 *
 * <p>Concurrency: what is restored is restored on ZooKeeper's event thread, which may not wait; registering and
 * watching happen before any trouble.
 */
final class RawClient implements Client {
    private static final int BATCH = 1_000;
    private static final byte[] DATA = new byte[32];

    private final String connectString;
    private final Consumer<Boolean> connection;
    private final List<String> nodes = new ArrayList<>();
    private final List<String> watched = new ArrayList<>();
    private final CountDownLatch connected = new CountDownLatch(1);
    private volatile @Nullable Heard heard;
    private volatile @Nullable ZooKeeper handle;
    private volatile long session;
    private volatile boolean closed;

    RawClient(String connectString, Consumer<Boolean> connection) {
        this.connectString = connectString;
        this.connection = connection;
    }

    @Override
    public void connect() throws Exception {
        open();
        if (!connected.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            throw new KeeperException.ConnectionLossException();
        }
    }

    /** Under the lock, so that the new handle's first event finds it written down. */
    private synchronized void open() throws IOException {
        handle = new ZooKeeper(connectString, Math.toIntExact(SESSION_TIMEOUT.toMillis()), this::sessionEvent);
    }

    private void sessionEvent(WatchedEvent event) {
        if (event.getType() != EventType.None || closed) {
            return;
        }
        KeeperState state = event.getState();
        if (state == KeeperState.SyncConnected) {
            connected();
        } else if (state == KeeperState.Disconnected) {
            connection.accept(false);
        } else if (state == KeeperState.Expired) {
            session = 0;
            try {
                open();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private synchronized void connected() {
        ZooKeeper zooKeeper = handle();
        long id = zooKeeper.getSessionId();
        if (id != session) {
            boolean replaces = session != 0;
            session = id;
            create(zooKeeper, replaces);
            watched.forEach(path -> readAndWatch(zooKeeper, path));
        }
        connection.accept(true);
        connected.countDown();
    }

    /** With the session forgotten, the nodes of the one before are still there. */
    private void create(ZooKeeper zooKeeper, boolean replaces) {
        for (int from = 0; from < nodes.size(); from += BATCH) {
            List<Op> batch = new ArrayList<>();
            for (String path : nodes.subList(from, Math.min(from + BATCH, nodes.size()))) {
                if (replaces) {
                    batch.add(Op.delete(path, -1));
                }
                batch.add(Op.create(path, DATA, Ids.OPEN_ACL_UNSAFE, CreateMode.EPHEMERAL));
            }
            zooKeeper.multi(batch, (rc, path, context, results) -> refuse(rc, "creating nodes"), null);
        }
    }

    @Override
    public synchronized void register(List<String> paths) {
        nodes.addAll(paths);
        for (String path : paths) {
            handle().create(
                            path,
                            DATA,
                            Ids.OPEN_ACL_UNSAFE,
                            CreateMode.EPHEMERAL,
                            (rc, asked, context, name) -> refuse(rc, asked),
                            null);
        }
    }

    @Override
    public synchronized void watch(List<String> paths, Heard listener) {
        heard = listener;
        watched.addAll(paths);
        paths.forEach(path -> readAndWatch(handle(), path));
    }

    @Override
    public void watchTree(String root, Heard listener) throws Exception {
        // Of the public API only what an old server has, too: a watch for each node.
        watch(
                handle().getChildren(root, false).stream()
                        .map(name -> root + "/" + name)
                        .toList(),
                listener);
    }

    private void readAndWatch(ZooKeeper zooKeeper, String path) {
        zooKeeper.getData(
                path,
                event -> {
                    if (event.getType() == EventType.NodeDataChanged) {
                        readAndWatch(zooKeeper, path);
                    }
                },
                (rc, asked, context, data, stat) -> {
                    Heard listener = heard;
                    if (rc == 0 && listener != null) {
                        listener.of(asked, stat.getVersion());
                    }
                },
                null);
    }

    @Override
    public void read(String path) throws Exception {
        handle().exists(path, false);
    }

    @Override
    public CompletableFuture<?> write(String path) {
        var done = new CompletableFuture<Integer>();
        handle().multi(
                        List.of(Op.setData(path, DATA, -1)),
                        (rc, asked, context, results) -> {
                            if (rc == 0) {
                                done.complete(rc);
                            } else {
                                done.completeExceptionally(KeeperException.create(KeeperException.Code.get(rc), path));
                            }
                        },
                        null);
        return done;
    }

    @Override
    public long sessionId() {
        return handle().getSessionId();
    }

    @Override
    public void close() {
        closed = true;
        try {
            handle().close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private ZooKeeper handle() {
        return Objects.requireNonNull(handle, "not connected");
    }

    private static void refuse(int rc, String what) {
        if (rc != 0) {
            Child.fail(what + ": " + KeeperException.Code.get(rc));
        }
    }
}
