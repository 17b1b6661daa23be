package io.perennial.samples.quickstart;

import static io.perennial.samples.terminal.Terminal.Style.BOLD;
import static io.perennial.samples.terminal.Terminal.Style.DIM;
import static io.perennial.samples.terminal.Terminal.Style.GREEN;
import static io.perennial.samples.terminal.Terminal.Style.RED;

import io.perennial.samples.terminal.Durations;
import io.perennial.samples.terminal.Terminal;
import java.util.List;

/** Prints the verdicts, one line each, and below them what is wrong. */
final class VerdictTable {
    private static final String ROW = "%-18s  %-7s  %-9s  %-7s  %8s  %8s  %8s";
    private static final int MAX_PROBLEMS = 10;

    private final Terminal terminal;

    VerdictTable(Terminal terminal) {
        this.terminal = terminal;
    }

    void print(Layout layout, List<Verdict> verdicts) {
        terminal.line("");
        terminal.line(terminal.styled(BOLD, "Verdicts") + " on " + layout.nodes() + " nodes and " + layout.watches()
                + " watches, by a client that asked the server");
        terminal.line("   "
                + terminal.styled(
                        DIM, ROW.formatted("", "session", "nodes", "watches", "reported", "outage", "recovery")));
        verdicts.forEach(this::print);
        terminal.line("");
        terminal.line(summary(verdicts));
    }

    private void print(Verdict v) {
        String mark = terminal.mark(v.holds()) + " ";
        String outage = Durations.seconds(v.outage());
        String recovery = Durations.seconds(v.recovery());
        if (v.holds()) {
            String nodes = v.newSession() ? "recreated" : "untouched";
            String reported = v.made() + " of " + v.made();
            String session = v.newSession() ? "new" : "same";
            terminal.line(mark + ROW.formatted(v.fault(), session, nodes, "agree", reported, outage, recovery));
        } else {
            terminal.line(mark + ROW.formatted(v.fault(), "", "", "", "", outage, recovery));
            problems(v.problems());
        }
    }

    private void problems(List<String> problems) {
        problems.stream()
                .limit(MAX_PROBLEMS)
                .forEach(problem -> terminal.wrapped(RED, "     " + terminal.bullet() + " ", problem));
        if (problems.size() > MAX_PROBLEMS) {
            terminal.line("       and " + (problems.size() - MAX_PROBLEMS) + " more");
        }
    }

    private String summary(List<Verdict> verdicts) {
        long failed = verdicts.stream().filter(v -> !v.holds()).count();
        return failed == 0
                ? terminal.styled(GREEN, "All " + verdicts.size() + " hold.")
                : terminal.styled(
                        RED, failed + " of " + verdicts.size() + (failed == 1 ? " does" : " do") + " not hold.");
    }
}
