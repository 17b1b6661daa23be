package io.perennial.benchmarks.rows;

import io.perennial.benchmarks.processes.Child;
import io.perennial.benchmarks.variants.Variant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Work that is measured in a JVM with nothing else in it: neither the observer nor an earlier run. */
final class Alone implements Trial {
    private final Lab lab = new Lab();
    private final Solo.Work work;
    private final Variant variant;
    private final int size;

    Alone(Solo.Work work, Variant variant, int size) throws Exception {
        this.work = work;
        this.variant = variant;
        this.size = size;
        lab.watchable(work == Solo.Work.HEAP_OF_WATCHES ? size : 0);
    }

    @Override
    public double run() throws Exception {
        int nodes = work == Solo.Work.HEAP_OF_NODES ? size : 0;
        CompletableFuture<Long> seen = CompletableFuture.supplyAsync(
                () -> Lab.await(nodes + " nodes", 50_000_000, () -> lab.nodes() == nodes));
        double figure = Child.run(
                        Solo.class,
                        work.name(),
                        variant.name(),
                        Integer.toString(size),
                        lab.server().connectString())
                .get(0);
        seen.get(1, TimeUnit.SECONDS);
        return figure;
    }

    @Override
    public void close() {
        lab.close();
    }
}
