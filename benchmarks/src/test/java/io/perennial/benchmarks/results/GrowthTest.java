package io.perennial.benchmarks.results;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import org.junit.jupiter.api.Test;

class GrowthTest {
    @Test
    void proportionIsOne() {
        assertThat(Growth.exponent(Map.of(1_000, 2.0, 10_000, 20.0, 50_000, 100.0))
                        .orElseThrow())
                .isCloseTo(1, within(1e-9));
    }

    @Test
    void constantIsZero() {
        assertThat(Growth.exponent(Map.of(1_000, 7.0, 50_000, 7.0)).orElseThrow())
                .isCloseTo(0, within(1e-9));
    }

    @Test
    void eachWithEachOtherIsTwo() {
        assertThat(Growth.exponent(Map.of(10, 1.0, 100, 100.0, 1_000, 10_000.0)).orElseThrow())
                .isCloseTo(2, within(1e-9));
    }

    @Test
    void fitsWhatIsNotExact() {
        assertThat(Growth.exponent(Map.of(10, 10.0, 100, 120.0, 1_000, 1_000.0)).orElseThrow())
                .isCloseTo(1, within(0.05));
    }

    @Test
    void oneSizeSaysNothing() {
        assertThat(Growth.exponent(Map.of(1_000, 2.0))).isEmpty();
    }

    @Test
    void whatHasNoLogarithmSaysNothing() {
        assertThat(Growth.exponent(Map.of(1_000, 0.0, 10_000, 3.0))).isEmpty();
    }
}
