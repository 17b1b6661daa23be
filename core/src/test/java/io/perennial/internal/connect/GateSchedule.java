package io.perennial.internal.connect;

import io.perennial.internal.connect.GatePlay.Script;
import io.perennial.testing.RandomPlays;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** What happens in one random play of a gate, one after the other; then all is well. */
record GateSchedule(long seed, List<Event> events) {
    private static final int MOST_AMOUNT = 1_000;

    /** One, so many milliseconds after the one before. */
    record Event(GateHappening what, int amount, long after) {}

    /** The random one of that seed. */
    static GateSchedule of(long seed, int length) {
        var random = new SplittableRandom(seed);
        var events = new ArrayList<Event>(length);
        for (int i = 0; i < length; i++) {
            events.add(new Event(GateHappening.any(random), random.nextInt(MOST_AMOUNT), after(random)));
        }
        return new GateSchedule(seed, events);
    }

    private static long after(SplittableRandom random) {
        return switch (random.nextInt(16)) {
            case 0, 1, 2, 3, 4, 5 -> 0;
            case 6, 7, 8, 9, 10 -> random.nextInt(100);
            case 11, 12, 13, 14 -> random.nextInt(1_000);
            default -> random.nextInt(random.nextInt(6) == 0 ? 90_000 : 12_000);
        };
    }

    private final class Course implements Script {
        private final GateEnding ending = new GateEnding();
        private int at;
        private long last;

        @Override
        public long due(GatePlay play, GatePlace place, long entered) {
            return at < events.size() ? last + GatePlay.millis(events.get(at).after) : ending.due(play, place, entered);
        }

        @Override
        public void happen(GatePlay play) {
            if (at == events.size()) {
                ending.happen(play);
                return;
            }
            Event event = events.get(at++);
            last = play.now();
            event.what.happenTo(play, event.amount);
        }
    }

    /** For people: the least that goes wrong, and how; null when nothing does. */
    String failure() {
        return RandomPlays.failure(events, (some, trace) -> new GateSchedule(seed, some).play(trace));
    }

    private void play(List<String> trace) {
        new GatePlay(GateSetting.any(new SplittableRandom(~seed)), seed, new Course(), trace).run();
    }
}
