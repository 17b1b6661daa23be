package io.perennial.benchmarks.results;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class StatisticsTest {
    @Test
    void medianIsTheMiddleOneInWhateverOrder() {
        assertThat(Statistics.median(List.of(9.0, 1.0, 4.0))).isEqualTo(4.0);
    }

    @Test
    void medianOfAnEvenNumberIsTheMeanOfTheMiddleTwo() {
        assertThat(Statistics.median(List.of(1.0, 9.0, 3.0, 5.0))).isEqualTo(4.0);
    }

    @Test
    void medianOfOneIsThatOne() {
        assertThat(Statistics.median(List.of(7.0))).isEqualTo(7.0);
    }

    @Test
    void ninetyFiveOfAHundredDoNotExceedThePercentile() {
        List<Double> hundred =
                IntStream.rangeClosed(1, 100).mapToObj(i -> (double) i).toList();
        assertThat(Statistics.percentile95(hundred)).isEqualTo(95.0);
    }

    @Test
    void percentileOfFewIsTheGreatest() {
        List<Double> few = DoubleStream.of(3, 8, 5).boxed().toList();
        assertThat(Statistics.percentile95(few)).isEqualTo(8.0);
    }

    @Test
    void worstIsTheGreatestOfTimesAndTheSmallestOfRates() {
        assertThat(Statistics.worst(List.of(2.0, 6.0, 4.0), true)).isEqualTo(6.0);
        assertThat(Statistics.worst(List.of(2.0, 6.0, 4.0), false)).isEqualTo(2.0);
    }

    @Test
    void nothingHasNoMedian() {
        assertThatThrownBy(() -> Statistics.median(List.of())).isInstanceOf(IllegalArgumentException.class);
    }
}
