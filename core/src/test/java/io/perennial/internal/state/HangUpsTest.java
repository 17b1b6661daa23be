package io.perennial.internal.state;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("C5")
class HangUpsTest {
    private final HangUps hangUps = new HangUps();

    private void hangUp() {
        hangUps.asked();
        hangUps.lost();
    }

    @Test
    void areTooMany_atTheThirdInARow_andFromThenOn() {
        hangUp();
        hangUp();
        assertThat(hangUps.areTooMany()).isFalse();

        hangUp();
        assertThat(hangUps.areTooMany()).isTrue();
        hangUp();
        assertThat(hangUps.areTooMany()).isTrue();
    }

    @Test
    void beginAnew_afterAnAnswer() {
        hangUp();
        hangUp();
        hangUps.asked();

        hangUps.answered();
        hangUps.lost();
        hangUp();
        hangUp();

        assertThat(hangUps.areTooMany()).isFalse();
    }

    @Test
    void areOnlyLossesOfConnectionsOnWhichAQuestionWasAsked() {
        for (int i = 0; i < 10; i++) {
            hangUps.lost();
        }

        assertThat(hangUps.areTooMany()).isFalse();
    }

    @Test
    void areCountedOnceForEachConnection_howeverOftenItsLossIsTold() {
        hangUp();
        hangUps.lost();
        hangUps.lost();

        assertThat(hangUps.areTooMany()).isFalse();
    }
}
