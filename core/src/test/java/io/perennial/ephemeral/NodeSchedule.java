package io.perennial.ephemeral;

import io.perennial.testing.RandomPlays;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** What happens in one random play with nodes, one after the other. */
record NodeSchedule(long seed, List<Event> events) {
    private static final int MOST_AMOUNT = 1_000;
    private static final int CLOSE_IN = 16;
    private static final int QUIET_IN = 8;
    private static final int RECONNECT_IN = 4;
    private static final long STAYED = 5_000;

    /** One, and whether something else happens before anybody takes notice. */
    record Event(NodeHappening what, int amount, boolean unnoticed) {
        @Override
        public String toString() {
            return what + " " + amount + (unnoticed ? ", unnoticed" : "");
        }
    }

    /** The random one of that seed. */
    static NodeSchedule of(long seed, int length) {
        var random = new SplittableRandom(seed);
        var events = new ArrayList<Event>(length);
        for (int i = 0; i < length; i++) {
            events.add(new Event(NodeHappening.any(random), random.nextInt(MOST_AMOUNT), random.nextInt(3) == 0));
        }
        return new NodeSchedule(seed, events);
    }

    /** Plays it; traces where there is a list to trace to. */
    void play(List<String> trace) {
        var play = new NodePlay(~seed, trace);
        play.connectAll();
        for (Event event : events) {
            play.note("== ", event);
            event.what.happenTo(play, event.amount);
            if (!event.unnoticed) {
                play.drain();
            }
        }
        play.drain();
        if (seed % CLOSE_IN == 0) {
            play.session(0).close();
        }
        play.recover();
        play.stayWell(STAYED);
        if (seed % QUIET_IN == 0) {
            play.isQuiet();
        }
        if (seed % RECONNECT_IN == 0) {
            play.reconnect();
        }
    }

    /** What goes wrong in it, or null. */
    private RuntimeException failure(List<String> trace) {
        try {
            play(trace);
            return null;
        } catch (NodePlay.Broken e) {
            return e;
        }
    }

    private RuntimeException failureOf(List<Event> others) {
        return new NodeSchedule(seed, others).failure(null);
    }

    /** For people: the least that goes wrong, and how; null when nothing does. */
    String describeFailure() {
        if (failure(null) == null) {
            return null;
        }
        var trace = new ArrayList<String>();
        RuntimeException failure = new NodeSchedule(seed, RandomPlays.shrunk(events, this::failureOf)).failure(trace);
        return (failure == null ? "not repeatable" : failure.getMessage()) + "\n  " + String.join("\n  ", trace);
    }
}
