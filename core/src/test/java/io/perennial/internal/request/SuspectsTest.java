package io.perennial.internal.request;

import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.internal.engine.HandTicker;
import io.perennial.internal.protocol.Quarantine;
import io.perennial.internal.protocol.RequestKey;
import io.perennial.internal.protocol.RequestKind;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("C3")
class SuspectsTest {
    private static final Duration MOMENT = Duration.ofNanos(1);

    private final HandTicker ticker = new HandTicker();
    private final Quarantine quarantine = new Quarantine(1_048_575);
    private final Suspects suspects = new Suspects(new Screening(quarantine, ticker), ticker);

    @Test
    void waitUntilNothingElseWasSentForAWhile() {
        ticker.advance(Duration.ofSeconds(1));
        suspects.othersAnswered();
        assertThat(suspects.untilQuiet()).isEqualTo(Duration.ofMillis(50));

        ticker.advance(Duration.ofMillis(49));
        assertThat(suspects.untilQuiet()).isEqualTo(Duration.ofMillis(1));

        ticker.advance(Duration.ofMillis(1));
        assertThat(suspects.untilQuiet()).isZero();
    }

    @Test
    void waitNotAgain_whenTheLastGroupHasJustComeBack() {
        suspects.suspectAnswered();
        suspects.othersAnswered();

        ticker.advance(Duration.ofMillis(50).minus(MOMENT));
        assertThat(suspects.untilQuiet()).isZero();

        suspects.othersAnswered();
        ticker.advance(MOMENT);
        assertThat(suspects.untilQuiet()).isPositive();
    }

    @Test
    void areOverdue_halfASecondAfterTheFirstWasHeldBack_orAfterTheLastGroup() {
        assertThat(suspects.isOverdue()).as("nobody waits").isFalse();
        holdBack("/a");
        ticker.advance(Duration.ofMillis(499));
        holdBack("/b");
        assertThat(suspects.isOverdue()).isFalse();

        ticker.advance(Duration.ofMillis(1));
        assertThat(suspects.isOverdue()).isTrue();

        lose("/a");
        suspects.takeGroup();
        assertThat(suspects.isOverdue()).as("/a waits, from now on").isFalse();
        ticker.advance(Duration.ofMillis(500));
        assertThat(suspects.isOverdue()).isTrue();
    }

    @Test
    void goInGroups_theLessSuspectFirst_andNeverNone() {
        String[] crowd = IntStream.range(0, 96).mapToObj(i -> "/n" + i).toArray(String[]::new);
        lose(crowd);
        lose("/big");
        lose("/big");
        holdBack("/big");
        holdBack("/n0", "/n1", "/n2", "/n3");

        assertThat(takeGroup()).as("a thirty-second of 96").containsExactly("/n0", "/n1", "/n2");
        assertThat(takeGroup()).containsExactly("/n3");
        assertThat(takeGroup()).containsExactly("/big");
        assertThat(suspects.isEmpty()).isTrue();
    }

    @Test
    void areReleased_whenOneThatWasTheSameIsAnswered() {
        for (int i = 0; i < 2; i++) {
            lose("/big");
            lose("/other");
        }
        holdBack("/big", "/other", "/big");
        assertThat(suspects.takeCleared()).isEmpty();

        quarantine.answered(key("/big"));

        assertThat(suspects.takeCleared()).extracting(PendingRequest::path).containsExactly("/big", "/big");
        assertThat(takeGroup()).containsExactly("/other");
    }

    @Test
    void knowThatTheyAreLate() {
        PendingRequest request = read("/a");

        suspects.holdBack(request);

        assertThat(request.late).isTrue();
        suspects.clear();
        assertThat(suspects.isEmpty()).isTrue();
    }

    private void holdBack(String... paths) {
        for (String path : paths) {
            suspects.holdBack(read(path));
        }
    }

    private List<String> takeGroup() {
        return suspects.takeGroup().stream().map(PendingRequest::path).toList();
    }

    private void lose(String... paths) {
        quarantine.broke(Stream.of(paths).map(SuspectsTest::key).toList(), ticker.nanos());
    }

    private static RequestKey key(String path) {
        return new RequestKey(RequestKind.GET_CHILDREN, path, 0);
    }

    private static PendingRequest read(String path) {
        return PendingRequest.single(RequestKind.GET_CHILDREN, path, 0, reply -> {}, reply -> {});
    }
}
