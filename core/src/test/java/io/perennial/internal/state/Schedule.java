package io.perennial.internal.state;

import io.perennial.testing.PlayedEvent;
import io.perennial.testing.RandomPlays;
import java.util.List;

/** What happens in one random play, one after the other. */
record Schedule(long seed, List<PlayedEvent<Happening>> events) {
    private static final int NOTHING = 0;
    private static final int CLOSE_IN = 16;
    private static final int ENDURE_IN = 8;
    private static final int STAY_IN = 6;
    private static final long STAYED = 15_000;
    private static final long ENDURED = 60_000;
    private static final int HANDLES_ENDURED = 90;

    /** The random one of that seed. */
    static Schedule of(long seed, int length) {
        return new Schedule(seed, PlayedEvent.of(seed, length, Happening::any));
    }

    /** Plays it; traces where there is a list to trace to. */
    void play(List<String> trace) {
        var play = new Play(~seed, trace);
        play.start();
        for (PlayedEvent<Happening> event : events) {
            play.note("== ", event);
            event.what().happenTo(play, event.amount());
            if (!event.unnoticed()) {
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

    /** For people: the least that goes wrong, and how; null when nothing does. */
    String failure() {
        return RandomPlays.failure(events, (some, trace) -> new Schedule(seed, some).play(trace));
    }
}
