package io.perennial.samples.incident;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScaleTest {
    @Test
    void mapsValuesToPlaces() {
        var scale = new Scale(-3, 70, 100, 173);

        assertThat(scale.at(-3)).isEqualTo(100);
        assertThat(scale.at(0)).isEqualTo(103);
        assertThat(scale.at(70)).isEqualTo(173);
        assertThat(scale.ticks(4)).containsExactly(0.0, 20.0, 40.0, 60.0);
    }

    @ParameterizedTest
    @CsvSource({"0, 1", "1, 2", "8, 10", "43, 60", "95, 100", "2400, 3000"})
    void endsAtARoundNumber_thatLeavesAir(double max, double end) {
        assertThat(Scale.upTo(max, 0, 100).to()).isEqualTo(end);
    }
}
