package io.perennial.benchmarks.scale;

/** One node changes, many watch it: all are told, and read it again. */
final class Change {
    private static final long EVENT_BYTES = 150;

    private Change() {}

    /**
     * What came of it, from the change on.
     *
     * @param told when the watchers were told
     * @param read when they had the new data
     * @param stopped for how long the servers' commit threads did nothing else
     */
    record Outcome(Spread told, Spread read, long stopped) {}

    /**
     * Runs it.
     *
     * @param watchers spread evenly over the servers
     * @param bytes of the node
     */
    static Outcome run(Deployment deployment, int watchers, long bytes, long seed) {
        var simulation = new Simulation(seed);
        var ensemble = new Ensemble(simulation, deployment);
        var told = new Spread(watchers);
        var read = new Spread(watchers);
        for (int i = 0; i < watchers; i++) {
            Server at = ensemble.servers().get(i % ensemble.servers().size());
            at.notifyWatcher(
                    EVENT_BYTES,
                    () -> ensemble.send(() -> {
                        told.add(simulation.now());
                        ensemble.send(() -> ensemble.read(at, 1, bytes + 150, () -> read.add(simulation.now())));
                    }));
        }
        simulation.run();
        long each =
                (watchers + ensemble.servers().size() - 1L) / ensemble.servers().size();
        return new Outcome(told, read, each * Constant.EVENT.nanos());
    }
}
