package io.perennial.benchmarks.scale;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** All clients lose their connections at once, because the servers restart or choose another leader. */
final class Reconnect {
    private static final long TICK = 2 * Nanos.SECOND;
    private static final long LONGEST = 120 * Nanos.SECOND;

    private static final long MOST_EVENTS = 40_000_000;

    private final Simulation simulation;
    private final Ensemble ensemble;
    private final List<Client> clients = new ArrayList<>();
    private final Spread times;
    private final Spread restored;
    private final Restoring restoring;
    private long serving;
    private int expired;

    private Reconnect(Simulation simulation, Ensemble ensemble, int expected, Restoring restoring) {
        this.simulation = simulation;
        this.ensemble = ensemble;
        this.times = new Spread(expected);
        this.restored = new Spread(expected);
        this.restoring = restoring;
    }

    /**
     * What came of it.
     *
     * @param times until they had a session again, from when servers served
     * @param expired how many sessions were not back in time
     * @param restored until the nodes and watches of those were back
     * @param dropped SYNs without a place in the accept queue
     * @param longestWait the longest wait for the leader's request thread
     * @param end how long this was looked at, from when servers served
     */
    record Outcome(int clients, Spread times, int expired, Spread restored, long dropped, long longestWait, long end) {}

    /** How it begins. */
    enum Cause {
        /** The servers accept and hang up until there is a leader. */
        ELECTION,
        /** Nobody listens until the servers are back. */
        RESTART,
        /** The servers have expired all sessions before they can be reached again. */
        MASS_EXPIRY
    }

    /**
     * Runs it.
     *
     * @param clients of this one ensemble
     * @param timeout the sessions'
     * @param outage how long there is no service
     * @param host cores that the clients and the servers share, or 0 if each has its own
     */
    static Outcome run(
            Deployment deployment,
            int clients,
            Reconnecting way,
            Cause cause,
            long timeout,
            long outage,
            int host,
            Restoring restoring,
            long seed) {
        var simulation = new Simulation(seed);
        @Nullable Station shared = host > 0 ? new Station(simulation, host) : null;
        var ensemble = new Ensemble(simulation, deployment, shared);
        var reconnect = new Reconnect(simulation, ensemble, clients, restoring);
        reconnect.begin(clients, way, cause, timeout, outage, shared);
        simulation.run(outage + LONGEST, MOST_EVENTS);
        long dropped = ensemble.servers().stream()
                .mapToLong(server -> server.listener().dropped())
                .sum();
        return new Outcome(
                clients,
                reconnect.times,
                reconnect.expired,
                reconnect.restored,
                dropped,
                ensemble.requests().longestWait(),
                simulation.now() - outage);
    }

    private void begin(int count, Reconnecting way, Cause cause, long timeout, long outage, @Nullable Station shared) {
        serving = outage;
        for (Server server : ensemble.servers()) {
            server.setServing(false);
            server.listener().setOpen(cause == Cause.ELECTION);
            simulation.at(outage, () -> {
                server.setServing(true);
                server.listener().setOpen(true);
            });
        }
        for (int i = 0; i < count; i++) {
            var client = new Client(ensemble, way, timeout, shared, this::attached);
            clients.add(client);
            // Not in the same nanosecond: the servers cut one connection after the other.
            simulation.at(simulation.random(5 * Nanos.MILLI), client::lost);
        }
        long end = outage + timeout;
        simulation.at(cause == Cause.MASS_EXPIRY ? outage : (end / TICK + 1) * TICK, this::expireTheRest);
    }

    private void expireTheRest() {
        for (Client client : clients) {
            if (!client.isAttached()) {
                expired++;
                client.expired();
                ensemble.commit(1, restoring.nodes(), () -> {});
            }
        }
    }

    private void attached(Client client, boolean isNew) {
        times.add(simulation.now() - serving);
        if (isNew) {
            restoring.begin(ensemble, client.server(), () -> restored.add(simulation.now() - serving));
        }
    }
}
