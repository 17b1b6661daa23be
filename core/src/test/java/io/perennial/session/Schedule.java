package io.perennial.session;

import io.perennial.testing.RandomPlays;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** What happens in one random play, one after the other. */
record Schedule(long seed, List<Event> events) {
    private static final int MOST_AMOUNT = 1_000;
    private static final int NOTHING = 0;
    private static final int CLOSE_IN = 16;
    private static final int ENDURE_IN = 8;
    private static final int STAY_IN = 6;
    private static final long STAYED = 15_000;
    private static final long ENDURED = 60_000;
    private static final int HANDLES_ENDURED = 90;

    /** One, and whether something else happens before anybody takes notice. */
    record Event(Happening what, int amount, boolean unnoticed) {
        @Override
        public String toString() {
            return what + " " + amount + (unnoticed ? ", unnoticed" : "");
        }
    }

    /** The random one of that seed. */
    static Schedule of(long seed, int length) {
        var random = new SplittableRandom(seed);
        var events = new ArrayList<Event>(length);
        for (int i = 0; i < length; i++) {
            events.add(new Event(Happening.any(random), random.nextInt(MOST_AMOUNT), random.nextInt(3) == 0));
        }
        return new Schedule(seed, events);
    }

    /** Plays it; traces where there is a list to trace to. */
    void play(List<String> trace) {
        var play = new Play(~seed, trace);
        play.start();
        for (Event event : events) {
            play.note("== ", event);
            event.what.happenTo(play, event.amount);
            if (!event.unnoticed) {
                play.drain();
            }
        }
        play.drain();
        if (seed % ENDURE_IN == NOTHING) {
            play.endure(ENDURED, HANDLES_ENDURED);
        }
        if (seed % CLOSE_IN == NOTHING) {
            play.close();
            play.endure(ENDURED / 10, NOTHING);
        } else {
            play.recover();
            play.stayWell(seed % STAY_IN == NOTHING ? STAYED : Play.TICK);
        }
    }

    /** What goes wrong in it, or null. */
    RuntimeException failure(List<String> trace) {
        try {
            play(trace);
            return null;
        } catch (Play.Broken e) {
            return e;
        }
    }

    private RuntimeException failureOf(List<Event> others) {
        return new Schedule(seed, others).failure(null);
    }

    /** For people: the least that goes wrong, and how. */
    String describe() {
        var trace = new ArrayList<String>();
        RuntimeException failure = new Schedule(seed, RandomPlays.shrunk(events, this::failureOf)).failure(trace);
        return (failure == null ? "not repeatable" : failure.getMessage()) + "\n  " + String.join("\n  ", trace);
    }
}
