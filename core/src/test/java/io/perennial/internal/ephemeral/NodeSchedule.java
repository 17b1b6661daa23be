package io.perennial.internal.ephemeral;

import io.perennial.testing.PlayedEvent;
import io.perennial.testing.RandomPlays;
import java.util.List;

/** What happens in one random play with nodes, one after the other. */
record NodeSchedule(long seed, List<PlayedEvent<NodeHappening>> events) {
    private static final int CLOSE_IN = 16;
    private static final int QUIET_IN = 8;
    private static final int RECONNECT_IN = 4;
    private static final long STAYED = 5_000;

    /** The random one of that seed. */
    static NodeSchedule of(long seed, int length) {
        return new NodeSchedule(seed, PlayedEvent.of(seed, length, NodeHappening::any));
    }

    /** Plays it; traces where there is a list to trace to. */
    void play(List<String> trace) {
        var play = new NodePlay(~seed, trace);
        play.connectAll();
        for (PlayedEvent<NodeHappening> event : events) {
            play.note("== ", event);
            event.what().happenTo(play, event.amount());
            if (!event.unnoticed()) {
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

    /** For people: the least that goes wrong, and how; null when nothing does. */
    String failure() {
        return RandomPlays.failure(events, (some, trace) -> new NodeSchedule(seed, some).play(trace));
    }
}
