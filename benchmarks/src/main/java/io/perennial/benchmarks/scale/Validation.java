package io.perennial.benchmarks.scale;

import java.util.ArrayList;
import java.util.List;

/**
 * The model against what was measured: clients in one JVM, and one server in another, on the same two cores, which
 * restarts. So the clients' own work counts here, and the server has just started.
 */
final class Validation {
    private static final int CORES = 2;
    private static final long TIMEOUT = 30 * Nanos.SECOND;

    private Validation() {}

    /**
     * Milliseconds.
     *
     * @param down how long; where it was not recorded, one that fits, negative
     * @param last 0 where it was not measured
     */
    record Row(Reconnecting way, int clients, long down, long median, long last) {}

    /** Measured on JDK 17, two cores, loopback. */
    static final List<Row> MEASURED = List.of(
            new Row(Reconnecting.AT_ONCE, 30, -2_000, 33, 87),
            new Row(Reconnecting.AT_ONCE, 300, -2_000, 95, 1_076),
            new Row(Reconnecting.AT_ONCE, 1_000, -2_000, 287, 1_105),
            new Row(Reconnecting.BARE, 1, 300, 1_280, 0),
            new Row(Reconnecting.BARE, 1, 2_000, 1_158, 0),
            new Row(Reconnecting.BARE, 300, -2_600, 699, 1_973),
            new Row(Reconnecting.BARE, 1_000, -2_600, 658, 2_050),
            new Row(Reconnecting.PACED, 1, 300, 532, 0),
            new Row(Reconnecting.PACED, 1, 2_000, 958, 0));

    static Deployment machine() {
        return new Deployment(
                "one machine",
                1,
                0,
                1,
                CORES,
                50,
                Constant.ACCEPT_COLD.nanos(),
                Constant.CONNECT_COLD.micros() / Constant.CONNECT.micros(),
                10 * Nanos.MICRO,
                0,
                5e9);
    }

    /** What the model says: the median of some runs. */
    static Row modelled(Row measured) {
        List<Long> medians = new ArrayList<>();
        List<Long> lasts = new ArrayList<>();
        for (int seed = 0; seed < Math.max(9, 300 / measured.clients()); seed++) {
            Reconnect.Outcome outcome = Reconnect.run(
                    machine(),
                    measured.clients(),
                    measured.way(),
                    Reconnect.Cause.RESTART,
                    TIMEOUT,
                    Math.abs(measured.down()) * Nanos.MILLI,
                    CORES,
                    Restoring.NOTHING,
                    seed);
            medians.add(outcome.times().median() / Nanos.MILLI);
            lasts.add(outcome.times().last() / Nanos.MILLI);
        }
        return new Row(measured.way(), measured.clients(), measured.down(), middle(medians), middle(lasts));
    }

    private static long middle(List<Long> values) {
        return values.stream().sorted().toList().get(values.size() / 2);
    }

    /** All creates of one client, in batches of 1,000, four in flight; milliseconds. */
    static long creates(int nodes) {
        var simulation = new Simulation(1);
        var ensemble = warm(simulation);
        var batches = new int[] {nodes / 1_000};
        for (int i = 0; i < 4; i++) {
            nextBatch(ensemble, batches);
        }
        simulation.run();
        return simulation.now() / Nanos.MILLI;
    }

    private static void nextBatch(Ensemble ensemble, int[] left) {
        if (left[0]-- > 0) {
            ensemble.write(ensemble.leader(), 1, 1_000, () -> nextBatch(ensemble, left));
        }
    }

    /** All reads of one client, whose own work shares the cores; milliseconds. */
    static long reads(int watches) {
        var simulation = new Simulation(1);
        var ensemble = warm(simulation);
        for (int i = 0; i < watches; i++) {
            ensemble.leader().cores().load(Clients.REQUEST);
            ensemble.read(ensemble.leader(), 1, 100, () -> {});
        }
        simulation.run();
        return simulation.now() / Nanos.MILLI;
    }

    private static Ensemble warm(Simulation simulation) {
        return new Ensemble(
                simulation,
                new Deployment(
                        "one machine", 1, 0, 1, CORES, 50, Constant.ACCEPT.nanos(), 1, 10 * Nanos.MICRO, 0, 5e9));
    }
}
