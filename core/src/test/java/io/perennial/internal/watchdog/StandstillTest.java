package io.perennial.internal.watchdog;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("K4")
class StandstillTest {
    private final Standstill standstill = new Standstill(3);

    @Test
    void isNone_whileSomethingGoesOn() {
        for (int i = 1; i < 10; i++) {
            assertThat(standstill.look(i)).isFalse();
        }
    }

    @Test
    void isOne_fromTheLookOnThatFindsTheSameForTooLong_untilItGoesOn() {
        assertThat(standstill.look(1)).isFalse();
        assertThat(standstill.look(1)).isFalse();
        assertThat(standstill.look(1)).isFalse();
        assertThat(standstill.look(1)).isTrue();
        assertThat(standstill.look(1)).isTrue();

        assertThat(standstill.look(2)).isFalse();
        assertThat(standstill.look(2)).isFalse();
    }

    @Test
    void countsWhatIsNotWell() {
        assertThat(standstill.look(true)).isFalse();
        assertThat(standstill.look(false)).isFalse();
        assertThat(standstill.look(false)).isFalse();
        assertThat(standstill.look(true)).isFalse();
        assertThat(standstill.look(false)).isFalse();
        assertThat(standstill.look(false)).isFalse();
        assertThat(standstill.look(false)).isTrue();
    }
}
