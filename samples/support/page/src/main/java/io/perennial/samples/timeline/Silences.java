package io.perennial.samples.timeline;

import io.perennial.SessionState;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;

/** For how long no server had been heard when the session was lost, each time. */
final class Silences {
    /** When it was lost, and when the last request was sent that a server acknowledged. */
    private final TreeMap<Instant, Instant> heardBeforeLoss = new TreeMap<>();

    Silences(History history) {
        var matches = new Matches(history);
        for (Loss loss : history.losses()) {
            Instant lost = matches.transitionOf(loss)
                    .map(history.transitions()::get)
                    .filter(transition -> transition.to() == SessionState.LOST)
                    .map(Transition::at)
                    .orElse(loss.at());
            heardBeforeLoss.put(lost, lost.minus(loss.silence()));
        }
    }

    /** Until when a server was heard in a stay: its end, unless the loss after it says otherwise. */
    Instant heardUntil(Band band) {
        Map.Entry<Instant, Instant> next = heardBeforeLoss.ceilingEntry(band.to());
        if (next == null || next.getValue().isAfter(band.to())) {
            return band.to();
        }
        return next.getValue().isBefore(band.from()) ? band.from() : next.getValue();
    }
}
