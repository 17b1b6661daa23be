package io.perennial.samples.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DurationsTest {
    @ParameterizedTest
    @CsvSource({"10s,10000", "500ms,500", "1m,60000", "10S,10000", "PT10S,10000", "pt0.5s,500", "' 4 s ',4000"})
    void parses(String text, long millis) {
        assertThat(Durations.parse(text)).contains(Duration.ofMillis(millis));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "s", "10", "ten", "10h", "-5s", "1.5s", "10s later", "99999999999s", "PT"})
    void refuses(String text) {
        assertThat(Durations.parse(text)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"250,250 ms", "4000,4 s", "2500,2.5 s", "60000,1 min", "90000,90 s"})
    void formatsForPeople(long millis, String text) {
        assertThat(Durations.format(Duration.ofMillis(millis))).isEqualTo(text);
    }

    @Test
    void formatsMeasurements() {
        assertThat(Durations.seconds(Duration.ofMillis(524))).isEqualTo("0.52 s");
        assertThat(Durations.seconds(Duration.ofSeconds(61))).isEqualTo("61.00 s");
    }
}
