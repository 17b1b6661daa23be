package io.perennial.internal.ephemeral;

import io.perennial.testing.RandomPlays;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Random schedules of everything that can happen to ephemeral nodes, each of which ends in a world where all is well;
 * see {@link RandomPlays}.
 */
class RandomNodePlayTest {
    private static final int EVENTS = 200;

    @Test
    void hasEveryNodeWhereItBelongs_whateverHappened() {
        RandomPlays.play(RandomNodePlayTest::failure);
    }

    @Test
    @Tag("soak")
    @Timeout(value = 15, unit = TimeUnit.MINUTES)
    void hasEveryNodeWhereItBelongs_whateverHappenedInManyPlays() {
        RandomPlays.playMany(RandomNodePlayTest::failure);
    }

    private static String failure(long seed) {
        return NodeSchedule.of(seed, EVENTS).failure();
    }
}
