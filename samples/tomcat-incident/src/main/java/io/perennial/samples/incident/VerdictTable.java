package io.perennial.samples.incident;

import static io.perennial.samples.terminal.Terminal.Style.BOLD;
import static io.perennial.samples.terminal.Terminal.Style.DIM;
import static io.perennial.samples.terminal.Terminal.Style.GREEN;
import static io.perennial.samples.terminal.Terminal.Style.RED;

import io.perennial.samples.terminal.Terminal;
import java.util.List;

/** Prints the verdicts, one line each, and below them what is wrong. */
final class VerdictTable {
    private static final String ROW = "%-24s  %11s  %7s  %9s  %-17s  %-9s";

    private final Terminal terminal;

    VerdictTable(Terminal terminal) {
        this.terminal = terminal;
    }

    void print(Report report) {
        terminal.line("");
        terminal.line(terminal.styled(BOLD, "Verdicts") + " after " + Verdict.seconds(report.endedAt())
                + ", by counting at the network, in the JVM and at the server");
        header("", "connections", "threads", "bytes in", "node at", "class");
        header("", "a minute *", "left", "the log", "the server", "loader");
        report.verdicts().forEach(this::print);
        terminal.line(terminal.styled(DIM, "     * after the server's restart"));
        terminal.line("");
        terminal.line(summary(report.verdicts()));
    }

    private void header(Object... cells) {
        terminal.line("    " + terminal.styled(DIM, ROW.formatted(cells).stripTrailing()));
    }

    private void print(Verdict v) {
        Course course = v.course();
        terminal.line(" " + terminal.mark(v.holds()) + "  "
                + ROW.formatted(
                                v.variant().key() + "  " + v.variant().title(),
                                Math.round(v.perMinute()),
                                course.last().threads(),
                                Verdict.bytes(course.logSinceFailure()),
                                v.node(),
                                v.loader())
                        .stripTrailing());
        String expected = v.variant().expectedClean() ? "" : ", as it has to be: this is the incident";
        terminal.line("       " + terminal.styled(DIM, v.variant().subtitle() + ": ")
                + terminal.styled(v.isClean() ? GREEN : RED, v.outcome())
                + terminal.styled(DIM, v.holds() ? expected : ""));
        v.problems().forEach(problem -> terminal.wrapped(RED, "       " + terminal.bullet() + " ", problem));
    }

    private String summary(List<Verdict> verdicts) {
        long failed = verdicts.stream().filter(v -> !v.holds()).count();
        return failed == 0
                ? terminal.styled(GREEN, "As expected: a is sick, the others are clean.")
                : terminal.styled(RED, failed + " of " + verdicts.size() + " not as expected.");
    }
}
