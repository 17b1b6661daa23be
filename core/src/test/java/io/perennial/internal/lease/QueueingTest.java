package io.perennial.internal.lease;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("C24")
class QueueingTest {
    private static final Duration WITHIN = Duration.ofNanos(10);

    private final Queueing queueing = new Queueing();

    @Test
    void movesNot_beforeTheFirstAnswer() {
        queueing.tick(0, 1);

        assertThat(queueing.isMoving(1, WITHIN)).isFalse();
    }

    @Test
    void moves_untilNoAnswerHasComeForThatLong() {
        queueing.tick(1, 100);
        queueing.tick(1, 105);

        assertThat(queueing.isMoving(109, WITHIN)).isTrue();
        assertThat(queueing.isMoving(110, WITHIN)).isFalse();
    }

    @Test
    void movesOn_withEachAnswer_alsoOfAnotherHandleThatHasHadFewer() {
        queueing.tick(7, 100);
        queueing.tick(8, 108);
        assertThat(queueing.isMoving(115, WITHIN)).isTrue();

        queueing.tick(2, 120);

        assertThat(queueing.isMoving(129, WITHIN)).isTrue();
    }
}
