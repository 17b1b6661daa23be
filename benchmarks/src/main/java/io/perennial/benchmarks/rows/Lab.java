package io.perennial.benchmarks.rows;

import io.perennial.benchmarks.variants.Client;
import io.perennial.test.FaultProxy;
import io.perennial.test.IndependentClient;
import io.perennial.test.ServerProcess;
import io.perennial.test.ZooKeeperServers;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.ZooDefs.Ids;
import org.apache.zookeeper.ZooDefs.OpCode;
import org.apache.zookeeper.ZooKeeper;

/**
 * A server in a JVM of its own that waits for its disk, a network in front of it for the client that is measured, and
 * an observer with a connection of its own that goes past that network. What the observer sees counts, not what the
 * client says of itself.
 */
final class Lab implements AutoCloseable {
    /** Parent of the client's ephemeral nodes. */
    static final String NODES = "/nodes";
    /** Parent of the nodes that are watched. */
    static final String WATCHED = "/watched";

    private static final long NAP = TimeUnit.MICROSECONDS.toNanos(200);
    private static final Pattern WATCHES = Pattern.compile("Total watches:(\\d+)");

    private final ServerProcess server = ZooKeeperServers.process()
            .jvmOption("-Xmx2g")
            .jvmOption("-XX:TieredStopAtLevel=4")
            .jvmOption("-Dzookeeper.forceSync=yes")
            .jvmOption("-Dzookeeper.preAllocSize=65536")
            .config("maxSessionTimeout=120000")
            .build();
    private final FaultProxy network = new FaultProxy(server.port());
    private final IndependentClient observer = new IndependentClient(server.connectString());

    Lab() {
        server.start();
        observer.create(NODES, new byte[0]);
        observer.create(WATCHED, new byte[0]);
    }

    ServerProcess server() {
        return server;
    }

    /** Between the client and the server. */
    FaultProxy network() {
        return network;
    }

    /** Where the client connects. */
    String connectString() {
        return network.connectString();
    }

    static List<String> paths(String parent, int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> String.format("%s/n%05d", parent, i))
                .toList();
    }

    /** Makes persistent nodes below {@link #WATCHED}. */
    List<String> watchable(int count) throws InterruptedException {
        List<String> paths = paths(WATCHED, count);
        var done = new CountDownLatch(count);
        ZooKeeper raw = observer.raw();
        for (String path : paths) {
            raw.create(
                    path,
                    new byte[32],
                    Ids.OPEN_ACL_UNSAFE,
                    CreateMode.PERSISTENT,
                    (rc, asked, context, name) -> done.countDown(),
                    null);
        }
        done.await();
        return paths;
    }

    /** Somebody else writes these nodes; all at once, and waits for the answers. */
    Map<String, Integer> change(List<String> paths) throws Exception {
        Map<String, Integer> versions = new ConcurrentHashMap<>();
        changeInBackground(paths, versions).get(Client.PATIENCE.toSeconds(), TimeUnit.SECONDS);
        return versions;
    }

    /** The same without waiting. */
    CompletableFuture<?> changeInBackground(List<String> paths, Map<String, Integer> versions) {
        var done = new CompletableFuture<Integer>();
        if (paths.isEmpty()) {
            done.complete(0);
        }
        ZooKeeper raw = observer.raw();
        for (String path : paths) {
            raw.setData(
                    path,
                    new byte[32],
                    -1,
                    (rc, asked, context, stat) -> {
                        if (rc != 0) {
                            done.completeExceptionally(new IllegalStateException("writing " + asked + ": " + rc));
                        } else {
                            versions.put(asked, stat.getVersion());
                            if (versions.size() == paths.size()) {
                                done.complete(rc);
                            }
                        }
                    },
                    null);
        }
        return done;
    }

    /** The versions that nodes have, by the observer. */
    Map<String, Integer> versions(List<String> paths) {
        Map<String, Integer> versions = new HashMap<>();
        paths.forEach(
                path -> versions.put(path, observer.stat(path).orElseThrow().getVersion()));
        return versions;
    }

    /** How many handshakes the network has let through. */
    int handshakes() {
        return network.requests(OpCode.createSession);
    }

    /** When the next handshake after those went through to the server. */
    long awaitHandshake(int before) {
        return await("a handshake", NAP, () -> handshakes() > before);
    }

    int nodes() {
        return observer.stat(NODES).orElseThrow().getNumChildren();
    }

    /** How often nodes were made and deleted below {@link #NODES}. */
    int changesOfNodes() {
        return observer.stat(NODES).orElseThrow().getCversion();
    }

    /** When the observer first saw that many nodes below {@link #NODES}. */
    long awaitNodes(int count) {
        return await(count + " nodes", NAP, () -> nodes() == count);
    }

    long awaitChangesOfNodes(int count) {
        return await(count + " changes of nodes", NAP, () -> changesOfNodes() >= count);
    }

    /** All nodes are this session's. */
    void checkOwner(int count, long session) {
        Map<String, Long> owners = server.ephemeralNodes();
        long own = owners.values().stream().filter(owner -> owner == session).count();
        if (own != count || owners.size() != count) {
            throw new IllegalStateException(
                    "of " + owners.size() + " nodes, " + own + " have the owner that " + count + " should have");
        }
    }

    /** How many watches the server has. */
    int watches() {
        Matcher answer = WATCHES.matcher(server.ask("wchs").orElse(""));
        return answer.find() ? Integer.parseInt(answer.group(1)) : -1;
    }

    /** When the server first had at least that many watches. */
    long awaitWatches(int count) {
        return await(count + " watches", 5 * NAP, () -> watches() >= count);
    }

    /**
     * Waits until a session has sent nothing for half a second.
     *
     * @return when the server received its last request, to a few milliseconds
     */
    long awaitQuiet(long session) {
        Pattern received = Pattern.compile("recved=(\\d+),[^)]*sid=0x" + Long.toHexString(session) + ",");
        long last = System.nanoTime();
        long count = -1;
        while (System.nanoTime() - last < 500_000_000) {
            Matcher answer = received.matcher(server.ask("cons").orElse(""));
            if (answer.find() && Long.parseLong(answer.group(1)) != count) {
                count = Long.parseLong(answer.group(1));
                last = System.nanoTime();
            }
            LockSupport.parkNanos(5 * NAP);
        }
        return last;
    }

    /** Stops the server and starts it again; it gives all sessions it had another timeout's time. */
    void noServerFor(Duration outage) throws InterruptedException {
        server.stop();
        TimeUnit.NANOSECONDS.sleep(outage.toNanos());
        server.start();
        nodes(); // returns when the observer is connected again
    }

    /** Ends a session as if it had expired. */
    void expire(long session) {
        server.expireSession(session);
    }

    /** Polls; {@return when it first held, on {@link System#nanoTime()}} */
    static long await(String what, long nap, BooleanSupplier condition) {
        long deadline = System.nanoTime() + Client.PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("the observer has waited for " + what + " in vain");
            }
            LockSupport.parkNanos(nap);
        }
        return System.nanoTime();
    }

    static double millis(long nanos) {
        return nanos / 1e6;
    }

    @Override
    public void close() {
        observer.close();
        network.close();
        server.close();
    }
}
