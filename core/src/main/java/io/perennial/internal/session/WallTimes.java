package io.perennial.internal.session;

import io.perennial.internal.engine.Ticker;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.function.Supplier;

/**
 * Converts moments on the monotonic clock to the time of day, in milliseconds, and to the same one each time: the two
 * clocks are read together once, and again only when they have diverged, as the wall clock jumps or drifts. Then all
 * moments move alike. Thread-safe.
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
