package io.perennial.internal.lease;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("S-34")
class LeaseClockTest extends HandLease {
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
}
