package io.perennial.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.engine.HandTicker;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("S-34")
class LeaseClockTest {
    private static final long SESSION = 7;
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final HandTicker ticker = new HandTicker();
    private final LeaseClock lease = new LeaseClock(ticker);

    @Test
    void isNotHeld_beforeARequestWasAcknowledged() {
        assertNotHeld();

        lease.begin(1, SESSION, TIMEOUT);

        assertNotHeld();
        assertThat(lease.hasLapsed()).as("nothing was held that could lapse").isFalse();
        assertThat(lease.silence()).isZero();
        assertThat(lease.generation()).isEqualTo(1);
    }

    @Test
    void countsFromTheSending_notFromTheAnswer() {
        lease.begin(1, SESSION, TIMEOUT);
        long sentAt = ticker.nanos();
        ticker.advance(Duration.ofSeconds(4));

        lease.acknowledge(SESSION, sentAt);

        assertThat(lease.isHeld()).isTrue();
        assertThat(lease.remaining()).isEqualTo(Duration.ofSeconds(6));
        assertThat(lease.silence()).isEqualTo(Duration.ofSeconds(4));
    }

    @Test
    void endsOneTimeoutAfterTheSending_toTheNanosecond() {
        lease.begin(1, SESSION, TIMEOUT);
        lease.acknowledge(SESSION, ticker.nanos());

        ticker.advance(TIMEOUT.minusNanos(1)); // past the overflow of the clock
        assertThat(lease.isHeld()).isTrue();
        assertThat(lease.hasLapsed()).isFalse();

        ticker.advance(Duration.ofNanos(1));
        assertNotHeld();
        assertThat(lease.hasLapsed()).isTrue();
    }

    @Test
    void isNotHeld_whenTheAnswerComesLaterThanTheTimeout() {
        lease.begin(1, SESSION, TIMEOUT);
        long sentAt = ticker.nanos();
        ticker.advance(TIMEOUT);

        lease.acknowledge(SESSION, sentAt);

        assertNotHeld();
    }

    @Test
    void isHeldAgain_whenALaterRequestIsAcknowledgedInTheSameSession() {
        lease.begin(1, SESSION, TIMEOUT);
        lease.acknowledge(SESSION, ticker.nanos());
        ticker.advance(Duration.ofSeconds(20));
        assertNotHeld();

        lease.acknowledge(SESSION, ticker.nanos());

        assertThat(lease.remaining()).isEqualTo(TIMEOUT);
    }

    @Test
    void keepsTheLatestSending_whenAnswersComeOutOfOrder() {
        lease.begin(1, SESSION, TIMEOUT);
        long first = ticker.nanos();
        ticker.advance(Duration.ofSeconds(1));
        lease.acknowledge(SESSION, ticker.nanos());

        lease.acknowledge(SESSION, first);

        assertThat(lease.remaining()).isEqualTo(TIMEOUT);
    }

    @Test
    void ignoresAcknowledgementsOfAnotherSession() {
        lease.begin(2, SESSION + 1, TIMEOUT);

        lease.acknowledge(SESSION, ticker.nanos());

        assertNotHeld();
    }

    @Test
    void keepsWhatWasAcknowledged_whenTheSameSessionIsAttachedAgain() {
        lease.begin(1, SESSION, TIMEOUT);
        lease.acknowledge(SESSION, ticker.nanos());
        ticker.advance(Duration.ofSeconds(3));

        lease.begin(1, SESSION, TIMEOUT);

        assertThat(lease.remaining()).isEqualTo(Duration.ofSeconds(7));
    }

    @Test
    void goesByTheNewTimeout_whenAnotherServerGrantsAnother() {
        lease.begin(1, SESSION, TIMEOUT);
        lease.acknowledge(SESSION, ticker.nanos());
        ticker.advance(Duration.ofSeconds(3));

        lease.begin(1, SESSION, Duration.ofSeconds(4));

        assertThat(lease.remaining()).isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void startsAnew_inANewSession() {
        lease.begin(1, SESSION, TIMEOUT);
        lease.acknowledge(SESSION, ticker.nanos());

        lease.begin(2, SESSION + 1, TIMEOUT);

        assertNotHeld();
        assertThat(lease.generation()).isEqualTo(2);
    }

    @Test
    void isNotHeld_onceTheServerHasSaidThatTheSessionIsGone() {
        lease.begin(3, SESSION, TIMEOUT);
        long sentAt = ticker.nanos();

        lease.end();
        lease.acknowledge(SESSION, sentAt);

        assertNotHeld();
        assertThat(lease.hasLapsed()).isFalse();
        assertThat(lease.generation()).as("the last one").isEqualTo(3);
    }

    private void assertNotHeld() {
        assertThat(lease.isHeld()).isFalse();
        assertThat(lease.remaining()).isZero();
    }
}
