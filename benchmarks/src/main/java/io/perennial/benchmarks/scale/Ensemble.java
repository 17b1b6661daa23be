package io.perennial.benchmarks.scale;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Servers with a leader, which is the first. Reads are answered by the server asked; a write and a {@code sync} pass
 * the leader's request thread, a write its log too, and every server applies it.
 */
final class Ensemble {
    private static final int LARGEST_FLUSH = 1_000; // zookeeper.maxBatchSize

    private final Simulation simulation;
    private final Deployment deployment;
    private final List<Server> servers = new ArrayList<>();
    private final Station requests;
    private final Station applying;
    private final GroupCommit log;
    private final Simulation.Lane packets;

    Ensemble(Simulation simulation, Deployment deployment) {
        this(simulation, deployment, null);
    }

    /**
     * An ensemble that serves.
     *
     * @param shared cores that all servers and the clients share, or null
     */
    Ensemble(Simulation simulation, Deployment deployment, @Nullable Station shared) {
        this.simulation = simulation;
        this.deployment = deployment;
        this.packets = simulation.lane(deployment.oneWay());
        for (int i = 0; i < deployment.servers(); i++) {
            servers.add(new Server(
                    simulation, deployment, shared != null ? shared : new Station(simulation, deployment.cores())));
        }
        requests = new Station(simulation, 1);
        applying = new Station(simulation, 1);
        log = new GroupCommit(simulation, deployment.flush(), LARGEST_FLUSH);
    }

    Simulation simulation() {
        return simulation;
    }

    Deployment deployment() {
        return deployment;
    }

    List<Server> servers() {
        return servers;
    }

    Server leader() {
        return servers.get(0);
    }

    /** The leader's request thread, the narrowest place of all. */
    Station requests() {
        return requests;
    }

    /** A packet there. */
    void send(Runnable arrived) {
        packets.plan(arrived);
    }

    /** A read, or several sent together; the answer has arrived when done. */
    void read(Server at, int count, long bytes, Runnable done) {
        at.work(count, count * Constant.READ.nanos(), bytes, () -> send(done));
    }

    /** Asks the leader. */
    void sync(Server at, Runnable done) {
        at.work(1, Constant.SYNC.nanos(), 100, hop(at, () -> {
            long passed = requests.take(simulation.now(), slower(Constant.SYNC_PREP.nanos()));
            long worked = leader().cores().take(passed, slower(Constant.SYNC_LEADER.nanos()));
            simulation.at(worked, hop(at, () -> send(done)));
        }));
    }

    /** Attaches a known session: the leader is asked whether it lives. */
    void revalidate(Server at, Runnable done) {
        at.work(1, Constant.CONNECT.nanos(), 100, hop(at, () -> {
            leader().cores().load(slower(Constant.REVALIDATE.nanos()));
            simulation.after(0, hop(at, () -> send(done)));
        }));
    }

    /** A transaction that the leader makes itself, or the beginning of one that a client has sent. */
    void commit(int transactions, int nodes, Runnable applied) {
        long others = servers.size() - 1L;
        long passed = requests.take(
                simulation.now(), slower(transactions * Constant.PREP.nanos() + nodes * Constant.PREP_NODE.nanos()));
        leader().cores().load(slower(transactions * others * Constant.PROPOSE.nanos()));
        simulation.at(
                passed,
                () -> log.append(() -> {
                    long quorum = deployment.voters() > 1 ? 2 * deployment.oneWay() : 0;
                    simulation.at(
                            applying.take(
                                    simulation.now() + quorum,
                                    slower(transactions * Constant.APPLY.nanos()
                                            + nodes * Constant.APPLY_NODE.nanos())),
                            applied);
                }));
    }

    /** Writes of a client, sent together. */
    void write(Server at, int transactions, int nodes, Runnable done) {
        at.work(
                transactions,
                transactions * Constant.WRITE.nanos() + (nodes - transactions) * Constant.PREP_NODE.nanos(),
                100L * nodes,
                hop(at, () -> commit(transactions, nodes, hop(at, () -> send(done)))));
    }

    /** Creates a session. */
    void open(Server at, Runnable done) {
        at.work(1, Constant.CONNECT.nanos(), 100, hop(at, () -> commit(1, 0, hop(at, () -> send(done)))));
    }

    /** From a follower to the leader, or back. */
    private Runnable hop(Server at, Runnable arrived) {
        return at == leader() ? arrived : () -> send(arrived);
    }

    private long slower(long nanos) {
        return Math.round(nanos * deployment.slower());
    }
}
