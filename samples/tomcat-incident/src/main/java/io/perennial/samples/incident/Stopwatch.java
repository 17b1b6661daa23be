package io.perennial.samples.incident;

/**
 * Seconds since it was made.
 *
 * @param startedAt by {@link System#nanoTime()}
 */
record Stopwatch(long startedAt) {

    static Stopwatch start() {
        return new Stopwatch(System.nanoTime());
    }

    double seconds() {
        return at(System.nanoTime());
    }

    /** What it showed, or will show, at another moment of {@link System#nanoTime()}. */
    double at(long nanoTime) {
        return (nanoTime - startedAt) / 1e9;
    }
}
