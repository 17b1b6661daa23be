package io.perennial.samples.timeline;

import io.perennial.SessionState;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** What belongs together in a history, although it comes from different events. */
final class Matches {
    private final Nearest<Loss> losses;
    private final Nearest<Restoration> restorations;
    private final Nearest<Integer> lost;
    private final TreeMap<Instant, Integer> transitions = new TreeMap<>();

    Matches(History history) {
        List<Transition> all = history.transitions();
        losses = new Nearest<>(history.losses(), Loss::at);
        restorations = new Nearest<>(history.restorations(), Restoration::end);
        lost = new Nearest<>(
                IntStream.range(0, all.size())
                        .filter(i -> all.get(i).to() == SessionState.LOST)
                        .boxed()
                        .toList(),
                i -> all.get(i).at());
        IntStream.range(0, all.size()).forEach(i -> transitions.put(all.get(i).at(), i));
    }

    Optional<Loss> lossOf(Transition transition) {
        return transition.to() == SessionState.LOST ? losses.to(transition.at()) : Optional.empty();
    }

    /** The restoration that this transition ends. */
    Optional<Restoration> restorationOf(Transition transition) {
        return History.isRestored(transition) ? restorations.to(transition.at()) : Optional.empty();
    }

    /** The transition that a loss belongs to, or the one before it; empty where there is none. */
    Optional<Integer> transitionOf(Loss loss) {
        return lost.to(loss.at())
                .or(() -> Optional.ofNullable(transitions.floorEntry(loss.at())).map(Map.Entry::getValue));
    }
}
