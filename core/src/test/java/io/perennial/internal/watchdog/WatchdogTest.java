package io.perennial.internal.watchdog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.perennial.internal.engine.HandTicker;
import io.perennial.internal.engine.SessionThreads;
import io.perennial.internal.engine.ThrottledLog;
import io.perennial.testing.CapturedLog;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("K4")
class WatchdogTest {
    private final SessionThreads threads =
            new SessionThreads("watched", getClass().getClassLoader());
    private final ThrottledLog log = new ThrottledLog("watched", new HandTicker());

    private Watchdog watchdog(Duration interval, Watchdog.Watched... watched) {
        return new Watchdog(threads, log, interval, List.of(watched));
    }

    @Test
    void tellsWhatItFinds_forAsLongAsItIsSo() {
        var problem = new AtomicReference<String>();
        Watchdog watchdog = watchdog(Duration.ofHours(1), problem::get, () -> null);
        watchdog.look();
        assertThat(watchdog.problems()).isEmpty();

        problem.set("the engine stands");
        watchdog.look();
        assertThat(watchdog.problems()).containsExactly("the engine stands");

        problem.set(null);
        watchdog.look();
        assertThat(watchdog.problems()).isEmpty();
    }

    @Test
    void looksAtTheNext_whenALookThrows() {
        try (var lines = CapturedLog.ofSessions()) {
            Watchdog watchdog = watchdog(
                    Duration.ofHours(1),
                    () -> {
                        throw new OutOfMemoryError("for a moment");
                    },
                    () -> "found");

            watchdog.look();

            assertThat(watchdog.problems()).containsExactly("found");
            assertThat(lines.lines()).singleElement().asString().contains("internal error in the watchdog");
        }
    }

    @Test
    @DisplayName(
            "One thread, a daemon with the session's class loader, that outlives errors and interrupts and ends when"
                    + " told")
    void looksAgainAndAgain_untilItIsStopped() throws Exception {
        var thread = new AtomicReference<Thread>();
        var looks = new AtomicInteger();
        Watchdog watchdog = watchdog(Duration.ofMillis(1), () -> {
            thread.set(Thread.currentThread());
            looks.incrementAndGet();
            throw new StackOverflowError();
        });
        watchdog.start();
        await().untilAsserted(() -> assertThat(looks).hasValueGreaterThan(3));
        assertThat(thread.get().getName()).isEqualTo("perennial-watched-watchdog");
        assertThat(thread.get().isDaemon()).isTrue();
        assertThat(thread.get().getContextClassLoader()).isSameAs(getClass().getClassLoader());
        thread.get().interrupt();
        int before = looks.get();
        await().untilAsserted(() -> assertThat(looks).hasValueGreaterThan(before));

        watchdog.stop();

        assertThat(threads.awaitEnd(Duration.ofSeconds(20))).isTrue();
    }
}
