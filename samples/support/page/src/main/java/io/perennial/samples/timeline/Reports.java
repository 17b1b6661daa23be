package io.perennial.samples.timeline;

import io.perennial.LossDiagnosis;
import io.perennial.SessionInfo;
import io.perennial.SessionReport;
import io.perennial.SessionState;
import io.perennial.SessionTransition;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What happened to a session of this JVM, as far back as its report goes. */
public final class Reports {
    /** The maximum number of transitions in a report: there may have been earlier ones. */
    private static final int FULL = 32;

    private Reports() {}

    /** From the first transition in the report to the time of the report. */
    public static Chronicle read(SessionReport report, String source) {
        List<SessionReport.Entry> timeline = report.timeline();
        Instant from = timeline.isEmpty() ? report.takenAt() : began(timeline.get(0));
        return new Chronicle(source, from, report.takenAt(), List.of(history(report, timeline)));
    }

    private static History history(SessionReport report, List<SessionReport.Entry> timeline) {
        List<Transition> transitions = new ArrayList<>();
        List<Loss> losses = new ArrayList<>();
        for (SessionReport.Entry entry : timeline) {
            transitions.add(transition(entry.at(), entry.transition()));
            LossDiagnosis loss = entry.transition().diagnosis();
            if (loss != null) {
                losses.add(new Loss(
                        entry.at(), loss.kind().name(), loss.silence(), loss.longestPause(), loss.explanation()));
            }
        }
        List<Restoration> restorations = report.recentRestorations().stream()
                .map(r -> new Restoration(
                        r.at(), r.took(), r.generation(), r.attachment().name(), r.nodes(), r.watches(), r.completed()))
                .toList();
        return new History(
                report.name(), transitions, losses, restorations, List.of(), remarks(report), report.problems());
    }

    private static Transition transition(Instant at, SessionTransition t) {
        @Nullable SessionInfo session = t.session();
        return new Transition(
                at,
                t.from(),
                t.to(),
                t.cause().name(),
                t.inPreviousState(),
                session == null ? null : session.generation(),
                session == null ? null : session.sessionIdHex(),
                t.detail());
    }

    private static Instant began(SessionReport.Entry first) {
        SessionTransition t = first.transition();
        return t.from() == SessionState.LATENT ? first.at() : first.at().minus(t.inPreviousState());
    }

    private static List<String> remarks(SessionReport report) {
        return report.recentTransitions().size() >= FULL
                ? List.of("The last " + FULL + " transitions; a flight recording has what was before.")
                : List.of();
    }
}
