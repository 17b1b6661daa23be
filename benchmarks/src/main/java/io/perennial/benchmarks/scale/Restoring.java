package io.perennial.benchmarks.scale;

/**
 * How a client's nodes and watches come back in a new session.
 *
 * @param title for tables
 * @param nodes how many
 * @param watches how many
 * @param requests how they are asked for
 * @param jitter it begins after a random part of this
 * @param perSecond operations a second, or 0 for no limit
 */
record Restoring(String title, int nodes, int watches, Requests requests, long jitter, int perSecond) {
    /** The kind of requests. */
    enum Requests {
        /** One for each node and one for each watch: what a program does with the bare client. */
        SINGLE,
        /** A transaction for all nodes; a read for each watch, and one for the watch on each node. */
        BATCHED,
        /** The same transaction; one {@code setWatches} for the watches, and one for those on the nodes. */
        BULK
    }

    static final Restoring NOTHING = new Restoring("nothing", 0, 0, Requests.BATCHED, 0, 0);

    static Restoring of(Requests requests) {
        return new Restoring("", 10, 10, requests, 0, 0);
    }

    Restoring with(String name, long maxJitter, int operationsPerSecond) {
        return new Restoring(name, nodes, watches, requests, maxJitter, operationsPerSecond);
    }

    void begin(Ensemble ensemble, Server at, Runnable done) {
        if (nodes == 0) {
            done.run();
            return;
        }
        Simulation simulation = ensemble.simulation();
        Runnable work = () -> simulation.after(simulation.random(jitter + 1), () -> new Run(ensemble, at, done).go());
        if (requests == Requests.SINGLE) {
            work.run();
        } else {
            ensemble.sync(at, work);
        }
    }

    /** One client's restoration. */
    private final class Run {
        private final Ensemble ensemble;
        private final Server at;
        private final Runnable done;
        private int left;
        private long nextFree;

        Run(Ensemble ensemble, Server at, Runnable done) {
            this.ensemble = ensemble;
            this.at = at;
            this.done = done;
        }

        void go() {
            left = 2;
            switch (requests) {
                case SINGLE -> {
                    ensemble.send(() -> ensemble.write(at, nodes, nodes, this::finished));
                    reads(watches);
                }
                case BATCHED -> {
                    ensemble.send(() -> ensemble.write(at, 1, nodes, () -> reads(nodes)));
                    reserve(nodes);
                    reads(watches);
                }
                case BULK -> {
                    ensemble.send(() -> ensemble.write(at, 1, nodes, () -> bulk(nodes)));
                    reserve(nodes);
                    bulk(watches);
                }
            }
        }

        private void bulk(int count) {
            long arming = count * Constant.WATCH_BULK.nanos();
            ensemble.simulation()
                    .after(
                            reserve(1),
                            () -> ensemble.send(() -> at.work(
                                    1, Constant.READ.nanos() + arming, 100, () -> ensemble.send(this::finished))));
        }

        private void reads(int count) {
            if (perSecond == 0) {
                ensemble.send(() -> ensemble.read(at, count, 100L * count, this::finished));
                return;
            }
            left += count - 1;
            for (int i = 0; i < count; i++) {
                ensemble.simulation()
                        .after(reserve(1), () -> ensemble.send(() -> ensemble.read(at, 1, 100, this::finished)));
            }
        }

        /** How long until they may go, see {@code request.RateLimit}. */
        private long reserve(int operations) {
            if (perSecond == 0) {
                return 0;
            }
            long now = ensemble.simulation().now();
            long begin = Math.max(now, nextFree);
            nextFree = begin + operations * (Nanos.SECOND / perSecond);
            return begin - now;
        }

        private void finished() {
            if (--left == 0) {
                done.run();
            }
        }
    }
}
