package io.perennial.samples.timeline;

import java.time.Duration;
import java.util.Locale;

/** Lengths of time as people read them: to three digits or so. */
final class Lengths {
    private Lengths() {}

    /** {@code 90 ms}, {@code 1.24 s}, {@code 12 min 5 s}, {@code 8 h 2 min}, {@code 3 d 4 h}. */
    static String words(Duration length) {
        long millis = length.toMillis();
        if (millis < 1_000) {
            return millis == 0 && !length.isZero() ? "<1 ms" : millis + " ms";
        }
        if (millis < 60_000) {
            return String.format(Locale.ROOT, millis < 10_000 ? "%.2f s" : "%.1f s", Math.floor(millis / 10.0) / 100);
        }
        if (length.toHours() < 1) {
            return two(length.toMinutes(), "min", length.toSecondsPart(), "s");
        }
        return length.toDays() < 1
                ? two(length.toHours(), "h", length.toMinutesPart(), "min")
                : two(length.toDays(), "d", length.toHoursPart(), "h");
    }

    static double seconds(Duration length) {
        return length.getSeconds() + length.getNano() / 1e9;
    }

    private static String two(long large, String unit, long small, String smallUnit) {
        return large + " " + unit + (small == 0 ? "" : " " + small + " " + smallUnit);
    }
}
