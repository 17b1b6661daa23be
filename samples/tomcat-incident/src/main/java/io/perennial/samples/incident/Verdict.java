package io.perennial.samples.incident;

import java.util.List;
import java.util.Locale;

/**
 * The result for one application.
 *
 * @param course what was seen
 * @param connections accepted from it after the server's restart
 * @param perMinute the same, a minute
 * @param problems what is not as expected; none when everything is
 */
record Verdict(Course course, int connections, double perMinute, List<String> problems) {

    boolean holds() {
        return problems.isEmpty();
    }

    Variant variant() {
        return course.variant();
    }

    boolean isClean() {
        return course.cleanSince().isPresent() && course.last().loaderCollected();
    }

    /** {@code clean after 0.3 s}, or what is left. */
    String outcome() {
        if (course.cleanSince().isEmpty()) {
            return "never clean";
        }
        String after = " after " + seconds(course.cleanSince().getAsDouble());
        return isClean() ? "clean" + after : "gone" + after + ", its classes are not";
    }

    String node() {
        if (course.nodeGoneSince().isEmpty()) {
            return "still there";
        }
        return "gone after " + seconds(course.nodeGoneSince().getAsDouble());
    }

    String loader() {
        return course.last().loaderCollected() ? "collected" : "kept";
    }

    /** {@code 0.3 s}. */
    static String seconds(double seconds) {
        return String.format(Locale.ROOT, "%.1f s", seconds);
    }

    /** {@code 912 B}, {@code 54 kB}, {@code 1.2 MB}. */
    static String bytes(long bytes) {
        if (bytes < 1_000) {
            return bytes + " B";
        }
        if (bytes < 1_000_000) {
            return Math.round(bytes / 1e3) + " kB";
        }
        return String.format(Locale.ROOT, "%.1f MB", bytes / 1e6);
    }
}
