package io.perennial.internal.lease;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The timeouts and the margins that a lease goes by. */
@Tag("S-34")
class LeaseMarginTest extends HandLease {
    @Test
    void goesByTheNewTimeout_whenAnotherServerGrantsAnother() {
        begin(1, SESSION, TIMEOUT);
        long attachedAt = ticker.nanos();
        lease.acknowledge(SESSION, attachedAt);
        ticker.advance(Duration.ofSeconds(3));

        lease.begin(1, SESSION, Duration.ofSeconds(4), attachedAt, false);

        assertThat(lease.remaining()).isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    @Tag("L1")
    @Tag("S-66")
    @DisplayName("A leader that starts anew goes by the timeout of the session's creation")
    void goesByTheShortestTimeout_thatTheSessionEverHad() {
        begin(1, SESSION, Duration.ofSeconds(4));
        lease.acknowledge(SESSION, ticker.nanos());

        begin(1, SESSION, Duration.ofSeconds(30));
        lease.acknowledge(SESSION, ticker.nanos() + 1);
        assertThat(lease.remaining()).isEqualTo(Duration.ofSeconds(4).plusNanos(1));
        assertThat(lease.timeout()).isEqualTo(Duration.ofSeconds(4));

        ticker.advance(Duration.ofSeconds(5));
        assertNotHeld();
        assertThat(lease.isTimeoutOver()).as("lost by what was granted last").isFalse();
        ticker.advance(Duration.ofSeconds(26));
        assertThat(lease.isTimeoutOver()).isTrue();

        begin(1, SESSION, Duration.ofSeconds(3));
        begin(1, SESSION, Duration.ofSeconds(10));
        lease.acknowledge(SESSION, ticker.nanos());
        assertThat(lease.remaining()).isEqualTo(Duration.ofSeconds(3));
    }

    @Test
    @Tag("L1")
    void remembersTheShortestTimeout_whenTheSessionIsTakenUpAgain_notInTheNextOne() {
        begin(1, SESSION, Duration.ofSeconds(4));
        lease.end();
        begin(1, SESSION, Duration.ofSeconds(30));
        lease.acknowledge(SESSION, ticker.nanos());
        assertThat(lease.remaining()).isEqualTo(Duration.ofSeconds(4));

        begin(2, SESSION + 1, Duration.ofSeconds(30));
        lease.acknowledge(SESSION + 1, ticker.nanos());
        assertThat(lease.remaining()).isEqualTo(Duration.ofSeconds(30));
    }

    @Test
    @DisplayName("A follower that dies before the leader's next ping takes along what it heard since the last")
    void countsOnlyFromARequest_thatWasSentAMarginBeforeAnAcknowledgedOne() {
        lease = lease(Duration.ofSeconds(1));
        begin(1, SESSION, TIMEOUT);
        lease.acknowledge(SESSION, ticker.nanos());
        assertThat(lease.remaining()).as("from the attaching").isEqualTo(TIMEOUT);

        ticker.advance(Duration.ofMillis(600));
        lease.acknowledge(SESSION, ticker.nanos());
        assertThat(lease.remaining()).as("still").isEqualTo(Duration.ofMillis(9_400));

        ticker.advance(Duration.ofMillis(600));
        lease.acknowledge(SESSION, ticker.nanos());
        assertThat(lease.remaining()).as("from the first").isEqualTo(Duration.ofMillis(8_800));

        ticker.advance(Duration.ofMillis(600));
        lease.acknowledge(SESSION, ticker.nanos());
        assertThat(lease.remaining()).as("from the second, 1.2 s ago").isEqualTo(Duration.ofMillis(8_800));

        ticker.advance(Duration.ofSeconds(5));
        lease.acknowledge(SESSION, ticker.nanos());
        assertThat(lease.remaining()).as("from the fourth, 5 s ago").isEqualTo(Duration.ofSeconds(5));
        assertThat(lease.silence()).as("since the last").isZero();
    }

    @Test
    @DisplayName(
            "A leader that stood still may answer first and look at its clock before it reads the followers' notes")
    void countsNothing_whenAnAnswerTakesLongerThanTheMargin() {
        lease = lease(Duration.ofSeconds(1));
        begin(1, SESSION, TIMEOUT);
        lease.acknowledge(SESSION, ticker.nanos());
        ticker.advance(Duration.ofSeconds(2));
        long sentAt = ticker.nanos();
        lease.acknowledge(SESSION, sentAt);
        ticker.advance(Duration.ofSeconds(2));
        long slowlyAnswered = ticker.nanos();

        ticker.advance(Duration.ofMillis(1_001));
        lease.acknowledge(SESSION, slowlyAnswered);
        assertThat(lease.remaining()).isEqualTo(TIMEOUT.minusMillis(5_001));

        ticker.advance(Duration.ofSeconds(1));
        lease.acknowledge(SESSION, ticker.nanos());
        assertThat(lease.remaining()).isEqualTo(TIMEOUT.minusMillis(2_001));
    }

    @Test
    @Tag("L2")
    @DisplayName("A follower that stood still has noted a request no earlier than it may have answered it")
    void countsARequest_fromItsSending_onlyAMarginAfterItsAnswer() {
        lease = lease(Duration.ofSeconds(1));
        begin(1, SESSION, TIMEOUT);
        lease.acknowledge(SESSION, ticker.nanos());
        ticker.advance(Duration.ofMillis(1_000));
        long beforeTheStandstill = ticker.nanos();
        ticker.advance(Duration.ofMillis(2_000));
        lease.acknowledge(SESSION, beforeTheStandstill);

        ticker.advance(Duration.ofMillis(999));
        lease.acknowledge(SESSION, ticker.nanos());
        assertThat(lease.remaining()).as("from the attaching").isEqualTo(TIMEOUT.minusMillis(3_999));

        ticker.advance(Duration.ofMillis(1));
        lease.acknowledge(SESSION, ticker.nanos());
        assertThat(lease.remaining()).as("from the request").isEqualTo(TIMEOUT.minusMillis(3_000));
    }

    @Test
    void remembersBoundedly_whenEveryAnswerIsSlow() {
        lease = lease(Duration.ofMillis(1));
        begin(1, SESSION, TIMEOUT);
        for (int i = 0; i < 1_000; i++) {
            long sentAt = ticker.nanos();
            ticker.advance(Duration.ofMillis(2));
            lease.acknowledge(SESSION, sentAt);
        }
        assertThat(lease.remaining()).isEqualTo(Duration.ofSeconds(8));

        lease.acknowledge(SESSION, ticker.nanos());

        assertThat(lease.remaining()).as("from the last that is remembered").isGreaterThan(Duration.ofSeconds(8));
    }

    @ParameterizedTest
    @Tag("L2")
    @DisplayName("Half a tick at least, for no server grants less than two; be the tick 6 s")
    @CsvSource({"400, 100", "4000, 1000", "12000, 3000", "30000, 7500"})
    void takesAQuarterOfTheTimeout(long timeoutMillis, long marginMillis) {
        assertThat(LeaseClock.defaultMargin(Duration.ofMillis(timeoutMillis)))
                .isEqualTo(Duration.ofMillis(marginMillis));
    }

    @Test
    void takesTheDefaultMargin_whenNoneIsGiven() {
        lease = lease(null);
        begin(1, SESSION, Duration.ofSeconds(2));
        lease.acknowledge(SESSION, ticker.nanos());
        ticker.advance(Duration.ofMillis(499));
        lease.acknowledge(SESSION, ticker.nanos());
        ticker.advance(Duration.ofMillis(1));

        lease.acknowledge(SESSION, ticker.nanos());

        assertThat(lease.remaining()).isEqualTo(Duration.ofMillis(1_500));
    }

    @Test
    @Tag("L1")
    @Tag("L2")
    @DisplayName("A quarter of the longer one may be more than the shorter one, and the lease would never be renewed")
    void takesTheDefaultMargin_ofTheShortestTimeout() {
        lease = lease(null);
        begin(1, SESSION, Duration.ofSeconds(4));
        begin(1, SESSION, Duration.ofSeconds(30));
        ticker.advance(Duration.ofSeconds(1));
        lease.acknowledge(SESSION, ticker.nanos());
        ticker.advance(Duration.ofSeconds(1));

        lease.acknowledge(SESSION, ticker.nanos());

        assertThat(lease.remaining()).as("from the first, 1 s ago").isEqualTo(Duration.ofSeconds(3));
    }
}
