package io.perennial.internal.lease;

import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.internal.engine.HandTicker;
import io.perennial.internal.engine.ThrottledLog;
import io.perennial.testing.CapturedLog;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("S-34")
class LeaseClockTest {
    private static final long SESSION = 7;
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private static final Duration TOLERANCE = Duration.ofMillis(500);

    private final HandTicker ticker = new HandTicker();
    private Duration wallIsAhead = Duration.ofDays(7_000);
    private final CapturedLog written = CapturedLog.ofSessions();
    private final ExecutorService thread = Executors.newSingleThreadExecutor();
    private LeaseClock lease = lease(Duration.ZERO);

    private LeaseClock lease(Duration margin) {
        var time = new LeaseTime(ticker, () -> ticker.nanos() + wallIsAhead.toNanos(), TOLERANCE);
        return new LeaseClock(ticker, time, margin, new LapseHooks(time, thread, new ThrottledLog("orders", ticker)));
    }

    /** Attached to a connection just now. */
    private void begin(long generation, long session, Duration timeout) {
        lease.begin(generation, session, timeout, ticker.nanos(), true);
    }

    @AfterEach
    void end() throws Exception {
        lease.close();
        thread.shutdown();
        assertThat(thread.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
        written.close();
    }

    @Test
    void isNotHeld_beforeARequestWasAcknowledged() {
        assertNotHeld();

        begin(1, SESSION, TIMEOUT);

        assertNotHeld();
        assertThat(lease.isTimeoutOver())
                .as("nothing was held that could lapse")
                .isFalse();
        assertThat(lease.silence()).isZero();
        assertThat(lease.generation()).isEqualTo(1);
    }

    @Test
    void countsFromTheSending_notFromTheAnswer() {
        begin(1, SESSION, TIMEOUT);
        long sentAt = ticker.nanos();
        ticker.advance(Duration.ofSeconds(4));

        lease.acknowledge(SESSION, sentAt);

        assertThat(lease.isHeld()).isTrue();
        assertThat(lease.remaining()).isEqualTo(Duration.ofSeconds(6));
        assertThat(lease.silence()).isEqualTo(Duration.ofSeconds(4));
    }

    @Test
    void knowsHowLongTheLastAnswerTook() {
        assertThat(lease.roundTrip()).isNull();
        begin(1, SESSION, TIMEOUT);
        assertThat(lease.roundTrip()).isNull();
        long sentAt = ticker.nanos();
        ticker.advance(Duration.ofNanos(412_900));
        lease.acknowledge(SESSION, sentAt);
        assertThat(lease.roundTrip()).isEqualTo(Duration.ofNanos(412_900));

        ticker.advance(Duration.ofSeconds(1));
        lease.acknowledge(SESSION + 1, sentAt);
        assertThat(lease.roundTrip())
                .as("what another session's handle was answered")
                .isEqualTo(Duration.ofNanos(412_900));

        long sentLater = ticker.nanos();
        ticker.advance(Duration.ofMillis(3));
        lease.acknowledge(SESSION, sentLater);
        assertThat(lease.roundTrip()).isEqualTo(Duration.ofMillis(3));
    }

    @Test
    void endsOneTimeoutAfterTheSending_toTheNanosecond() {
        begin(1, SESSION, TIMEOUT);
        lease.acknowledge(SESSION, ticker.nanos());

        ticker.advance(TIMEOUT.minusNanos(1)); // past the overflow of the clock
        assertThat(lease.isHeld()).isTrue();
        assertThat(lease.isTimeoutOver()).isFalse();

        ticker.advance(Duration.ofNanos(1));
        assertNotHeld();
        assertThat(lease.isTimeoutOver()).isTrue();
    }

    @Test
    @Tag("C18")
    void isOverOneTimeoutAfterTheCreation_whenNothingWasEverAcknowledged() {
        begin(1, SESSION, TIMEOUT);

        ticker.advance(TIMEOUT.minusNanos(1));
        assertThat(lease.isTimeoutOver()).isFalse();

        ticker.advance(Duration.ofNanos(1));
        assertThat(lease.isTimeoutOver()).isTrue();
    }

    @Test
    @Tag("C18")
    @DisplayName("A connection that breaks before its first answer begins the time anew: the server has attached the"
            + " session")
    void isOverOneTimeoutAfterTheLastAttachment() {
        begin(1, SESSION, TIMEOUT);
        lease.acknowledge(SESSION, ticker.nanos());
        ticker.advance(TIMEOUT);
        begin(1, SESSION, TIMEOUT);

        assertThat(lease.isTimeoutOver()).isFalse();

        ticker.advance(TIMEOUT);
        assertThat(lease.isTimeoutOver()).isTrue();
    }

    @Test
    void isNotHeld_whenTheAnswerComesLaterThanTheTimeout() {
        begin(1, SESSION, TIMEOUT);
        long sentAt = ticker.nanos();
        ticker.advance(TIMEOUT);

        lease.acknowledge(SESSION, sentAt);

        assertNotHeld();
    }

    @Test
    void isHeldAgain_whenALaterRequestIsAcknowledgedInTheSameSession() {
        begin(1, SESSION, TIMEOUT);
        lease.acknowledge(SESSION, ticker.nanos());
        ticker.advance(Duration.ofSeconds(20));
        assertNotHeld();

        lease.acknowledge(SESSION, ticker.nanos());

        assertThat(lease.remaining()).isEqualTo(TIMEOUT);
    }

    @Test
    void keepsTheLatestSending_whenAnswersComeOutOfOrder() {
        begin(1, SESSION, TIMEOUT);
        long first = ticker.nanos();
        ticker.advance(Duration.ofSeconds(1));
        lease.acknowledge(SESSION, ticker.nanos());

        lease.acknowledge(SESSION, first);

        assertThat(lease.remaining()).isEqualTo(TIMEOUT);
    }

    @Test
    void ignoresAcknowledgementsOfAnotherSession() {
        begin(2, SESSION + 1, TIMEOUT);

        lease.acknowledge(SESSION, ticker.nanos());

        assertNotHeld();
    }

    @Test
    void keepsWhatWasAcknowledged_whenTheSameSessionIsAttachedAgain() {
        begin(1, SESSION, TIMEOUT);
        long attachedAt = ticker.nanos();
        lease.acknowledge(SESSION, attachedAt);
        ticker.advance(Duration.ofSeconds(3));

        lease.begin(1, SESSION, TIMEOUT, attachedAt - 1, false);

        assertThat(lease.remaining()).isEqualTo(Duration.ofSeconds(7));
    }

    @Test
    @DisplayName("Attaching a session to a connection goes to the leader (Leader.revalidateSession)")
    void countsFromTheAttaching_whenTheSameSessionIsAttachedAgain() {
        lease = lease(Duration.ofSeconds(2));
        begin(1, SESSION, TIMEOUT);
        lease.acknowledge(SESSION, ticker.nanos());
        ticker.advance(Duration.ofSeconds(20));
        long attachedAfter = ticker.nanos();
        ticker.advance(Duration.ofSeconds(1));

        lease.begin(1, SESSION, TIMEOUT, attachedAfter, false);
        lease.agreed(SESSION, ticker.nanos());

        assertThat(lease.remaining()).isEqualTo(Duration.ofSeconds(9));
    }

    @Test
    @Tag("S-62")
    @DisplayName(
            "A leader that was deposed and does not know it attaches it as well, and answers a sync; not for a whole"
                    + " margin")
    void doesNotCountTheAttaching_untilASyncIsAnsweredThatWasSentAMarginLater() {
        attachAgain(Duration.ofSeconds(2), Duration.ofSeconds(3));
        assertThat(lease.needsAgreement(Duration.ofSeconds(1))).isFalse();
        lease.acknowledge(SESSION, ticker.nanos());
        ticker.advance(Duration.ofSeconds(2).minusNanos(1));
        lease.acknowledge(SESSION, ticker.nanos());
        assertThat(lease.remaining()).isEqualTo(Duration.ofSeconds(5).plusNanos(1));
        assertThat(lease.silence()).as("for a loss every answer counts").isZero();

        ticker.advance(Duration.ofNanos(1));
        lease.acknowledge(SESSION, ticker.nanos());

        assertThat(lease.remaining()).isEqualTo(Duration.ofSeconds(8));
    }

    @Test
    @Tag("S-62")
    void doesNotCountTheAttaching_byAnAnswerThatTookLongerThanTheMargin() {
        attachAgain(Duration.ofSeconds(2), Duration.ofSeconds(1));
        ticker.advance(Duration.ofSeconds(2));
        long sentAt = ticker.nanos();
        ticker.advance(Duration.ofSeconds(2).plusNanos(1));

        lease.acknowledge(SESSION, sentAt);

        assertThat(lease.remaining()).isEqualTo(Duration.ofSeconds(5).minusNanos(1));
    }

    @Test
    @Tag("S-62")
    void needsTheServersToAgree_whereItWouldLapseBeforeAHeartbeatEndsTheDoubt() {
        Duration late = Duration.ofSeconds(1);
        attachAgain(Duration.ofSeconds(2), Duration.ofSeconds(7).minusNanos(1));
        assertThat(lease.needsAgreement(late)).isFalse();
        attachAgain(Duration.ofSeconds(2), Duration.ofSeconds(7));
        assertThat(lease.needsAgreement(late)).isTrue();
    }

    @Test
    @Tag("S-62")
    @DisplayName("A heartbeat that ends the doubt by itself writes nothing, however little of the lease is left")
    void endsTheDoubtByASync_onceThatIsAMarginAfterTheAttaching() {
        attachAgain(Duration.ofSeconds(2), Duration.ofSeconds(5));
        long attachedAt = ticker.nanos();
        ticker.advance(Duration.ofSeconds(2).minusNanos(1));
        assertThat(lease.endsDoubt(attachedAt)).isFalse();
        ticker.advance(Duration.ofNanos(1));
        assertThat(lease.endsDoubt(attachedAt)).isTrue();
        assertThat(lease.endsDoubt(ticker.nanos())).as("asked already").isFalse();

        ticker.advance(Duration.ofSeconds(3).minusNanos(1));
        assertThat(lease.needsAgreement(Duration.ofSeconds(1))).isFalse();
        lease.acknowledge(SESSION, ticker.nanos());
        assertThat(lease.remaining()).isEqualTo(Duration.ofSeconds(5).plusNanos(1));
        assertThat(lease.endsDoubt(attachedAt)).as("ended").isFalse();
    }

    @Test
    @Tag("S-62")
    void doesNotCountTheAttaching_byASync_onceItHasLapsed() {
        attachAgain(Duration.ofSeconds(2), TIMEOUT.minusSeconds(2));
        ticker.advance(Duration.ofSeconds(2));

        lease.acknowledge(SESSION, ticker.nanos());

        assertNotHeld();
        assertThat(lease.needsAgreement(Duration.ofSeconds(1))).isTrue();
        ticker.advance(Duration.ofNanos(1));
        lease.agreed(SESSION, ticker.nanos());
        assertThat(lease.remaining()).isEqualTo(TIMEOUT.minusSeconds(2).minusNanos(1));
        assertThat(lease.needsAgreement(TIMEOUT)).isFalse();
    }

    @Test
    @Tag("S-62")
    void doesNotCountTheAttaching_byWhatTheServersAgreedUponBefore() {
        attachAgain(Duration.ofSeconds(2), TIMEOUT);

        lease.agreed(SESSION, ticker.nanos() - 1);
        assertNotHeld();

        lease.agreed(SESSION, ticker.nanos());
        assertThat(lease.remaining()).isEqualTo(TIMEOUT);
    }

    @Test
    @Tag("S-62")
    void isNotHeld_inASessionThatWasClosedHere_untilTheServersHaveAgreedUponSomething() {
        begin(1, SESSION, TIMEOUT);
        lease.acknowledge(SESSION, ticker.nanos());
        lease.end();

        lease.begin(1, SESSION, TIMEOUT, ticker.nanos(), false);
        assertThat(lease.needsAgreement(Duration.ofNanos(1))).isTrue();
        assertNotHeld();

        lease.agreed(SESSION, ticker.nanos());
        assertThat(lease.isHeld()).isTrue();
    }

    private void attachAgain(Duration margin, Duration sinceAcknowledged) {
        lease.close();
        lease = lease(margin);
        begin(1, SESSION, TIMEOUT);
        lease.acknowledge(SESSION, ticker.nanos());
        ticker.advance(sinceAcknowledged);
        lease.begin(1, SESSION, TIMEOUT, ticker.nanos(), false);
    }

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

    @Test
    void startsAnew_inANewSession() {
        begin(1, SESSION, TIMEOUT);
        lease.acknowledge(SESSION, ticker.nanos());

        begin(2, SESSION + 1, TIMEOUT);

        assertNotHeld();
        assertThat(lease.generation()).isEqualTo(2);
    }

    @Test
    void isNotHeld_onceTheServerHasSaidThatTheSessionIsGone() {
        begin(3, SESSION, TIMEOUT);
        long sentAt = ticker.nanos();

        lease.end();
        lease.acknowledge(SESSION, sentAt);

        assertNotHeld();
        assertThat(lease.isTimeoutOver()).isFalse();
        assertThat(lease.generation()).as("the last one").isEqualTo(3);
    }

    @Test
    @Tag("L4")
    @DisplayName("The machine was suspended, and with it the monotonic clock")
    void isShorter_byWhatTheWallClockHasRunAhead() {
        begin(1, SESSION, TIMEOUT);
        lease.acknowledge(SESSION, ticker.nanos());

        wallIsAhead = wallIsAhead.plusSeconds(4);
        assertThat(lease.remaining()).isEqualTo(TIMEOUT.minusSeconds(4));
        wallIsAhead = wallIsAhead.plusSeconds(7);
        assertNotHeld();
        assertThat(lease.isTimeoutOver())
                .as("a loss goes by the monotonic clock")
                .isFalse();
        assertThat(lease.silence()).isZero();

        ticker.advance(Duration.ofMillis(1));
        lease.acknowledge(SESSION, ticker.nanos());
        assertThat(lease.remaining()).isEqualTo(TIMEOUT);
    }

    @Test
    @Tag("L4")
    @DisplayName("An answer that had arrived before the machine was suspended is read after it")
    void isNotRenewed_byWhatWasSentBeforeTheSuspension() {
        begin(1, SESSION, TIMEOUT);
        lease.acknowledge(SESSION, ticker.nanos());
        ticker.advance(Duration.ofMillis(100));
        long sentAt = ticker.nanos();

        ticker.advance(Duration.ofMillis(1));
        wallIsAhead = wallIsAhead.plusMinutes(1);
        lease.acknowledge(SESSION, sentAt);

        assertNotHeld();
    }

    @Test
    @Tag("L4")
    void tellsALapse_thatCameByASuspension() {
        var lapsed = new CompletableFuture<Boolean>();
        lease.onLapse(() -> lapsed.complete(true));
        begin(1, SESSION, TIMEOUT);
        lease.acknowledge(SESSION, ticker.nanos());

        wallIsAhead = wallIsAhead.plusHours(1);
        lease.look();

        assertThat(lapsed).succeedsWithin(Duration.ofSeconds(20));
    }

    private void assertNotHeld() {
        assertThat(lease.isHeld()).isFalse();
        assertThat(lease.remaining()).isZero();
    }
}
