package io.perennial.internal.lease;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a lease counts after the session was attached again: a deposed leader may have attached it. */
@Tag("S-34")
class LeaseDoubtTest extends HandLease {
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
}
