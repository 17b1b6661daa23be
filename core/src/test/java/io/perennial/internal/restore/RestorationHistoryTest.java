package io.perennial.internal.restore;

import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.SessionReport;
import io.perennial.internal.telemetry.FlightJournal;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RestorationHistoryTest {
    private static final Instant NOW = Instant.parse("2026-03-01T03:00:00Z");

    private long nanos = -5;
    private final RestorationHistory log = new RestorationHistory(() -> nanos, new FlightJournal("orders"));

    @Test
    void keepsWhatBeganAndEnded() {
        log.begun(3, Attachment.RESUMED);
        nanos += 2_000_000;
        log.ended(true, 4, 5);
        nanos += 8_000_000;

        assertThat(log.recent(moment -> NOW.minusNanos(nanos - moment)))
                .containsExactly(new SessionReport.Restoration(
                        NOW.minusMillis(10), Duration.ofMillis(2), 3, SessionReport.Attachment.RESUMED, 4, 5, true));
    }

    @Test
    void keepsTheLastSixteen_oldestFirst() {
        for (int generation = 1; generation <= 20; generation++) {
            log.begun(generation, Attachment.NEW_SESSION);
            log.ended(false, 0, 0);
        }

        assertThat(log.recent(moment -> NOW.minusNanos(nanos - moment)))
                .extracting(SessionReport.Restoration::generation)
                .hasSize(16)
                .startsWith(5L)
                .endsWith(20L);
    }

    @Test
    void hasNone_whenTroubleComesAfterTheEnd() {
        log.begun(1, Attachment.NEW_SESSION);
        log.ended(true, 1, 1);

        log.ended(false, 1, 1);

        assertThat(log.recent(moment -> NOW.minusNanos(nanos - moment)))
                .extracting(SessionReport.Restoration::completed)
                .containsExactly(true);
    }

    @Test
    void hasNone_whileItIsUnderWay() {
        log.begun(1, Attachment.NEW_SESSION);

        assertThat(log.recent(moment -> NOW.minusNanos(nanos - moment))).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void hasANameForEveryAttachment(Attachment attachment) {
        log.begun(1, attachment);
        log.ended(true, 0, 0);

        assertThat(log.recent(moment -> NOW.minusNanos(nanos - moment))
                        .get(0)
                        .attachment()
                        .name())
                .isEqualTo(attachment.name());
    }
}
