package io.perennial.internal.connect;

import io.perennial.testing.RandomPlays;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Random schedules of everything that can happen to a handle that connects; then all is well: see {@link RandomPlays}.
 */
class RandomGatePlayTest {
    private static final int EVENTS = 60;

    @Test
    void connects_whateverHappened() {
        RandomPlays.play(RandomGatePlayTest::failure);
    }

    @Test
    @Tag("soak")
    @Timeout(value = 15, unit = TimeUnit.MINUTES)
    void connects_whateverHappenedInManyPlays() {
        RandomPlays.playMany(RandomGatePlayTest::failure);
    }

    private static String failure(long seed) {
        return GateSchedule.of(seed, EVENTS).failure();
    }
}
