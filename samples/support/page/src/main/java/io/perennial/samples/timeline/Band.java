package io.perennial.samples.timeline;

import io.perennial.SessionState;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * A stay in one state, or the part of one in which the session had not noticed yet what was about to end it.
 *
 * @param state the state
 * @param from when it began, or when the observation did
 * @param to when it ended, or when the observation did
 * @param transition the number of the transition that began it, or, if that was not seen, of the one that ended it
 * @param silent whether no server was heard any more until the session was lost: this JVM may have stood still, and the
 *     state says nothing then
 */
record Band(SessionState state, Instant from, Instant to, int transition, boolean silent) {

    private Band(SessionState state, Instant from, Instant to, int transition) {
        this(state, from, to, transition, false);
    }

    Duration length() {
        return Duration.between(from, to);
    }

    /** Whether the session was well, as far as anybody can tell. */
    boolean isConnected() {
        return state == SessionState.CONNECTED && !silent;
    }

    /** The same at another time. */
    Band within(Instant newFrom, Instant newTo) {
        return new Band(state, newFrom, newTo, transition, silent);
    }

    /** The stays of a session, without a gap between the first and the end. */
    static List<Band> of(History history, Chronicle chronicle) {
        var silences = new Silences(history);
        List<Band> bands = new ArrayList<>();
        for (Band band : stays(history, chronicle)) {
            Instant heard = band.state.isAttached() ? silences.heardUntil(band) : band.to;
            if (heard.isAfter(band.from) || heard.equals(band.to)) {
                bands.add(band.within(band.from, heard));
            }
            if (heard.isBefore(band.to)) {
                bands.add(new Band(band.state, heard, band.to, band.transition, true));
            }
        }
        return bands;
    }

    private static List<Band> stays(History history, Chronicle chronicle) {
        List<Transition> all = history.transitions();
        List<Band> bands = new ArrayList<>();
        for (int i = 0; i < all.size(); i++) {
            Transition transition = all.get(i);
            Instant before = i == 0 ? chronicle.from() : all.get(i - 1).at();
            if (i == 0 || all.get(i - 1).to() != transition.from()) {
                unseen(bands, before, transition, i);
            }
            Instant end = i + 1 < all.size() ? all.get(i + 1).at() : chronicle.to();
            Instant begin = transition.at();
            bands.add(new Band(transition.to(), begin, end.isBefore(begin) ? begin : end, i));
        }
        return bands;
    }

    /** The stay that ends with a transition and whose beginning was not recorded. */
    private static void unseen(List<Band> bands, Instant before, Transition transition, int number) {
        if (transition.from() == SessionState.LATENT) {
            return; // A session that is not started has no trouble, and may be so for days.
        }
        Instant began = transition.at().minus(transition.inPrevious());
        Instant from = began.isBefore(before) ? before : began;
        if (from.isBefore(transition.at())) {
            if (!bands.isEmpty()) {
                Band last = bands.remove(bands.size() - 1);
                bands.add(new Band(last.state(), last.from(), from, last.transition()));
            }
            bands.add(new Band(transition.from(), from, transition.at(), number));
        }
    }
}
