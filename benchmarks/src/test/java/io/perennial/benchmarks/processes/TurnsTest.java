package io.perennial.benchmarks.processes;

import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.benchmarks.processes.Turns.Turn;
import java.util.List;
import org.junit.jupiter.api.Test;

class TurnsTest {
    @Test
    void variantsTakeTurnsInEachRound() {
        assertThat(Turns.of(2, List.of(1), List.of("A", "B")))
                .containsExactly(
                        new Turn<>(1, 1, "A"), new Turn<>(1, 1, "B"), new Turn<>(2, 1, "A"), new Turn<>(2, 1, "B"));
    }

    @Test
    void eachRoundHasAllSizes() {
        assertThat(Turns.of(2, List.of(10, 20), List.of("A", "B")))
                .extracting(turn -> turn.round() + ":" + turn.size() + turn.variant())
                .containsExactly("1:10A", "1:10B", "1:20A", "1:20B", "2:10A", "2:10B", "2:20A", "2:20B");
    }
}
