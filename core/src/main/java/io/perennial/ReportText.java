package io.perennial;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.concurrent.TimeUnit;

/** A {@link SessionReport} for people: what matters most comes first, one line for each fact. */
final class ReportText {
    private final StringBuilder text = new StringBuilder(1_024);

    private ReportText() {}

    static String of(SessionReport report) {
        var text = new ReportText();
        text.heading(report);
        text.connection(report);
        text.counts(report);
        text.troubles(report);
        text.history(report);
        return text.text.toString();
    }

    private void heading(SessionReport report) {
        text.append("session '").append(report.name()).append("' at ").append(report.takenAt());
        text.append(": ").append(report.state()).append(" for ").append(words(report.inState()));
    }

    private void connection(SessionReport report) {
        SessionInfo session = report.session();
        if (session == null) {
            line("session", "none at the servers");
            return;
        }
        line(
                "session",
                session.sessionIdHex() + ", generation " + session.generation() + ", at " + session.server()
                        + ", since " + session.establishedAt());
        if (report.serverRelease() != null) {
            line("servers", report.serverRelease());
        }
        boolean clamped = !session.negotiatedTimeout().equals(session.requestedTimeout());
        line(
                "timeout",
                words(session.negotiatedTimeout())
                        + (clamped ? " granted, " + words(session.requestedTimeout()) + " asked for" : ""));
        line("lease", report.lease().isZero() ? "not held" : "held for " + words(report.lease()) + " more");
        Duration roundTrip = report.roundTrip();
        if (roundTrip != null) {
            line("heartbeat", "answered within " + millis(roundTrip) + " ms");
        }
    }

    private void counts(SessionReport report) {
        line("nodes", report.nodesHeld() + " held of " + report.nodesWanted() + " wanted");
        line("watches", report.watchesArmed() + " armed of " + report.watchesWanted() + " wanted");
        if (report.callbackFailures() > 0) {
            line("callbacks", report.callbackFailures() + " threw or were rejected");
        }
    }

    private void troubles(SessionReport report) {
        LossDiagnosis loss = report.lastLoss();
        if (loss != null) {
            line(
                    "last loss",
                    loss.kind() + " after " + words(loss.silence()) + " of silence, longest pause "
                            + words(loss.longestPause()) + ": " + loss.explanation());
        }
        report.problems().forEach(problem -> line("problem", problem));
    }

    /** Transitions and restorations in one order: a restoration follows the transition with which it began. */
    private void history(SessionReport report) {
        var lines = new ArrayList<Line>();
        report.timeline().forEach(entry -> lines.add(new Line(entry.at(), words(entry.transition()))));
        report.recentRestorations().forEach(r -> lines.add(new Line(r.at(), words(r))));
        lines.sort(Comparator.comparing(Line::at));
        if (!lines.isEmpty()) {
            text.append("\n  history:");
        }
        lines.forEach(line -> line("  " + line.at, line.words));
    }

    private record Line(Instant at, String words) {}

    private static String words(SessionTransition transition) {
        return transition.from() + " -> " + transition.to() + " after " + words(transition.inPreviousState()) + " ("
                + transition.cause() + "): " + transition.detail();
    }

    private static String words(SessionReport.Restoration restoration) {
        return (restoration.completed() ? "restored within " : "gave up restoring after ") + words(restoration.took())
                + " (" + restoration.attachment() + "): generation " + restoration.generation() + ", nodes "
                + restoration.nodes() + ", watches " + restoration.watches();
    }

    private void line(String what, String is) {
        text.append("\n  ").append(what).append(": ").append(is);
    }

    /** To the microsecond: most are shorter than a millisecond. */
    private static String millis(Duration duration) {
        return BigDecimal.valueOf(TimeUnit.MICROSECONDS.convert(duration), 3).toPlainString();
    }

    /** With two units at most: nobody reads {@code 8123456 ms} at night. */
    private static String words(Duration duration) {
        long seconds = duration.toSeconds();
        if (seconds < 10) {
            return duration.toMillis() + " ms";
        }
        if (seconds < 600) {
            return seconds + " s";
        }
        return duration.toHours() == 0
                ? duration.toMinutes() + " min"
                : duration.toHours() + " h " + duration.toMinutesPart() + " min";
    }
}
