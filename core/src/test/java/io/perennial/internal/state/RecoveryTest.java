package io.perennial.internal.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.perennial.internal.engine.HandTicker;
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

    /** In seconds after the first. */
    @Test
    void waitsTwiceAsLongEachTime_fiveMinutesAtMost() {
        var at = new ArrayList<Integer>();
        for (int second = 0; second < 1_000; second++) {
            int before = begun.size();
            recovery.after(new IllegalStateException("a bug"));
            if (begun.size() > before) {
                at.add(second);
            }
            ticker.advance(Duration.ofSeconds(1));
        }

        assertThat(at).containsExactly(0, 5, 15, 35, 75, 155, 315, 615, 915);
    }

    @Test
    void beginsWithAShortGapAgain_afterTenMinutesOfQuiet() {
        for (int i = 0; i < 3; i++) {
            recovery.after(new IllegalStateException("a bug"));
            ticker.advance(Duration.ofSeconds(10));
        }
        ticker.advance(Duration.ofMinutes(9)); // less than ten since the last
        recovery.after(new IllegalStateException("again"));
        ticker.advance(Duration.ofSeconds(5));
        recovery.after(new IllegalStateException("too soon"));
        assertThat(begun).hasSize(4);

        ticker.advance(Duration.ofMinutes(11));
        recovery.tick();
        ticker.advance(Duration.ofSeconds(5));
        recovery.after(new IllegalStateException("soon enough"));
        assertThat(begun.get(begun.size() - 1)).hasMessage("soon enough");
    }
}
