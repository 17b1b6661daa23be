package io.perennial.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Random schedules of everything that can happen, each of which ends in a world where all is well.
 * {@code -Dtest.jvm="-Dplays=100000"} plays more of them, {@code -Dplay.seed=7} the one of that seed, with all that happens
 * in it.
 */
class RandomPlayTest {
    private static final int EVENTS = 200;
    private static final int MOST_TOLD = 5;

    @Test
    void isWellAgain_whateverHappened() {
        Long seed = Long.getLong("play.seed");
        if (seed == null) {
            play(0, Long.getLong("plays", 10_000));
        } else {
            play(seed, seed + 1);
        }
    }

    @Test
    @Tag("soak")
    void isWellAgain_whateverHappenedInManyPlays() {
        play(10_000, 110_000);
    }

    private static void play(long from, long to) {
        var failures = new ArrayList<String>();
        for (long one = from; one < to && failures.size() < MOST_TOLD; one++) {
            Schedule schedule = Schedule.of(one, EVENTS);
            if (schedule.failure(null) != null) {
                failures.add(schedule.describe());
            }
        }
        assertThat(failures).isEmpty();
    }
}
