package io.perennial.benchmarks.scale;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ListenerTest {
    private final Simulation simulation = new Simulation(5);
    private final Station thread = new Station(simulation, 1);
    private final Listener listener = new Listener(simulation, 50, done -> thread.submit(10 * Nanos.MILLI, done));
    private final List<Long> established = new ArrayList<>();
    private int refused;

    private final Listener.Caller caller = new Listener.Caller() {
        @Override
        public void established() {
            established.add(simulation.now() / Nanos.MILLI);
        }

        @Override
        public void accepted() {}

        @Override
        public void refused() {
            refused++;
        }
    };

    @Test
    void aBacklogOf50Holds51AndTheKernelTriesTheOthersAgainAfter1And3Seconds() {
        for (int i = 0; i < 160; i++) {
            listener.connect(caller, () -> true);
        }
        simulation.run();

        assertThat(established).hasSize(160);
        assertThat(established.stream().filter(t -> t == 0)).hasSize(51);
        assertThat(established.stream().filter(t -> t == 1_000)).hasSize(51);
        assertThat(established.stream().filter(t -> t == 3_000)).hasSize(51);
        assertThat(established.stream().filter(t -> t == 7_000)).hasSize(7);
        assertThat(listener.dropped()).isEqualTo(109 + 58 + 7);
    }

    @Test
    void whoHasGivenUpSendsNoMore() {
        for (int i = 0; i < 52; i++) {
            listener.connect(caller, () -> simulation.now() < 500 * Nanos.MILLI);
        }
        simulation.run();

        assertThat(established).hasSize(51);
    }

    @Test
    void whereNobodyListensAConnectionIsRefusedAtOnce() {
        listener.setOpen(false);
        listener.connect(caller, () -> true);

        assertThat(refused).isEqualTo(1);
        assertThat(established).isEmpty();
    }
}
