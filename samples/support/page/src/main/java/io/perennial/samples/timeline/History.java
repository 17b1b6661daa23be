package io.perennial.samples.timeline;

import io.perennial.SessionState;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;

/**
 * What happened to one session; all lists in chronological order.
 *
 * @param session its name
 * @param transitions its changes of state
 * @param losses why it was lost, each time
 * @param restorations how nodes and watches were restored
 * @param notes what else happened
 * @param remarks what else is known, a sentence each
 * @param problems what needed a person in the end, a sentence each
 */
public record History(
        String session,
        List<Transition> transitions,
        List<Loss> losses,
        List<Restoration> restorations,
        List<Note> notes,
        List<String> remarks,
        List<String> problems) {

    /** One without problems. */
    public History(
            String session,
            List<Transition> transitions,
            List<Loss> losses,
            List<Restoration> restorations,
            List<Note> notes,
            List<String> remarks) {
        this(session, transitions, losses, restorations, notes, remarks, List.of());
    }

    /** Sorts everything, and gives each transition to LOST its loss, if necessary one without a diagnosis. */
    public History {
        transitions = sorted(transitions, Transition::at);
        losses = complete(losses, transitions);
        restorations = sorted(restorations, Restoration::at);
        notes = sorted(notes, Note::at);
        remarks = List.copyOf(remarks);
        problems = List.copyOf(problems);
    }

    /** How long each took; if no restorations were recorded, how long the state RESTORING lasted. */
    List<Duration> restorationTimes() {
        return restorations.isEmpty()
                ? transitions.stream()
                        .filter(History::isRestored)
                        .map(Transition::inPrevious)
                        .toList()
                : restorations.stream()
                        .filter(Restoration::completed)
                        .map(Restoration::took)
                        .toList();
    }

    static boolean isRestored(Transition t) {
        return t.from() == SessionState.RESTORING && t.to() == SessionState.CONNECTED;
    }

    private static List<Loss> complete(List<Loss> losses, List<Transition> transitions) {
        var all = new ArrayList<>(losses);
        var free = new Nearest<>(losses, Loss::at);
        for (Transition t : transitions) {
            if (t.to() == SessionState.LOST && free.take(t.at()).isEmpty()) {
                all.add(Loss.undiagnosed(t.at()));
            }
        }
        return sorted(all, Loss::at);
    }

    private static <T> List<T> sorted(List<T> all, Function<T, Instant> at) {
        return all.stream().sorted(Comparator.comparing(at)).toList();
    }
}
