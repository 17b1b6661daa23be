package io.perennial.benchmarks;

import io.perennial.ResilientSession;
import io.perennial.SessionState;
import io.perennial.ephemeral.EphemeralNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.Watcher.Event.EventType;
import org.apache.zookeeper.ZooDefs.Ids;
import org.apache.zookeeper.ZooKeeper;
import org.jspecify.annotations.Nullable;

/**
 * How long {@code close()} takes, and after how long the nodes are gone for another client: with many nodes and a
 * connection, beside a raw client that created as many in bulk; and when no server is reachable, which the session has
 * found out. The server runs in another JVM.
 */
@SuppressWarnings("try") // ZooKeeper's close may be interrupted
public final class CloseTime {
    private static final int WARM_UP = 2;
    private static final long NOT_KNOWN = -1;
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private CloseTime() {}

    /**
     * Measures and prints medians.
     *
     * @param args number of nodes and of rounds; 50000 7 when left out
     * @throws Exception when something fails
     */
    public static void main(String[] args) throws Exception {
        int nodes = args.length > 0 ? Integer.parseInt(args[0]) : 50_000;
        int rounds = args.length > 1 ? Integer.parseInt(args[1]) : 7;
        Environment.main(args);
        var bare = new Times("raw, connected");
        var connected = new Times("perennial, connected");
        var bareAlone = new Times("raw, no server reachable");
        var alone = new Times("perennial, no server reachable");
        try (var server = new ServerJvm()) {
            prepare(server.connectString());
            for (int round = -WARM_UP; round < rounds; round++) {
                bare.add(round, closeBare(server.connectString(), nodes));
                connected.add(round, close(server, nodes, false));
            }
        }
        for (int round = -WARM_UP; round < rounds; round++) {
            try (var server = new ServerJvm()) {
                bareAlone.add(round, closeBareAlone(server));
            }
            try (var server = new ServerJvm()) {
                prepare(server.connectString());
                alone.add(round, close(server, nodes, true));
            }
        }
        for (Times times : List.of(bare, connected, bareAlone, alone)) {
            System.out.printf(
                    "%-32s median of %d: close %d ms%s%n",
                    times.name,
                    rounds,
                    median(times.returned),
                    times.gone.isEmpty() ? "" : ", nodes gone after " + median(times.gone) + " ms");
        }
    }

    private static void prepare(String connectString) throws Exception {
        try (ZooKeeper zooKeeper = RestoreBenchmark.connect(connectString)) {
            for (String parent : List.of("/bare", "/perennial")) {
                zooKeeper.create(parent, new byte[0], Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
            }
        }
    }

    private static Closed closeBare(String connectString, int nodes) throws Exception {
        try (ZooKeeper observer = RestoreBenchmark.connect(connectString)) {
            ZooKeeper zooKeeper = RestoreBenchmark.connect(connectString);
            BareRestore.createAll(zooKeeper, nodes);
            CompletableFuture<Long> gone = deletion(observer, "/bare/n" + (nodes - 1));
            return measured(zooKeeper::close, gone);
        }
    }

    private static Closed close(ServerJvm server, int nodes, boolean killed) throws Exception {
        var session = ResilientSession.builder()
                .name("benchmark")
                .connectString(server.connectString())
                .sessionTimeout(TIMEOUT)
                .build();
        List<EphemeralNode> registered = new ArrayList<>();
        for (int i = 0; i < nodes; i++) {
            registered.add(session.ephemerals().register("/perennial/n" + i, new byte[32]));
        }
        session.start();
        if (!session.awaitConnected(Duration.ofMinutes(1))) {
            throw new IllegalStateException(session.report().toString());
        }
        if (!killed) {
            try (ZooKeeper observer = RestoreBenchmark.connect(server.connectString())) {
                CompletableFuture<Long> gone = deletion(observer, "/perennial/n" + (nodes - 1));
                Closed closed = measured(session::close, gone);
                if (registered.stream().anyMatch(node -> !node.whenHeld().isDone())) {
                    throw new IllegalStateException("a future was lost");
                }
                return closed;
            }
        }
        server.kill();
        while (session.state() == SessionState.CONNECTED
                || session.report().problems().stream().noneMatch(p -> p.contains("refuses connections"))) {
            TimeUnit.MILLISECONDS.sleep(20);
        }
        return measured(session::close, null);
    }

    private static Closed closeBareAlone(ServerJvm server) throws Exception {
        ZooKeeper zooKeeper = RestoreBenchmark.connect(server.connectString());
        server.kill();
        while (zooKeeper.getState() == ZooKeeper.States.CONNECTED) {
            TimeUnit.MILLISECONDS.sleep(20);
        }
        TimeUnit.SECONDS.sleep(1);
        return measured(zooKeeper::close, null);
    }

    /** When another client hears that the node is gone. */
    private static CompletableFuture<Long> deletion(ZooKeeper observer, String path) throws Exception {
        var gone = new CompletableFuture<Long>();
        var stat = observer.exists(path, event -> {
            if (event.getType() == EventType.NodeDeleted) {
                gone.complete(System.nanoTime());
            }
        });
        if (stat == null) {
            throw new IllegalStateException(path + " is not there");
        }
        return gone;
    }

    private static Closed measured(Close close, @Nullable CompletableFuture<Long> gone) throws Exception {
        long begun = System.nanoTime();
        close.run();
        long returned = System.nanoTime();
        return new Closed(
                millis(returned - begun), gone == null ? NOT_KNOWN : millis(gone.get(1, TimeUnit.MINUTES) - begun));
    }

    private static long millis(long nanos) {
        return TimeUnit.NANOSECONDS.toMillis(nanos);
    }

    private static long median(List<Long> times) {
        return times.stream().sorted().toList().get(times.size() / 2);
    }

    private interface Close {
        void run() throws Exception;
    }

    /** In milliseconds. */
    private record Closed(long returned, long gone) {}

    private static final class Times {
        private final String name;
        private final List<Long> returned = new ArrayList<>();
        private final List<Long> gone = new ArrayList<>();

        private Times(String name) {
            this.name = name;
        }

        private void add(int round, Closed closed) {
            if (round < 0) {
                return;
            }
            returned.add(closed.returned);
            if (closed.gone != NOT_KNOWN) {
                gone.add(closed.gone);
            }
        }
    }
}
