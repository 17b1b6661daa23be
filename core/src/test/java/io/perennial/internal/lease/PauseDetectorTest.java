package io.perennial.internal.lease;

import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.internal.engine.HandTicker;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("S-38")
class PauseDetectorTest {
    private static final Duration INTERVAL = Duration.ofMillis(500);

    private final HandTicker ticker = new HandTicker();
    private long collectorMillis = 1_000;
    private final PauseDetector pauses = new PauseDetector(INTERVAL, ticker.nanos(), () -> collectorMillis);
    private long heardAt = ticker.nanos();

    @Test
    void measuresNothing_whileTicksAreAboutInTime() {
        for (int i = 0; i < 20; i++) {
            tickAfter(INTERVAL.plusMillis(i * 20L));
        }

        assertThat(pauses.longest().length()).isZero();
    }

    @Test
    void measuresByHowMuchATickIsLate() {
        tickAfter(INTERVAL);
        tickAfter(Duration.ofSeconds(9));

        assertThat(pauses.longest().length()).isEqualTo(Duration.ofMillis(8_500));
    }

    @Test
    void keepsTheLongest_asLongAsNothingIsHeard() {
        tickAfter(Duration.ofSeconds(4));
        tickAfter(Duration.ofSeconds(9));
        tickAfter(Duration.ofSeconds(2));
        tickAfter(INTERVAL);

        assertThat(pauses.longest().length()).isEqualTo(Duration.ofMillis(8_500));
    }

    @Test
    void forgetsWhatWasBeforeTheServerWasHeard() {
        tickAfter(Duration.ofSeconds(9));
        ticker.advance(Duration.ofMillis(100));
        heardAt = ticker.nanos();

        tickAfter(Duration.ofMillis(400));
        assertThat(pauses.longest().length()).isZero();

        tickAfter(Duration.ofSeconds(2));
        assertThat(pauses.longest().length()).isEqualTo(Duration.ofMillis(1_500));
    }

    @Test
    void isNoPause_whatIsLateByOneTick_norForgottenWhenAServerIsHeardThen() {
        tickAfter(INTERVAL.multipliedBy(2));
        assertThat(pauses.longest().length()).isZero();

        tickAfter(INTERVAL.multipliedBy(3));
        heardAt = ticker.nanos();
        tickAfter(INTERVAL);
        assertThat(pauses.longest().length()).isEqualTo(INTERVAL.multipliedBy(2));
    }

    @Test
    void tellsHowMuchOfThePauseWasGarbageCollection() {
        collectorMillis += 300;
        tickAfter(INTERVAL);
        collectorMillis += 2_000;
        tickAfter(Duration.ofSeconds(9));
        collectorMillis += 400;
        tickAfter(Duration.ofSeconds(3));

        assertThat(pauses.longest())
                .isEqualTo(new PauseDetector.Pause(Duration.ofMillis(8_500), Duration.ofSeconds(2)));
    }

    @Test
    void claimsNoMoreCollectionThanPause() {
        collectorMillis += 9_000;
        tickAfter(Duration.ofSeconds(9));

        assertThat(pauses.longest().collecting()).isEqualTo(Duration.ofMillis(8_500));
    }

    @ParameterizedTest
    @CsvSource({
        "G1 Young Generation, true",
        "G1 Old Generation, true",
        "G1 Concurrent GC, false",
        "ZGC Pauses, true",
        "ZGC Cycles, false",
        "ZGC Major Cycles, false",
        "ZGC Minor Pauses, true",
        "Shenandoah Pauses, true",
        "Shenandoah Cycles, false",
        "Copy, true",
        "MarkSweepCompact, true",
        "PS Scavenge, true"
    })
    void countsWhatStopsTheProgram(String collector, boolean stops) {
        assertThat(GcPauseTime.stopsTheProgram(collector)).isEqualTo(stops);
    }

    @Test
    void readsTheTimeFromThisJvm() {
        var time = new GcPauseTime();
        long before = time.getAsLong();

        for (int i = 0; i < 100 && time.getAsLong() == before; i++) {
            System.gc();
        }

        assertThat(time.getAsLong()).isGreaterThan(before);
    }

    private void tickAfter(Duration time) {
        ticker.advance(time);
        pauses.tick(ticker.nanos(), heardAt);
    }
}
