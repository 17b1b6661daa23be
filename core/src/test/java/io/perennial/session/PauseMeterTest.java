package io.perennial.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.engine.HandTicker;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("S-38")
class PauseMeterTest {
    private static final Duration INTERVAL = Duration.ofMillis(500);

    private final HandTicker ticker = new HandTicker();
    private final PauseMeter pauses = new PauseMeter(INTERVAL, ticker.nanos());
    private long heardAt = ticker.nanos();

    @Test
    void measuresNothing_whileTicksAreAboutInTime() {
        for (int i = 0; i < 20; i++) {
            tickAfter(INTERVAL.plusMillis(i * 20L));
        }

        assertThat(pauses.longest()).isZero();
    }

    @Test
    void measuresByHowMuchATickIsLate() {
        tickAfter(INTERVAL);
        tickAfter(Duration.ofSeconds(9));

        assertThat(pauses.longest()).isEqualTo(Duration.ofMillis(8_500));
    }

    @Test
    void keepsTheLongest_asLongAsNothingIsHeard() {
        tickAfter(Duration.ofSeconds(4));
        tickAfter(Duration.ofSeconds(9));
        tickAfter(Duration.ofSeconds(2));
        tickAfter(INTERVAL);

        assertThat(pauses.longest()).isEqualTo(Duration.ofMillis(8_500));
    }

    @Test
    void forgetsWhatWasBeforeTheServerWasHeard() {
        tickAfter(Duration.ofSeconds(9));
        ticker.advance(Duration.ofMillis(100));
        heardAt = ticker.nanos();

        tickAfter(Duration.ofMillis(400));
        assertThat(pauses.longest()).isZero();

        tickAfter(Duration.ofSeconds(2));
        assertThat(pauses.longest()).isEqualTo(Duration.ofMillis(1_500));
    }

    private void tickAfter(Duration time) {
        ticker.advance(time);
        pauses.tick(ticker.nanos(), heardAt);
    }
}
