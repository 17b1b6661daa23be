package io.perennial.benchmarks.scale;

/** One server: its socket, the thread that each request must pass, its cores and its link. */
final class Server {
    private final Deployment deployment;
    private final Simulation simulation;
    private final Listener listener;
    private final Station acceptor;
    private final Station front;
    private final Station commits;
    private final Station cores;
    private final Station link;
    private boolean serving = true;

    /**
     * A server that serves.
     *
     * @param cores its cores, which others may use as well
     */
    Server(Simulation simulation, Deployment deployment, Station cores) {
        this.simulation = simulation;
        this.deployment = deployment;
        this.cores = cores;
        acceptor = new Station(simulation, 1);
        front = new Station(simulation, 1);
        commits = new Station(simulation, 1);
        link = new Station(simulation, 1);
        listener = new Listener(simulation, deployment.backlog(), done -> {
            long cost = deployment.acceptNanos();
            simulation.at(acceptor.take(cores.take(simulation.now(), cost) - cost, cost), done);
        });
    }

    Listener listener() {
        return listener;
    }

    Station cores() {
        return cores;
    }

    Station front() {
        return front;
    }

    Station commits() {
        return commits;
    }

    /** Whether it has a leader and gives sessions; otherwise it accepts and hangs up. */
    boolean isServing() {
        return serving;
    }

    void setServing(boolean serves) {
        serving = serves;
    }

    /** Requests of one connection, sent together. */
    void work(int requests, long cpu, long answerBytes, Runnable done) {
        long passed = front.take(simulation.now(), requests * cost(Constant.FRONT));
        long worked = cores.take(passed, slower(cpu));
        simulation.at(link.take(worked, transmission(answerBytes)), done);
    }

    /** A watch's event goes out: one after the other, by the thread that applies the transaction. */
    void notifyWatcher(long bytes, Runnable sent) {
        long triggered = commits.take(simulation.now(), cost(Constant.EVENT));
        long worked = cores.take(triggered, slower(Constant.EVENT_CPU.nanos() - Constant.EVENT.nanos()));
        simulation.at(link.take(worked, transmission(bytes)), sent);
    }

    private long cost(Constant constant) {
        return slower(constant.nanos());
    }

    private long slower(long nanos) {
        return Math.round(nanos * deployment.slower());
    }

    private long transmission(long bytes) {
        return Math.round(bytes * Nanos.SECOND / deployment.bytesPerSecond());
    }
}
