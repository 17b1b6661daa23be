package io.perennial.benchmarks.scale;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class StationTest {
    private static final long SERVICE = 1_000_000;
    private static final int JOBS = 400_000;

    private final Simulation simulation = new Simulation(3);

    @Test
    void jobsAreDoneInTheirOrder() {
        var station = new Station(simulation, 1);
        List<Long> done = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            station.submit(10, () -> done.add(simulation.now()));
        }

        simulation.run();

        assertThat(done).containsExactly(10L, 20L, 30L);
        assertThat(station.longestWait()).isEqualTo(20);
    }

    @Test
    void severalPlacesWorkAtOnce() {
        var station = new Station(simulation, 2);
        List<Long> done = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            station.submit(10, () -> done.add(simulation.now()));
        }

        simulation.run();

        assertThat(done).containsExactly(10L, 10L, 20L, 20L);
        assertThat(station.load(0, 20, 0)).isEqualTo(1);
    }

    /** M/D/1: the mean wait is the load, by twice what is left of it, of a service time. */
    @Test
    void theWaitIsWhatTheTheoryOfQueuesSays() {
        for (double load : new double[] {0.3, 0.6, 0.9}) {
            assertThat(meanWait(load)).isCloseTo(load / (2 * (1 - load)), within(0.05 * load / (1 - load)));
        }
    }

    /** In service times, with arrivals at random. */
    private double meanWait(double load) {
        var clock = new Simulation(11);
        var station = new Station(clock, 1);
        double[] waits = new double[1];
        double time = 0;
        for (int i = 0; i < JOBS; i++) {
            double chance = (clock.random(1L << 40) + 1) / (double) (1L << 40);
            time += -Math.log(chance) * SERVICE / load;
            long arrival = (long) time;
            clock.at(arrival, () -> station.submit(SERVICE, () -> waits[0] += clock.now() - arrival - SERVICE));
        }
        clock.run();
        return waits[0] / JOBS / SERVICE;
    }

    @Test
    void aFlushTakesAllThatHaveComeUpToItsBound() {
        var log = new GroupCommit(simulation, 100, 3);
        List<Long> durable = new ArrayList<>();
        log.append(() -> durable.add(simulation.now()));
        simulation.at(10, () -> {
            for (int i = 0; i < 4; i++) {
                log.append(() -> durable.add(simulation.now()));
            }
        });

        simulation.run();

        assertThat(durable).containsExactly(100L, 200L, 200L, 200L, 300L);
    }
}
