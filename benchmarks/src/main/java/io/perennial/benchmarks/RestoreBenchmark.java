package io.perennial.benchmarks;

import io.perennial.ResilientSession;
import io.perennial.SessionState;
import io.perennial.SessionTransition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.curator.test.TestingServer;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.ZooDefs.Ids;
import org.apache.zookeeper.ZooKeeper;

/**
 * The cost of a restoration: the time from a new server session to {@code CONNECTED}, after the server has closed the
 * old one, against a bare program that sends the same creates and reads through the raw asynchronous API without any
 * check. Both alternate in one run, on one server in this JVM.
 */
@SuppressWarnings("try") // ZooKeeper's close may be interrupted; a resource that is only opened and closed
public final class RestoreBenchmark {
    private static final int WARM_UP = 3;

    private RestoreBenchmark() {}

    /**
     * Measures and prints a table.
     *
     * @param args number of nodes, of watches and of rounds; 10000 10000 10 when left out
     * @throws Exception when something fails
     */
    public static void main(String[] args) throws Exception {
        int nodes = args.length > 0 ? Integer.parseInt(args[0]) : 10_000;
        int watches = args.length > 1 ? Integer.parseInt(args[1]) : 10_000;
        int rounds = args.length > 2 ? Integer.parseInt(args[2]) : 10;
        Environment.main(args);
        try (var server = new TestingServer()) {
            prepare(server.getConnectString(), watches);
            measure(server.getConnectString(), nodes, watches, rounds);
        }
    }

    private static void prepare(String connectString, int watches) throws Exception {
        try (ZooKeeper zooKeeper = connect(connectString)) {
            for (String parent : List.of("/bare", "/perennial", "/watched")) {
                zooKeeper.create(parent, new byte[0], Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
            }
            var done = new CountDownLatch(watches);
            for (int i = 0; i < watches; i++) {
                zooKeeper.create(
                        watched(i),
                        new byte[32],
                        Ids.OPEN_ACL_UNSAFE,
                        CreateMode.PERSISTENT,
                        (rc, path, ctx, name) -> done.countDown(),
                        null);
            }
            done.await();
        }
    }

    private static void measure(String connectString, int nodes, int watches, int rounds) throws Exception {
        var bareTimes = new ArrayList<Long>();
        var restoreTimes = new ArrayList<Long>();
        BlockingQueue<SessionTransition> transitions = new LinkedBlockingQueue<>();
        try (ResilientSession session = ResilientSession.builder()
                .name("benchmark")
                .connectString(connectString)
                .sessionTimeout(Duration.ofSeconds(30))
                .listener(transitions::add)
                .build()) {
            for (int i = 0; i < nodes; i++) {
                session.ephemerals().register("/perennial/n" + i, new byte[32]);
            }
            for (int i = 0; i < watches; i++) {
                session.watches().node(watched(i), change -> {});
            }
            session.start();
            restored(transitions);
            for (int round = 0; round < WARM_UP + rounds; round++) {
                long bare = bare(connectString, nodes, watches);
                expire(connectString, session);
                long restore = restored(transitions).inPreviousState().toNanos();
                check(session, nodes, watches);
                System.out.printf(
                        "%s %2d: bare %5d ms, perennial %5d ms%n",
                        round < WARM_UP ? "warm-up" : "round  ", round, millis(bare), millis(restore));
                if (round >= WARM_UP) {
                    bareTimes.add(bare);
                    restoreTimes.add(restore);
                }
            }
        }
        long bare = median(bareTimes);
        long restore = median(restoreTimes);
        System.out.printf(
                "%d nodes, %d node watches, median of %d: bare %d ms, perennial %d ms, ratio %.2f%n",
                nodes, watches, rounds, millis(bare), millis(restore), (double) restore / bare);
    }

    /** Raw asynchronous creates in transactions of 1,000, four in flight; then pipelined reads that arm a watch. */
    private static long bare(String connectString, int nodes, int watches) throws Exception {
        try (ZooKeeper zooKeeper = connect(connectString)) {
            long begun = System.nanoTime();
            BareRestore.createAll(zooKeeper, nodes);
            BareRestore.watchAll(zooKeeper, watches);
            return System.nanoTime() - begun;
        }
    }

    /** Another client takes the session over and closes it: the server then has no such session any more. */
    private static void expire(String connectString, ResilientSession session) throws Exception {
        ZooKeeper handle = session.curator().getZookeeperClient().getZooKeeper();
        var connected = new CountDownLatch(1);
        try (var thief = new ZooKeeper(
                connectString,
                30_000,
                event -> connected.countDown(),
                handle.getSessionId(),
                handle.getSessionPasswd())) {
            connected.await();
        }
    }

    private static SessionTransition restored(BlockingQueue<SessionTransition> transitions)
            throws InterruptedException {
        while (true) {
            SessionTransition transition = transitions.poll(2, TimeUnit.MINUTES);
            if (transition == null) {
                throw new IllegalStateException("not restored within two minutes");
            }
            if (transition.from() == SessionState.RESTORING && transition.to() == SessionState.CONNECTED) {
                return transition;
            }
        }
    }

    private static void check(ResilientSession session, int nodes, int watches) {
        var report = session.report();
        if (report.nodesHeld() != nodes || report.watchesArmed() != watches) {
            throw new IllegalStateException("not everything was restored: " + report);
        }
    }

    static ZooKeeper connect(String connectString) throws Exception {
        var connected = new CountDownLatch(1);
        var zooKeeper = new ZooKeeper(connectString, 30_000, event -> connected.countDown());
        if (!connected.await(30, TimeUnit.SECONDS)) {
            throw new KeeperException.ConnectionLossException();
        }
        return zooKeeper;
    }

    static String watched(int i) {
        return "/watched/w" + i;
    }

    private static long median(List<Long> times) {
        return times.stream().sorted().toList().get(times.size() / 2);
    }

    private static long millis(long nanos) {
        return TimeUnit.NANOSECONDS.toMillis(nanos);
    }
}
