package io.perennial.samples.incident;

import static io.perennial.samples.terminal.Terminal.Style.BOLD;
import static io.perennial.samples.terminal.Terminal.Style.DIM;
import static io.perennial.samples.terminal.Terminal.Style.GREEN;

import io.perennial.samples.terminal.Durations;
import io.perennial.samples.terminal.Terminal;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Prints what happens while it happens. Times are measured on the program's clock, and printed relative to the failed
 * start.
 */
final class Timeline {
    private static final double ROW_SECONDS = 10;

    private final Terminal terminal;
    private final Map<Variant, String> cells = new EnumMap<>(Variant.class);
    private final Set<Variant> clean = EnumSet.noneOf(Variant.class);
    private double failedAt = Double.NaN;
    private double nextRow;

    Timeline(Terminal terminal) {
        this.terminal = terminal;
    }

    void introduce(Script script) {
        terminal.line(terminal.styled(BOLD, "The orphan, replayed") + " in " + Container.version() + " on Java "
                + Runtime.version().feature());
        terminal.wrapped(
                DIM,
                "",
                "Four web applications open a ZooKeeper session; then a later part of each fails to start. "
                        + Durations.format(script.restartAfter())
                        + " later the server restarts, and for "
                        + Durations.format(script.observe())
                        + " it is counted what still comes from the four.");
        terminal.line("");
        for (Variant variant : Variant.values()) {
            terminal.line("  " + variant.key() + "  " + variant.title() + ": " + variant.subtitle());
        }
        terminal.line("");
    }

    void registered() {
        note("", "all four are registered, none has started yet");
        terminal.line(terminal.styled(DIM, header()));
    }

    void failed(double now) {
        failedAt = now;
        nextRow = now;
        note(time(now), "the start fails: the price list is missing");
    }

    void stopped(double now) {
        note(time(now), "the server stops");
    }

    void restarted(double now) {
        note(time(now), "the server is back");
    }

    void seen(double now, Variant variant, Sample sample, int accepted) {
        cells.put(variant, String.format(Locale.ROOT, "  %8d %7d", accepted, sample.threads()));
        if (!Double.isNaN(failedAt) && sample.isClean() && clean.add(variant)) {
            note(time(now), terminal.styled(GREEN, variant.key() + " is gone: no thread, no connection, no node"));
        }
    }

    /** A line of figures, if it is time for one. */
    void row(double now) {
        if (!Double.isNaN(failedAt) && now >= nextRow) {
            terminal.line(String.format("%8s", time(now)) + String.join("", cells.values()));
            nextRow += ROW_SECONDS;
        }
    }

    private static String header() {
        var names = new StringBuilder(" ".repeat(8));
        for (Variant variant : Variant.values()) {
            names.append("  %8s %7s".formatted(variant.key() + ": conn.", "threads"));
        }
        return names.toString();
    }

    private void note(String time, String text) {
        terminal.line(String.format("%8s", time) + "  " + terminal.bullet() + " " + text);
    }

    private String time(double now) {
        return Verdict.seconds(now - failedAt);
    }
}
