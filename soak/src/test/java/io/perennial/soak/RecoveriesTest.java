package io.perennial.soak;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class RecoveriesTest {
    private final Recoveries recoveries = new Recoveries();

    @Test
    void hasNoPercentiles_whenNothingHasBeenMeasured() {
        assertThat(recoveries.percentile(0.5)).isZero();
    }

    @Test
    void sortsWhatItHasMeasured() {
        for (int millis = 100; millis > 0; millis--) {
            recoveries.add(Duration.ofMillis(millis));
        }

        assertThat(recoveries.percentile(0.5)).isEqualTo(Duration.ofMillis(51));
        assertThat(recoveries.percentile(0.99)).isEqualTo(Duration.ofMillis(100));
        assertThat(recoveries.percentile(1)).isEqualTo(Duration.ofMillis(100));
    }
}
