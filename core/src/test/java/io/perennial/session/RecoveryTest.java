package io.perennial.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.perennial.engine.HandTicker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("K4")
class RecoveryTest {
    private final List<Throwable> begun = new ArrayList<>();
    private boolean failing;
    private final HandTicker ticker = new HandTicker();
    private final Recovery recovery = new Recovery(ticker, e -> {
        if (failing) {
            throw new OutOfMemoryError("still");
        }
        begun.add(e);
    });

    @Test
    void beginsAnewOnce_afterAnError() {
        var error = new OutOfMemoryError("for a moment");

        recovery.after(error);
        recovery.tick();

        assertThat(begun).containsExactly(error);
    }

    @Test
    void triesAgainAtTheNextTick_whenThatIsCutShortToo() {
        var error = new OutOfMemoryError("for a moment");
        failing = true;
        assertThatThrownBy(() -> recovery.after(error)).isInstanceOf(OutOfMemoryError.class);
        failing = false;

        recovery.tick();
        recovery.tick();

        assertThat(begun).containsExactly(error);
    }

    @Test
    void beginsAnewAtABoundedPace_whenErrorsComeAgainAndAgain() {
        for (int second = 0; second < 600; second++) {
            recovery.after(new IllegalStateException("a bug"));
            ticker.advance(Duration.ofSeconds(1));
        }
        assertThat(begun).hasSizeBetween(5, 8);

        ticker.advance(Duration.ofHours(1));
        recovery.tick();
        recovery.after(new IllegalStateException("another"));
        ticker.advance(Duration.ofSeconds(5));
        recovery.tick();
        assertThat(begun.get(begun.size() - 1)).hasMessage("another");
    }
}
