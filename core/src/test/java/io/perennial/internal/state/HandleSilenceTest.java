package io.perennial.internal.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.internal.engine.HandTicker;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("S-06")
class HandleSilenceTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final HandTicker ticker = new HandTicker();
    private final HandleSilence word = new HandleSilence();

    @BeforeEach
    void begin() {
        word.begin(ticker.nanos());
    }

    @Test
    void isNeverOverdue_whileThereIsNoConnection() {
        word.asked();

        assertThat(overdueAfter(TIMEOUT.multipliedBy(5), false, false)).isFalse();
    }

    @Test
    void isNeverOverdue_whenAllIsToldAndAnswered() {
        assertThat(overdueAfter(TIMEOUT.multipliedBy(5), true, true)).isFalse();
    }

    @Test
    void isOverdue_whenAConnectionIsNotTold_forATimeout() {
        assertThat(overdueAfter(TIMEOUT.minusNanos(1), true, false)).isFalse();
        assertThat(overdueAfter(Duration.ofNanos(1), true, false)).isTrue();
    }

    @Test
    void isOverdue_whenAQuestionIsNotAnswered_forATimeout() {
        word.asked();

        assertThat(overdueAfter(TIMEOUT.minusNanos(1), true, true)).isFalse();
        assertThat(overdueAfter(Duration.ofNanos(1), true, true)).isTrue();
    }

    @Test
    void isNotOverdue_onceAnswered() {
        word.asked();
        overdueAfter(Duration.ofSeconds(9), true, true);

        word.settled();

        assertThat(overdueAfter(Duration.ofSeconds(9), true, true)).isFalse();
        word.asked();
        assertThat(overdueAfter(Duration.ofSeconds(9), true, true)).isFalse();
    }

    @Test
    void beginsAnew_withAnotherHandle() {
        word.asked();
        overdueAfter(Duration.ofSeconds(9), true, true);

        word.begin(ticker.nanos());

        assertThat(overdueAfter(Duration.ofSeconds(9), true, false)).isFalse();
    }

    @Test
    @Tag("C21")
    void isNotOverdue_whenTheHandleHasSaidAnything() {
        overdueAfter(Duration.ofSeconds(9), true, false);

        word.heard(ticker.nanos());

        assertThat(overdueAfter(TIMEOUT.minusNanos(1), true, false)).isFalse();
        assertThat(overdueAfter(Duration.ofNanos(1), true, false)).isTrue();
    }

    private boolean overdueAfter(Duration time, boolean has, boolean told) {
        ticker.advance(time);
        return word.isOverdue(has, told, ticker.nanos(), TIMEOUT);
    }
}
