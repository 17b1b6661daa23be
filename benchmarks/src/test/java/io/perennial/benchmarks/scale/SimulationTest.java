package io.perennial.benchmarks.scale;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SimulationTest {
    private final List<String> happened = new ArrayList<>();
    private final Simulation simulation = new Simulation(1);

    @Test
    void eventsHappenInTheOrderOfTheirTimes() {
        for (int time : new int[] {50, 10, 40, 30, 20, 5, 45}) {
            simulation.at(time, () -> happened.add(time + " at " + simulation.now()));
        }

        simulation.run();

        assertThat(happened)
                .containsExactly("5 at 5", "10 at 10", "20 at 20", "30 at 30", "40 at 40", "45 at 45", "50 at 50");
    }

    @Test
    void eventsOfOneInstantHappenInTheOrderInWhichTheyWerePlanned() {
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < 5_000; i++) {
            int number = i;
            simulation.at(i % 7, () -> order.add(number));
        }

        simulation.run();

        for (int i = 1; i < order.size(); i++) {
            if (order.get(i) % 7 == order.get(i - 1) % 7) {
                assertThat(order.get(i)).isGreaterThan(order.get(i - 1));
            } else {
                assertThat(order.get(i) % 7).isGreaterThan(order.get(i - 1) % 7);
            }
        }
        assertThat(simulation.happened()).isEqualTo(5_000);
    }

    @Test
    void anEventMayPlanOthersAndALaterOneStaysForTheNextRun() {
        simulation.after(10, () -> simulation.after(10, () -> happened.add("second")));
        simulation.after(30, () -> happened.add("third"));

        simulation.run(25);
        assertThat(happened).containsExactly("second");

        simulation.run();
        assertThat(happened).containsExactly("second", "third");
    }

    @Test
    void eventsOfALaneKeepTheirPlaceAmongTheOthers() {
        Simulation.Lane lane = simulation.lane(10);
        assertThat(simulation.lane(10)).isSameAs(lane);
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < 3_000; i++) {
            int number = i;
            simulation.at(i / 3, () -> {
                if (number % 2 == 0) {
                    lane.plan(() -> order.add(number));
                } else {
                    simulation.after(10, () -> order.add(number));
                }
            });
        }

        simulation.run();

        assertThat(order).hasSize(3_000).isSorted();
    }

    @Test
    void nothingCanBePlannedForThePast() {
        simulation.at(10, () -> simulation.at(9, () -> {}));

        assertThatThrownBy(simulation::run).hasMessageContaining("10").hasMessageContaining("9");
    }

    @Test
    void aSeedDecidesAllChance() {
        assertThat(drawn(7)).isEqualTo(drawn(7)).isNotEqualTo(drawn(8));
    }

    private static List<Long> drawn(long seed) {
        var simulation = new Simulation(seed);
        List<Long> drawn = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            drawn.add(simulation.random(1_000));
        }
        return drawn;
    }
}
