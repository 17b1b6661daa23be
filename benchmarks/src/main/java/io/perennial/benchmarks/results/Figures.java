package io.perennial.benchmarks.results;

import java.util.Locale;

/** How figures are written, whatever the machine's language. */
public final class Figures {
    private Figures() {}

    /**
     * Three digits that matter, at least; thousands apart.
     *
     * @param value the figure
     * @return its text
     */
    public static String text(double value) {
        double size = Math.abs(value);
        String format = size >= 100 || size == 0 ? "%,.0f" : size >= 10 ? "%.1f" : "%.2f";
        return String.format(Locale.ROOT, format, value);
    }

    /**
     * Without thousands apart, for machines.
     *
     * @param value the figure
     * @return its text
     */
    public static String plain(double value) {
        return String.format(Locale.ROOT, "%.3f", value);
    }
}
