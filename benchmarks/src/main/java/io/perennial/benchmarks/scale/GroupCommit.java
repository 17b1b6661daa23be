package io.perennial.benchmarks.scale;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * A transaction log: one flush at a time, for all transactions that have come by then, up to a bound (ZooKeeper's
 * {@code zookeeper.maxBatchSize}).
 */
final class GroupCommit {
    private final Simulation simulation;
    private final long flush;
    private final int atMost;
    private final ArrayDeque<Runnable> waiting = new ArrayDeque<>();
    private boolean flushing;

    GroupCommit(Simulation simulation, long flush, int atMost) {
        this.simulation = simulation;
        this.flush = flush;
        this.atMost = atMost;
    }

    void append(Runnable durable) {
        waiting.add(durable);
        if (!flushing) {
            flush();
        }
    }

    private void flush() {
        flushing = true;
        List<Runnable> batch = new ArrayList<>();
        while (!waiting.isEmpty() && batch.size() < atMost) {
            batch.add(waiting.remove());
        }
        simulation.after(flush, () -> {
            flushing = false;
            batch.forEach(Runnable::run);
            if (!flushing && !waiting.isEmpty()) {
                flush();
            }
        });
    }
}
