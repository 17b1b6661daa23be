package io.perennial.benchmarks.rows;

import io.perennial.benchmarks.variants.Client;
import io.perennial.benchmarks.variants.Variant;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Transactions of one write, with a hundred under way; how many in a second. The observer counts the writes. */
final class Transactions implements Trial {
    private static final int UNDER_WAY = 100;

    private final Lab lab = new Lab();
    private final int writes;
    private final List<String> path;
    private final Client client;
    private int before;

    Transactions(Variant variant, int writes) throws Exception {
        this.writes = writes;
        path = lab.watchable(1);
        client = variant.client(lab.connectString(), connected -> {});
        client.connect();
    }

    @Override
    public double run() throws Exception {
        var slots = new Semaphore(UNDER_WAY);
        var failures = new AtomicInteger();
        long begun = System.nanoTime();
        for (int i = 0; i < writes; i++) {
            slots.acquire();
            var unused = client.write(path.get(0)).whenComplete((done, failure) -> {
                failures.addAndGet(failure == null ? 0 : 1);
                slots.release();
            });
        }
        if (!slots.tryAcquire(UNDER_WAY, Client.PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            throw new IllegalStateException("some transactions were never acknowledged");
        }
        long done = System.nanoTime();
        int after = lab.versions(path).values().iterator().next();
        if (failures.get() > 0 || after - before != writes) {
            throw new IllegalStateException(
                    failures + " failed, and the observer sees " + (after - before) + " writes of " + writes);
        }
        before = after;
        return writes / ((done - begun) / 1e9);
    }

    @Override
    public void close() {
        client.close();
        lab.close();
    }
}
