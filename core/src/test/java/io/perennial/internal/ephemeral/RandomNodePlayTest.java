package io.perennial.internal.ephemeral;

import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.testing.RandomPlays;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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

    @ParameterizedTest
    @DisplayName("A sequential node's path is kept, also when servers do not say whether they have the same history")
    @ValueSource(longs = {25_562, 29_084, 54_952, 99_268})
    void hasEveryNodeWhereItBelongs_whereItOnceHadNot(long seed) {
        assertThat(failure(seed)).isNull();
    }

    private static String failure(long seed) {
        return NodeSchedule.of(seed, EVENTS).failure();
    }
}
