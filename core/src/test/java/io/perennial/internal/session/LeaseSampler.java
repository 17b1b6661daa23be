package io.perennial.internal.session;

import io.perennial.Lease;
import io.perennial.Registration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * Looks at a lease all the time, on a thread of its own, and says when it was last seen held and when its hook ran. All
 * times are {@link System#nanoTime}, which processes on one Linux machine share ({@code CLOCK_MONOTONIC}). Each is
 * taken <em>before</em> the look: a process may be stopped within it.
 */
final class LeaseSampler implements AutoCloseable {
    private static final long INTERVAL_NANOS = 200_000;

    private final Lease lease;
    private final Consumer<String> lines;
    private final Thread thread = new Thread(this::sample, "test-lease-sampler");
    private final Registration hook;
    private final Map<Long, Long> lastHeld = new ConcurrentHashMap<>();
    private final Map<Long, Long> lapses = new ConcurrentHashMap<>();
    private volatile boolean closed;

    /** {@code lines} hears {@code "FROM <generation>"}, {@code "UNTIL <generation> <nanos>"}, {@code "LAPSE ..."}. */
    LeaseSampler(Lease lease, Consumer<String> lines) {
        this.lease = lease;
        this.lines = lines;
        this.hook = lease.onLapse(this::lapsed);
        thread.setDaemon(true);
        thread.start();
    }

    private void lapsed() {
        long at = System.nanoTime();
        lapses.put(lease.generation(), at);
        lines.accept("LAPSE " + lease.generation() + " " + at);
    }

    private void sample() {
        long heldIn = 0;
        long heldAt = 0;
        while (!closed) {
            long now = System.nanoTime();
            long generation = lease.generation();
            boolean held = lease.isHeld() && lease.generation() == generation;
            if (heldIn != 0 && (!held || generation != heldIn)) {
                lines.accept("UNTIL " + heldIn + " " + heldAt);
                heldIn = 0;
            }
            if (held) {
                lastHeld.put(generation, now);
                if (heldIn == 0) {
                    lines.accept("FROM " + generation);
                }
                heldIn = generation;
                heldAt = now;
            }
            LockSupport.parkNanos(INTERVAL_NANOS);
        }
    }

    /** When it was last seen held; 0 when never. */
    long lastHeld(long generation) {
        return lastHeld.getOrDefault(generation, 0L);
    }

    /** When its hook last ran; 0 when never. */
    long lapse(long generation) {
        return lapses.getOrDefault(generation, 0L);
    }

    @Override
    public void close() throws InterruptedException {
        closed = true;
        hook.close();
        thread.join();
    }
}
