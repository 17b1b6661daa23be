package io.perennial.benchmarks.scale;

/** Works on jobs in the order in which they come, on one or on several at once: a thread, cores, a link. */
final class Station {
    private final Simulation simulation;
    /** When each place is free. */
    private final long[] free;

    private long busy;
    private long longestWait;

    Station(Simulation simulation, int places) {
        this.simulation = simulation;
        this.free = new long[places];
    }

    void submit(long service, Runnable done) {
        simulation.at(take(simulation.now(), service), done);
    }

    /** Work that nobody waits for. */
    void load(long service) {
        take(simulation.now(), service);
    }

    /**
     * Takes the next free place for a job that comes then, which must not be before those of earlier calls.
     *
     * @return when it is done
     */
    long take(long arrival, long service) {
        int first = 0;
        for (int i = 1; i < free.length; i++) {
            if (free[i] < free[first]) {
                first = i;
            }
        }
        long begin = Math.max(arrival, free[first]);
        longestWait = Math.max(longestWait, begin - arrival);
        busy += service;
        free[first] = begin + service;
        return begin + service;
    }

    long longestWait() {
        return longestWait;
    }

    /** The part of that time that it has worked, from 0 to 1; above 1 when there is more work than it can do. */
    double load(long from, long until, long busyBefore) {
        return (double) (busy - busyBefore) / ((until - from) * free.length);
    }

    long busy() {
        return busy;
    }
}
