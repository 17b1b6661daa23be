package io.perennial.samples.quickstart;

import static io.perennial.samples.terminal.Terminal.Style.BOLD;
import static io.perennial.samples.terminal.Terminal.Style.DIM;
import static io.perennial.samples.terminal.Terminal.Style.GREEN;
import static io.perennial.samples.terminal.Terminal.Style.RED;
import static io.perennial.samples.terminal.Terminal.Style.YELLOW;

import io.perennial.LossDiagnosis;
import io.perennial.SessionInfo;
import io.perennial.SessionListener;
import io.perennial.SessionReport;
import io.perennial.SessionState;
import io.perennial.SessionTransition;
import io.perennial.samples.terminal.Terminal;
import io.perennial.samples.timeline.Remark;
import java.util.Locale;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Prints what happens as it happens: a row for each state of the session, a note for everything else. */
final class Timeline implements SessionListener {
    private static final String NONE = "-";

    private final Terminal terminal;
    private final Supplier<SessionReport> report;
    private final LongSupplier reportedWhileAway;
    private final int countWidth;
    private final long startedAt = System.nanoTime();
    private long sessionId;

    Timeline(Terminal terminal, Layout layout, Supplier<SessionReport> report, LongSupplier reportedWhileAway) {
        this.terminal = terminal;
        this.report = report;
        this.reportedWhileAway = reportedWhileAway;
        int widest = Math.max(layout.nodes(), layout.watches());
        countWidth = Math.max("watches".length(), count(widest, widest).length());
    }

    void columns() {
        terminal.line("");
        terminal.line(terminal.styled(DIM, row("time", "state", "gen", "nodes", "watches", "caught up", "because")));
    }

    /** Begins a part. */
    void headline(String title, String story) {
        terminal.line("");
        terminal.line(terminal.styled(BOLD, title));
        terminal.wrapped(DIM, "   ", story);
    }

    /** One line about anything but the session's state; a remark in a recording, too. */
    void note(String text) {
        Remark.make(Application.SESSION, text);
        print(text);
    }

    private void print(String text) {
        terminal.wrapped(DIM, String.format("%8s  %s ", seconds(), terminal.bullet()), text);
    }

    @Override
    public void onTransition(SessionTransition transition) {
        SessionReport now = report.get();
        SessionInfo session = transition.session();
        String line = row(
                seconds(),
                transition.to().toString(),
                session == null ? NONE : Long.toString(session.generation()),
                count(now.nodesHeld(), now.nodesWanted()),
                count(now.watchesArmed(), now.watchesWanted()),
                Long.toString(reportedWhileAway.getAsLong()),
                words(transition.cause()));
        String state = transition.to().toString();
        terminal.line(line.replaceFirst(state, terminal.styled(colour(transition.to()), state)));
        why(transition.diagnosis());
        if (session != null && session.sessionId() != sessionId) {
            sessionId = session.sessionId();
            print("the server has given session " + session.sessionIdHex());
        }
    }

    private void why(@Nullable LossDiagnosis diagnosis) {
        if (diagnosis != null) {
            print(diagnosis.explanation());
        }
    }

    private String row(
            String time,
            String state,
            String generation,
            String nodes,
            String watches,
            String caughtUp,
            String because) {
        String counts = "%" + countWidth + "s  %" + countWidth + "s";
        String format = "%8s  %-10s  %3s  " + counts + "  %9s  %s";
        return String.format(format, time, state, generation, nodes, watches, caughtUp, because);
    }

    private String seconds() {
        return String.format(Locale.ROOT, "%.3f", (System.nanoTime() - startedAt) / 1e9);
    }

    private static String count(int have, int want) {
        return have + "/" + want;
    }

    private static String words(SessionTransition.Cause cause) {
        return cause.toString().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    private static Terminal.Style colour(SessionState state) {
        return switch (state) {
            case CONNECTED -> GREEN;
            case LOST, FAILED -> RED;
            case CLOSED, LATENT -> DIM;
            default -> YELLOW;
        };
    }
}
