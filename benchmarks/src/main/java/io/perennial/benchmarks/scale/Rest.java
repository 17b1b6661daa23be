package io.perennial.benchmarks.scale;

/** Clients that want nothing: their heartbeats. */
final class Rest {
    private static final long LENGTH = 5 * Nanos.SECOND;
    /** Until it has settled. */
    private static final long SETTLED = Nanos.SECOND;

    private final Simulation simulation;
    private final Ensemble ensemble;
    private final Beat beat;
    private final Spread answers;

    private Rest(Simulation simulation, Ensemble ensemble, Beat beat, int expected) {
        this.simulation = simulation;
        this.ensemble = ensemble;
        this.beat = beat;
        this.answers = new Spread(expected);
    }

    /** How clients stay alive. */
    enum Beat {
        /** ZooKeeper's ping, at a third of the timeout, at most 10 s: the server asked answers it. */
        PING("bare client: a ping each T/3"),
        /** This library's {@code lease.Heartbeat}: a {@code sync} at a sixth, at most 5 s. */
        SYNC("Perennial: a sync each T/6, at most 5 s"),
        /** A sync at a third. */
        SYNC_THIRD("a sync each T/3");

        private final String title;

        Beat(String title) {
            this.title = title;
        }

        String title() {
            return title;
        }

        long interval(long timeout) {
            return switch (this) {
                case PING -> Math.min(10 * Nanos.SECOND, timeout / 3);
                case SYNC -> Math.min(5 * Nanos.SECOND, timeout / 6);
                case SYNC_THIRD -> timeout / 3;
            };
        }
    }

    /**
     * What it takes.
     *
     * @param atLeader requests and touches that reach the leader each second
     * @param leaderThread the part of the leader's request thread
     * @param leaderCores cores of the leader that are busy
     * @param serverCores cores of another server that are busy
     * @param answers how long heartbeats take
     */
    record Outcome(double atLeader, double leaderThread, double leaderCores, double serverCores, Spread answers) {}

    static Outcome run(Deployment deployment, int clients, Beat beat, long timeout, long seed) {
        var simulation = new Simulation(seed);
        var ensemble = new Ensemble(simulation, deployment);
        long interval = beat.interval(timeout);
        var rest = new Rest(simulation, ensemble, beat, (int) (clients * LENGTH / interval));
        for (int i = 0; i < clients; i++) {
            Server at = ensemble.servers().get(i % ensemble.servers().size());
            simulation.at(simulation.random(interval), () -> rest.beat(at, interval));
        }
        simulation.run(SETTLED);
        Server other = ensemble.servers().get(ensemble.servers().size() - 1);
        long thread = ensemble.requests().busy();
        long leader = ensemble.leader().cores().busy();
        long server = other.cores().busy();
        simulation.run(LENGTH);
        double perSecond = clients / Nanos.seconds(interval);
        double touched = beat == Beat.PING ? perSecond : 0;
        double touching = touched * Constant.TOUCH.micros() / 1e6;
        return new Outcome(
                perSecond,
                ensemble.requests().load(SETTLED, LENGTH, thread),
                ensemble.leader().cores().load(SETTLED, LENGTH, leader) * deployment.cores() + touching,
                other.cores().load(SETTLED, LENGTH, server) * deployment.cores(),
                rest.answers);
    }

    private void beat(Server at, long interval) {
        long sent = simulation.now();
        if (sent + interval < LENGTH) {
            simulation.lane(interval).plan(() -> beat(at, interval));
        }
        Runnable answered = () -> answers.add(simulation.now() - sent);
        ensemble.send(() -> {
            if (beat == Beat.PING) {
                ensemble.read(at, 1, 20, answered);
            } else {
                ensemble.sync(at, answered);
            }
        });
    }
}
