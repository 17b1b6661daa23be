package io.perennial.benchmarks.scale;

/** The units of a simulation's time. */
final class Nanos {
    static final long MICRO = 1_000;
    static final long MILLI = 1_000 * MICRO;
    static final long SECOND = 1_000 * MILLI;

    private Nanos() {}

    static long micros(double micros) {
        return Math.round(micros * MICRO);
    }

    static double seconds(long nanos) {
        return nanos / (double) SECOND;
    }
}
