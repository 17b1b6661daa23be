package io.perennial.samples.incident;

import static io.perennial.samples.terminal.Terminal.Style.BOLD;
import static io.perennial.samples.terminal.Terminal.Style.DIM;
import static io.perennial.samples.terminal.Terminal.Style.GREEN;
import static io.perennial.samples.terminal.Terminal.Style.RED;

import io.perennial.samples.terminal.Terminal;
import java.util.List;

/** Prints the verdicts, one line each, and below them what is wrong. */
final class VerdictTable {
    private static final String ROW = "%-23s  %8s  %7s  %8s  %-11s  %-9s";

    private final Terminal terminal;

    VerdictTable(Terminal terminal) {
        this.terminal = terminal;
    }

    void print(Report report) {
        terminal.line("");
        terminal.line(terminal.styled(BOLD, "Verdicts") + " after " + Verdict.seconds(report.endedAt())
                + ", counted at the network, in the JVM and at the server");
        header("", "connects", "threads", "bytes in", "node gone", "class");
        header("", "a min. *", "left", "the log", "after", "loader");
        report.verdicts().forEach(this::print);
        terminal.line(terminal.styled(DIM, "   * after the server's restart"));
        terminal.line("");
        terminal.line(summary(report.verdicts()));
    }

    private void header(Object... cells) {
        terminal.line("   " + terminal.styled(DIM, ROW.formatted(cells).stripTrailing()));
    }

    private void print(Verdict v) {
        Course course = v.course();
        terminal.line(terminal.mark(v.holds()) + " "
                + ROW.formatted(
                                v.variant().key() + "  " + v.variant().title(),
                                Math.round(v.perMinute()),
                                course.last().threads(),
                                Verdict.bytes(course.logSinceFailure()),
                                node(course),
                                v.loader())
                        .stripTrailing());
        terminal.line("      " + terminal.styled(DIM, v.variant().subtitle() + ": ")
                + terminal.styled(v.isClean() ? GREEN : RED, v.outcome()));
        if (v.holds() && !v.variant().expectedClean()) {
            terminal.line("      " + terminal.styled(DIM, "as it has to be: this is the incident"));
        }
        v.problems().forEach(problem -> terminal.wrapped(RED, "      " + terminal.bullet() + " ", problem));
    }

    private static String node(Course course) {
        return course.nodeGoneSince().isEmpty()
                ? "still there"
                : Verdict.seconds(course.nodeGoneSince().getAsDouble());
    }

    private String summary(List<Verdict> verdicts) {
        long failed = verdicts.stream().filter(v -> !v.holds()).count();
        return failed == 0
                ? terminal.styled(GREEN, "As expected: a is sick, the others are clean.")
                : terminal.styled(RED, failed + " of " + verdicts.size() + " not as expected.");
    }
}
