package io.perennial.internal.lease;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Notices that this JVM did not run: a tick that comes late by more than a tick's interval means that the engine's
 * thread stood still (garbage collection, a stopped process, a starved host). Confined to the event loop.
 */
public final class PauseDetector {
    private static final Pause NONE = new Pause(Duration.ZERO, Duration.ZERO);

    private final long intervalNanos;
    private final LongSupplier collectorMillis;
    private long lastTick;
    private long lastCollectorMillis;
    private Pause longest = NONE;
    private long longestEndedAt;

    /** A time for which the JVM did not run, and how much of that the garbage collectors took. */
    public record Pause(Duration length, Duration collecting) {}

    public PauseDetector(Duration interval, long now, LongSupplier collectorMillis) {
        this.intervalNanos = interval.toNanos();
        this.collectorMillis = collectorMillis;
        this.lastTick = now;
        this.lastCollectorMillis = collectorMillis.getAsLong();
    }

    /** A tick; those before {@code heardAt} no longer matter. */
    public void tick(long now, long heardAt) {
        long late = now - lastTick - intervalNanos;
        long collected = collectorMillis.getAsLong();
        if (longestEndedAt - heardAt < 0) {
            longest = NONE;
        }
        if (late > intervalNanos && late > longest.length.toNanos()) {
            // Counted from the last tick on; the pause began at most an interval later.
            long collecting = Math.min(
                    late, Duration.ofMillis(collected - lastCollectorMillis).toNanos());
            longest = new Pause(Duration.ofNanos(late), Duration.ofNanos(collecting));
            longestEndedAt = now;
        }
        lastTick = now;
        lastCollectorMillis = collected;
    }

    /** The longest pause since a server was last heard. */
    public Pause longest() {
        return longest;
    }
}
