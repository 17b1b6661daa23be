package io.perennial.internal.state;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("C2")
class UnreportedLossTest {
    private final UnreportedLoss loss = new UnreportedLoss();

    @Test
    void isNoticedOnce_atTheSecondTickWithoutTheConnection() {
        assertThat(loss.isNoticed(true, false)).isFalse();
        assertThat(loss.isNoticed(true, false)).isTrue();
        assertThat(loss.isUnreported()).isTrue();
        assertThat(loss.isNoticed(false, false))
                .as("it is no connection by the handle's word now")
                .isFalse();
        assertThat(loss.isUnreported()).isTrue();
    }

    @Test
    void isNotNoticed_whenTheHandleTellsInTime() {
        loss.isNoticed(true, false);

        loss.heard();

        assertThat(loss.isNoticed(true, false)).as("the first tick since").isFalse();
        assertThat(loss.isUnreported()).isFalse();
    }

    @Test
    void isNotNoticed_whenTheConnectionIsThereAtEverySecondTick() {
        for (int i = 0; i < 10; i++) {
            assertThat(loss.isNoticed(true, i % 2 == 0)).isFalse();
        }
    }

    @Test
    void isNone_whileThereIsNoConnectionByTheHandlesWord() {
        for (int i = 0; i < 10; i++) {
            assertThat(loss.isNoticed(false, false)).isFalse();
        }
    }

    @Test
    void isToldInTheEnd_whenTheHandleSaysAnything() {
        loss.isNoticed(true, false);
        loss.isNoticed(true, false);

        loss.heard();

        assertThat(loss.isUnreported()).isFalse();
    }
}
