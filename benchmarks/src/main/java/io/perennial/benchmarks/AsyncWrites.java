package io.perennial.benchmarks;

import io.perennial.ResilientSession;
import io.perennial.operation.Operations;
import io.perennial.operation.Write;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.ZooDefs.Ids;
import org.apache.zookeeper.ZooKeeper;

/**
 * Asynchronous writes a second with a number of them under way: {@code transactionAsync} beside the raw client, each
 * with single writes and with transactions of two. The server's disk takes a while for each fsync, however much it
 * writes, so that throughput comes from what is under way. It runs in another JVM; the two alternate.
 */
@SuppressWarnings("try") // ZooKeeper's close may be interrupted
public final class AsyncWrites {
    private static final int WARM_UP = 3;
    private static final Duration ROUND = Duration.ofSeconds(3);
    private static final byte[] DATA = new byte[100];

    private AsyncWrites() {}

    private interface Send {
        void send(Runnable applied, Runnable failed);
    }

    private record Way(String name, Send send, List<Double> rates) {
        Way(String name, Send send) {
            this(name, send, new ArrayList<>());
        }
    }

    /**
     * Measures and prints medians.
     *
     * @param args how many are under way, milliseconds of an fsync, rounds; 100 5 7 when left out
     * @throws Exception when something fails
     */
    public static void main(String[] args) throws Exception {
        int underWay = args.length > 0 ? Integer.parseInt(args[0]) : 100;
        int sync = args.length > 1 ? Integer.parseInt(args[1]) : 5;
        int rounds = args.length > 2 ? Integer.parseInt(args[2]) : 7;
        Environment.main(args);
        try (var server = ServerJvm.withSlowDisk(sync);
                ZooKeeper bare = RestoreBenchmark.connect(server.connectString());
                ResilientSession session = ResilientSession.builder()
                        .name("benchmark")
                        .connectString(server.connectString())
                        .sessionTimeout(Duration.ofSeconds(30))
                        .build()
                        .start()) {
            for (String path : List.of("/bare", "/perennial", "/fence")) {
                bare.create(path, DATA, Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
            }
            if (!session.awaitConnected(Duration.ofMinutes(1))) {
                throw new IllegalStateException(session.report().toString());
            }
            Operations operations = session.operations();
            var ways = List.of(
                    new Way(
                            "raw, setData",
                            (applied, failed) -> bare.setData(
                                    "/bare",
                                    DATA,
                                    -1,
                                    (rc, path, ctx, stat) -> (rc == 0 ? applied : failed).run(),
                                    null)),
                    new Way(
                            "transactionAsync, setData",
                            (applied, failed) ->
                                    send(operations, applied, failed, Write.setData("/perennial", DATA, -1))),
                    new Way(
                            "raw, multi of two",
                            (applied, failed) -> bare.multi(
                                    List.of(Op.check("/fence", -1), Op.setData("/bare", DATA, -1)),
                                    (rc, path, ctx, results) -> (rc == 0 ? applied : failed).run(),
                                    null)),
                    new Way(
                            "transactionAsync of two",
                            (applied, failed) -> send(
                                    operations,
                                    applied,
                                    failed,
                                    Write.check("/fence", -1),
                                    Write.setData("/perennial", DATA, -1))));
            for (int round = -WARM_UP; round < rounds; round++) {
                for (Way way : ways) {
                    double rate = measure(way.send, underWay);
                    if (round >= 0) {
                        way.rates.add(rate);
                    }
                }
            }
            for (Way way : ways) {
                System.out.printf(
                        "%-28s %d under way, median of %d: %6.0f/s%n", way.name, underWay, rounds, median(way));
            }
        }
    }

    private static void send(Operations operations, Runnable applied, Runnable failed, Write... writes) {
        CompletableFuture<?> unused = operations
                .transactionAsync(writes)
                .whenComplete((outcome, failure) -> (failure == null && outcome.isApplied() ? applied : failed).run());
    }

    private static double measure(Send send, int underWay) throws InterruptedException {
        var slots = new Semaphore(underWay);
        var failures = new AtomicInteger();
        Runnable failed = () -> {
            failures.incrementAndGet();
            slots.release();
        };
        long begun = System.nanoTime();
        int sent = 0;
        while (System.nanoTime() - begun < ROUND.toNanos()) {
            slots.acquire();
            send.send(slots::release, failed);
            sent++;
        }
        slots.acquire(underWay);
        if (failures.get() > 0) {
            throw new IllegalStateException(failures + " writes failed");
        }
        return sent / ((System.nanoTime() - begun) / (double) TimeUnit.SECONDS.toNanos(1));
    }

    private static double median(Way way) {
        return way.rates.stream().sorted().toList().get(way.rates.size() / 2);
    }
}
