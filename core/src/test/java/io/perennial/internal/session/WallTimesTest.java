package io.perennial.internal.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.internal.engine.HandTicker;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("H7")
class WallTimesTest {
    private static final Instant START = Instant.parse("2026-03-01T03:00:00.000900Z");

    private final HandTicker ticker = new HandTicker();
    private Instant wall = START;
    private final WallTimes times = new WallTimes(() -> wall, ticker);
    private final long moment = ticker.nanos();

    private void pass(Duration monotonic, Duration byTheWall) {
        ticker.advance(monotonic);
        wall = wall.plus(byTheWall);
    }

    @Test
    void givesAMomentTheSameTimeInMilliseconds_wheneverItIsAsked() {
        Instant first = times.at(moment);
        assertThat(first).isEqualTo(Instant.parse("2026-03-01T03:00:00.000Z"));

        pass(Duration.ofNanos(10_000_123_456L), Duration.ofNanos(10_000_987_654L));
        assertThat(times.at(moment)).isEqualTo(first);

        pass(Duration.ofMinutes(1), Duration.ofMillis(60_080));
        assertThat(times.at(moment)).isEqualTo(first);
    }

    @Test
    void followsAWallClockThatJumps_withAllMomentsAlike() {
        pass(Duration.ofSeconds(1), Duration.ofSeconds(3_601));

        assertThat(times.at(moment)).isEqualTo(Instant.parse("2026-03-01T04:00:00Z"));
        assertThat(times.at(ticker.nanos())).isEqualTo(Instant.parse("2026-03-01T04:00:01Z"));
    }
}
