package io.perennial.session;

import java.time.Duration;

/**
 * Notices that this JVM did not run: a tick that comes late by more than a tick's interval means that the engine's thread
 * stood still (garbage collection, a stopped process, a starved host). Confined to the event loop.
 */
final class PauseMeter {
    private final long intervalNanos;
    private long lastTick;
    private long longest;
    private long longestEndedAt;

    PauseMeter(Duration interval, long now) {
        this.intervalNanos = interval.toNanos();
        this.lastTick = now;
    }

    /** A tick; those before {@code heardAt} no longer matter. */
    void tick(long now, long heardAt) {
        long late = now - lastTick - intervalNanos;
        lastTick = now;
        if (longestEndedAt - heardAt < 0) {
            longest = 0;
        }
        if (late > intervalNanos && late > longest) {
            longest = late;
            longestEndedAt = now;
        }
    }

    /** The longest pause since a server was last heard. */
    Duration longest() {
        return Duration.ofNanos(longest);
    }
}
