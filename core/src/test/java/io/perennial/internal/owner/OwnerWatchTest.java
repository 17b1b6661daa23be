package io.perennial.internal.owner;

import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.SessionOwner;
import io.perennial.internal.engine.ThrottledLog;
import io.perennial.internal.engine.Ticker;
import io.perennial.testing.CapturedLog;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class OwnerWatchTest {
    private final ThrottledLog log = new ThrottledLog("orders", Ticker.system());
    private final AtomicInteger ends = new AtomicInteger();

    private OwnerWatch watch(Supplier<Boolean> alive, Supplier<String> description) {
        var owner = new SessionOwner() {
            @Override
            public boolean isAlive() {
                return alive.get();
            }

            @Override
            public String describe() {
                return description.get();
            }
        };
        return new OwnerWatch(owner, log, ends::incrementAndGet);
    }

    @Test
    void goesOn_whileTheOwnerLives() {
        OwnerWatch watch = watch(() -> true, () -> "a host");

        assertThat(watch.isAliveOrEnds()).isTrue();

        assertThat(ends).hasValue(0);
    }

    @Test
    void beginsTheEnd_whenTheOwnerHasEnded() {
        OwnerWatch watch = watch(() -> false, () -> "a host");

        assertThat(watch.isAliveOrEnds()).isFalse();

        assertThat(ends).hasValue(1);
    }

    @Test
    void beginsNothing_whenItIsOnlyAsked() {
        OwnerWatch watch = watch(() -> false, () -> "a host");

        assertThat(watch.isAlive()).isFalse();

        assertThat(ends).hasValue(0);
    }

    @Test
    void takesAnOwnerForAlive_thatCannotTell() {
        try (var lines = CapturedLog.ofSessions()) {
            OwnerWatch watch = watch(
                    () -> {
                        throw new NoClassDefFoundError("of/a/stopped/Loader");
                    },
                    () -> "a host");

            assertThat(watch.isAliveOrEnds()).isTrue();

            assertThat(ends).hasValue(0);
            assertThat(lines.lines()).singleElement().asString().contains("considered alive");
        }
    }

    @Test
    void describesAnOwner_thatCannotSayWhoItIs() {
        OwnerWatch watch = watch(() -> true, () -> {
            throw new IllegalStateException("stopped");
        });

        assertThat(watch.describe()).isEqualTo("its owner");
    }

    @Test
    void listensToNobody_whenTheOwnerTellsNothing() {
        OwnerWatch watch = watch(() -> true, () -> "a host");

        watch.listen(ends::incrementAndGet);
        watch.stopListening();

        assertThat(ends).hasValue(0);
    }
}
