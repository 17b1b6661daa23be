package io.perennial.internal.session;

import io.perennial.internal.engine.Ticker;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.function.Supplier;

/**
 * Gives the time of day of moments on the monotonic clock, in milliseconds, and the same one each time it is asked: the
 * two clocks are read together once, and anew only when they have come apart, as the wall clock jumps or drifts. Then
 * all moments move alike. Thread-safe.
 */
final class WallTimes {
    private static final Duration APART = Duration.ofMillis(100);

    private final Supplier<Instant> wall;
    private final Ticker ticker;
    private volatile Anchor anchor;

    private record Anchor(Instant wall, long nanos) {
        Instant at(long moment) {
            return wall.plusNanos(moment - nanos);
        }
    }

    WallTimes(Supplier<Instant> wall, Ticker ticker) {
        this.wall = wall;
        this.ticker = ticker;
        this.anchor = new Anchor(wall.get(), ticker.nanos());
    }

    Instant at(long moment) {
        var now = new Anchor(wall.get(), ticker.nanos());
        if (Duration.between(anchor.at(now.nanos), now.wall).abs().compareTo(APART) > 0) {
            anchor = now;
        }
        return anchor.at(moment).truncatedTo(ChronoUnit.MILLIS);
    }
}
