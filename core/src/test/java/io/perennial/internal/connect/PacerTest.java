package io.perennial.internal.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.perennial.internal.engine.HandTicker;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Its waits, each of which goes on for as long as nothing in {@code meanwhile} ends it. */
class PacerTest {
    private static final Duration PAUSE = Duration.ofSeconds(3);

    private final HandTicker ticker = new HandTicker();
    private final long begun = ticker.nanos();
    private final ReentrantLock lock = new ReentrantLock();
    private final Deque<Runnable> meanwhile = new ArrayDeque<>();
    private final HandCondition condition = new HandCondition(lock, this::waitFor);
    private final AtomicInteger asked = new AtomicInteger();
    private boolean interrupted;
    private boolean ownerIsAlive = true;
    private final Pacer pacer = new Pacer(this::mayConnect, ticker, lock, condition);

    private boolean mayConnect() {
        asked.incrementAndGet();
        return ownerIsAlive;
    }

    /** A second before each thing that happens. */
    private long waitFor(long nanos, HandCondition waited) throws InterruptedException {
        long left = nanos;
        while (left > 0 && !waited.isSignalled()) {
            Runnable next = meanwhile.poll();
            long step =
                    next == null ? left : Math.min(left, Duration.ofSeconds(1).toNanos());
            ticker.advance(Duration.ofNanos(step));
            left -= step;
            if (next != null) {
                next.run();
            }
            if (interrupted) {
                interrupted = false;
                throw new InterruptedException();
            }
        }
        return left;
    }

    private Duration waited() {
        return Duration.ofNanos(ticker.nanos() - begun);
    }

    @Test
    void waitsForAsLongAsItIsTold() {
        pacer.awaitTurn(PAUSE);

        assertThat(waited()).isEqualTo(PAUSE);
        assertThat(asked).hasValue(1);
    }

    @Test
    void waitsNoMore_whenHurried_butForThatOneTime() {
        meanwhile.add(pacer::hurry);

        pacer.awaitTurn(PAUSE);
        assertThat(waited()).isEqualTo(Duration.ofSeconds(1));

        pacer.awaitTurn(PAUSE);
        assertThat(waited()).isEqualTo(PAUSE.plusSeconds(1));
    }

    @Test
    @Tag("C19")
    void waitsOn_whenInterrupted() {
        for (int i = 0; i < 2; i++) {
            meanwhile.add(() -> interrupted = true);
        }

        pacer.awaitTurn(PAUSE);

        assertThat(waited()).isEqualTo(PAUSE);
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }

    @Test
    @DisplayName("As a real condition may be")
    void waitsOn_whenWakenForNothing() {
        meanwhile.add(condition::wakeSpuriously);

        pacer.awaitTurn(PAUSE);

        assertThat(waited()).isEqualTo(PAUSE);
    }

    @Test
    @Tag("S-50")
    void asksTheOwnerOnceASecond_untilItIsBack() {
        ownerIsAlive = false;
        meanwhile.add(() -> {});
        meanwhile.add(() -> {});
        meanwhile.add(() -> ownerIsAlive = true);

        pacer.awaitTurn(Duration.ZERO);

        assertThat(waited()).isEqualTo(Duration.ofSeconds(3));
        assertThat(asked).hasValue(4);
    }

    @Test
    @Tag("S-50")
    void waitsForAnOwnerThatIsGone_untilRetired() {
        ownerIsAlive = false;
        for (int i = 0; i < 1_000; i++) {
            meanwhile.add(() -> {});
        }
        meanwhile.add(() -> pacer.retire(() -> {}));

        assertThatThrownBy(() -> pacer.awaitTurn(Duration.ZERO)).hasMessageContaining("retired");
        assertThat(waited()).isEqualTo(Duration.ofSeconds(1_001));
    }

    @Test
    @Tag("S-48")
    void ends_whenRetired_andHasTheHandleEndedAgain() {
        var again = new AtomicInteger();
        meanwhile.add(() -> pacer.retire(again::incrementAndGet));

        assertThatThrownBy(() -> pacer.awaitTurn(PAUSE))
                .hasMessageContaining("retired")
                .satisfies(e ->
                        assertThat(e.getStackTrace()).as("the client logs it").isEmpty());

        assertThat(waited()).isEqualTo(Duration.ofSeconds(1));
        assertThat(again).hasValue(1);
        assertThatThrownBy(pacer::refuseIfRetired).hasMessageContaining("retired");
        assertThat(again).hasValue(1);
    }

    @Test
    @Tag("C14")
    void ends_whenClosed_afterAMomentInWhichTheCloseGetsIntoTheClientsQueue() {
        meanwhile.add(pacer::closing);

        assertThatThrownBy(() -> pacer.awaitTurn(PAUSE)).hasMessageContaining("closed");

        assertThat(waited()).isEqualTo(Duration.ofMillis(1_020));
    }

    @Test
    void refusesNothing_beforeTheEnd() {
        pacer.refuseIfEnding();
        pacer.refuseIfRetired();

        assertThat(waited()).isZero();
        assertThat(lock.isLocked()).isFalse();
    }

    @Test
    void takesAConnection_thoughItIsAboutToClose() {
        pacer.closing();

        pacer.refuseIfRetired();
    }
}
