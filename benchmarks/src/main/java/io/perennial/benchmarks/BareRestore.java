package io.perennial.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.ZooDefs.Ids;
import org.apache.zookeeper.ZooKeeper;

/**
 * The lower bound for {@link RestoreBenchmark}: only the requests that a restoration needs, pipelined, with no check
 * but that each succeeds.
 */
final class BareRestore {
    private static final int BATCH = 1_000;
    private static final int IN_FLIGHT = 4;
    private static final Watcher IGNORE = event -> {};

    private BareRestore() {}

    static void createAll(ZooKeeper zooKeeper, int nodes) throws InterruptedException {
        var slots = new Semaphore(IN_FLIGHT);
        var failures = new AtomicInteger();
        for (int from = 0; from < nodes; from += BATCH) {
            List<Op> batch = new ArrayList<>(BATCH);
            for (int i = from; i < Math.min(from + BATCH, nodes); i++) {
                batch.add(Op.create("/bare/n" + i, new byte[32], Ids.OPEN_ACL_UNSAFE, CreateMode.EPHEMERAL));
            }
            slots.acquire();
            zooKeeper.multi(
                    batch,
                    (rc, path, ctx, results) -> {
                        failures.addAndGet(rc == 0 ? 0 : 1);
                        slots.release();
                    },
                    null);
        }
        slots.acquire(IN_FLIGHT);
        refuse(failures);
    }

    static void watchAll(ZooKeeper zooKeeper, int watches) throws InterruptedException {
        var done = new CountDownLatch(watches);
        var failures = new AtomicInteger();
        for (int i = 0; i < watches; i++) {
            zooKeeper.getData(
                    RestoreBenchmark.watched(i),
                    IGNORE,
                    (rc, path, ctx, data, stat) -> {
                        failures.addAndGet(rc == 0 ? 0 : 1);
                        done.countDown();
                    },
                    null);
        }
        done.await();
        refuse(failures);
    }

    private static void refuse(AtomicInteger failures) {
        if (failures.get() > 0) {
            throw new IllegalStateException(failures + " requests of the bare program failed");
        }
    }
}
