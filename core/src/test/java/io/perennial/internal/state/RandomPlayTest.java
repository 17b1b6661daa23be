package io.perennial.internal.state;

import io.perennial.testing.RandomPlays;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Random schedules of everything that can happen, each of which ends in a world where all is well: see
 * {@link RandomPlays}.
 */
class RandomPlayTest {
    private static final int EVENTS = 200;

    @Test
    void isWellAgain_whateverHappened() {
        RandomPlays.play(RandomPlayTest::failure);
    }

    @Test
    @Tag("soak")
    @Timeout(value = 15, unit = TimeUnit.MINUTES)
    void isWellAgain_whateverHappenedInManyPlays() {
        RandomPlays.playMany(RandomPlayTest::failure);
    }

    private static String failure(long seed) {
        return Schedule.of(seed, EVENTS).failure();
    }
}
