package io.perennial.internal.engine;

/** Monotonic time, injectable for unit tests. Never the wall clock: that may jump by an hour (S-35). */
@FunctionalInterface
public interface Ticker {
    /**
     * The time.
     *
     * @return nanoseconds since an arbitrary origin, as {@link System#nanoTime()}
     */
    long nanos();

    /**
     * The JVM's monotonic clock.
     *
     * @return the system's ticker
     */
    static Ticker system() {
        return System::nanoTime;
    }
}
