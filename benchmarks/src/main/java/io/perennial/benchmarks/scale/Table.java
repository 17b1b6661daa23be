package io.perennial.benchmarks.scale;

import java.util.Locale;

/** A Markdown table; the first column is text, the others are numbers. */
final class Table {
    private final StringBuilder text = new StringBuilder();

    Table(String... heads) {
        row(heads);
        text.append("|---|").append("---:|".repeat(heads.length - 1)).append('\n');
    }

    /** Adds a row, and prints it: some take long. */
    void row(String... cells) {
        String row = "| " + String.join(" | ", cells) + " |";
        System.out.println(row);
        text.append(row).append('\n');
    }

    @Override
    public String toString() {
        return text.toString();
    }

    static String number(long value) {
        return String.format(Locale.ROOT, "%,d", value);
    }

    /** A time, in the unit that suits it. */
    static String time(long nanos) {
        if (nanos < Nanos.MILLI / 10) {
            return "0";
        }
        if (nanos < 10 * Nanos.MILLI) {
            return String.format(Locale.ROOT, "%.1f ms", nanos / (double) Nanos.MILLI);
        }
        if (nanos < Nanos.SECOND) {
            return number(nanos / Nanos.MILLI) + " ms";
        }
        return String.format(Locale.ROOT, nanos < 100 * Nanos.SECOND ? "%.1f s" : "%,.0f s", Nanos.seconds(nanos));
    }

    static String percent(double part) {
        return part < 0.001 ? "0" : String.format(Locale.ROOT, part < 0.1 ? "%.1f %%" : "%.0f %%", 100 * part);
    }

    static String decimal(double value) {
        return String.format(Locale.ROOT, value < 10 ? "%.2f" : "%.1f", value);
    }
}
