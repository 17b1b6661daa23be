package io.perennial.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.watch.WatchPlay.Event;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.apache.zookeeper.HandZooKeeper;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Random schedules of all that can happen to watches, without a server. {@code -Dtest.jvm="-Dplays=100000"} plays more of
 * them, {@code -Dplay.seed=7} the one of that seed.
 */
class WatchPlayTest {
    private static final int EVENTS = 150;
    private static final int MOST_TOLD = 3;

    private final HandZooKeeper client = HandSite.newClient();

    @Test
    void everybodyKnowsHowItIs_whateverHappened() {
        Long seed = Long.getLong("play.seed");
        if (seed == null) {
            play(0, Long.getLong("plays", 2_000));
        } else {
            play(seed, seed + 1);
        }
    }

    @Test
    @Tag("soak")
    void everybodyKnowsHowItIs_whateverHappenedInManyPlays() {
        play(2_000, 100_000);
    }

    private void play(long from, long to) {
        var failures = new ArrayList<String>();
        for (long seed = from; seed < to && failures.size() < MOST_TOLD; seed++) {
            var random = new SplittableRandom(seed);
            List<Event> events =
                    Stream.generate(() -> Event.any(random)).limit(EVENTS).toList();
            boolean old = seed % 3 == 0;
            if (failure(events, old, null) != null) {
                var trace = new ArrayList<String>();
                String failure = failure(shrunk(events, old), old, trace);
                failures.add("seed " + seed + (old ? ", an old server: " : ": ") + failure + "\n  "
                        + String.join("\n  ", trace));
            }
        }
        assertThat(failures).isEmpty();
    }

    private String failure(List<Event> events, boolean old, List<String> trace) {
        try {
            new WatchPlay(old, client, trace).play(events);
            return null;
        } catch (WatchPlay.Broken e) {
            return e.getMessage();
        }
    }

    /** As few as go wrong, too. */
    private List<Event> shrunk(List<Event> events, boolean old) {
        List<Event> least = events;
        for (int chunk = events.size() / 2; chunk > 0; chunk /= 2) {
            for (int at = 0; at < least.size(); ) {
                var less = new ArrayList<>(least.subList(0, at));
                less.addAll(least.subList(Math.min(least.size(), at + chunk), least.size()));
                if (failure(less, old, null) != null) {
                    least = less;
                } else {
                    at += chunk;
                }
            }
        }
        return least;
    }
}
