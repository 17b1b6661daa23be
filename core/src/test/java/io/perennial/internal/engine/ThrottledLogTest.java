package io.perennial.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.testing.CapturedLog;
import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("S-53")
class ThrottledLogTest {
    @AutoClose
    private final CapturedLog written = CapturedLog.ofSessions();

    private final HandTicker ticker = new HandTicker();
    private final ThrottledLog log = new ThrottledLog("orders", ticker);

    @Test
    void beginsEveryLineWithTheSessionsName() {
        log.info("one");
        log.warn("two");
        log.infoThrottled("key", "three");
        log.warnThrottled("other key", "four");

        assertThat(written.lines())
                .containsExactly(
                        "INFO session 'orders': one",
                        "WARN session 'orders': two",
                        "INFO session 'orders': three",
                        "WARN session 'orders': four");
    }

    @Test
    void countsWhatRepeatsWithinAMinute_andSaysHowManyWereLeftOut() {
        for (int second = 0; second < 60; second++) {
            log.warnThrottled("no-server", "no server");
            ticker.advance(Duration.ofSeconds(1));
        }
        assertThat(written.lines()).containsExactly("WARN session 'orders': no server");

        log.warnThrottled("no-server", "still no server");

        assertThat(written.lines())
                .containsExactly(
                        "WARN session 'orders': no server",
                        "WARN session 'orders': still no server (throttled: 59 similar lines left out in"
                                + " the last 60 s)");
    }

    @Test
    void writesOneLineAMinute_howeverLongTheTroubleLasts() {
        for (int second = 0; second < 3_600; second++) {
            log.warnThrottled("no-server", "no server");
            ticker.advance(Duration.ofSeconds(1));
        }

        assertThat(written.lines()).hasSize(60);
    }

    @Test
    void letsABurstThrough_atInfo() {
        IntStream.range(0, 100).forEach(i -> log.infoThrottled("state:LOST", "line " + i));

        assertThat(written.lines()).hasSize(10).endsWith("INFO session 'orders': line 9");
    }

    @Test
    void throttlesEachKeyByItself() {
        log.warnThrottled("a", "a");
        log.warnThrottled("b", "b");
        log.warnThrottled("a", "a again");

        assertThat(written.lines()).containsExactly("WARN session 'orders': a", "WARN session 'orders': b");
    }

    @Test
    void writesTheStackTrace_whenOneIsGiven() {
        log.warnThrottled("key", "failed", new IllegalStateException("why"));

        assertThat(written.events().get(0).getThrowableProxy().getMessage()).isEqualTo("why");
    }

    @Test
    void saysNothingOfLinesLeftOut_whenThereWereNone() {
        log.warnThrottled("key", "one");
        ticker.advance(Duration.ofMinutes(2));
        log.warnThrottled("key", "two");

        assertThat(written.lines()).endsWith("WARN session 'orders': two");
    }

    @Test
    void staysBounded_whateverTheNumberOfKeys() {
        IntStream.range(0, 100_000).forEach(i -> log.warnThrottled("key " + i, "line"));
        assertThat(written.lines()).hasSizeLessThanOrEqualTo(200);

        ticker.advance(Duration.ofMinutes(1));
        log.warnThrottled("a new key", "a new line");

        assertThat(written.lines()).endsWith("WARN session 'orders': a new line");
    }

    @Test
    @Tag("S-50")
    void neverThrows_whenTheLoggingHasLostItsClasses() {
        try (var broken = BrokenLogging.of("io.perennial.session", new NoClassDefFoundError("WarnStatus"))) {
            log.info("one");
            log.warnThrottled("key", "two", new IllegalStateException("why"));

            assertThat(broken.thrown()).isEqualTo(2);
        }

        log.info("three");

        assertThat(written.lines()).containsExactly("INFO session 'orders': three");
    }

    @Test
    @Tag("S-50")
    void saysNothing_onceSilenced() {
        log.info("the last");

        log.silence();
        log.info("one");
        log.warn("two");
        log.warnThrottled("key", "three", new IllegalStateException("why"));

        assertThat(written.lines()).containsExactly("INFO session 'orders': the last");
    }

    @Test
    @Tag("H2")
    void warnsTenTimesAMinute_whenEachCounts() {
        IntStream.range(0, 12).forEach(loss -> log.warnInBursts("lost", "lost"));
        ticker.advance(Duration.ofMinutes(1));
        log.warnInBursts("lost", "lost");

        assertThat(written.lines())
                .hasSize(11)
                .startsWith("WARN session 'orders': lost")
                .endsWith("WARN session 'orders': lost (throttled: 2 similar lines left out in the last 60 s)");
    }
}
