package io.perennial.internal.lease;

import static io.perennial.testing.Sessions.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.Registration;
import io.perennial.internal.engine.HandTicker;
import io.perennial.internal.engine.ThrottledLog;
import io.perennial.testing.Blocking;
import io.perennial.testing.CapturedLog;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The clock is moved by hand; the thread that waits looks at it about every timeout. */
@Tag("S-34")
class LapseHooksTest {
    private static final long SESSION = 7;
    private static final Duration TIMEOUT = Duration.ofMillis(20);

    private final HandTicker ticker = new HandTicker();
    private final CapturedLog written = CapturedLog.ofSessions();
    private final List<Thread> threads = new CopyOnWriteArrayList<>();
    private final Executor thread = task -> {
        var made = new Thread(task, "test-lapse");
        threads.add(made);
        made.start();
    };
    private volatile Duration wallIsAhead = Duration.ZERO;
    private final LeaseTime time =
            new LeaseTime(ticker, () -> ticker.nanos() + wallIsAhead.toNanos(), Duration.ofMillis(500));
    private final LeaseClock lease = new LeaseClock(
            ticker, time, Duration.ZERO, new LapseHooks(time, thread, new ThrottledLog("orders", ticker)));
    private final List<String> ran = new CopyOnWriteArrayList<>();

    @AfterEach
    void close() {
        lease.close();
        assertThreadsEnd();
        written.close();
    }

    private void assertThreadsEnd() {
        eventually(() -> assertThat(threads).noneMatch(Thread::isAlive));
    }

    private void renew() {
        lease.acknowledge(SESSION, ticker.nanos());
    }

    private void hold() {
        hold(TIMEOUT);
    }

    private void hold(Duration timeout) {
        lease.begin(1, SESSION, timeout, ticker.nanos(), true);
        renew();
        assertThat(lease.isHeld()).isTrue();
    }

    private void assertRan(String... expected) {
        eventually(() -> assertThat(ran).containsExactly(expected));
    }

    @Test
    void runsOnce_whenTheTimeHasPassed() {
        lease.onLapse(() -> ran.add("lapse, held: " + lease.isHeld()));
        hold();

        ticker.advance(TIMEOUT);
        assertRan("lapse, held: false");

        lease.end();
        lease.onLapse(() -> ran.add("late"));
        hold();
        lease.end();
        assertRan("lapse, held: false", "lapse, held: false", "late");
    }

    @Test
    void doesNotRun_whenTheLeaseWasNeverHeld() {
        lease.onLapse(() -> ran.add("never"));
        lease.begin(1, SESSION, TIMEOUT, ticker.nanos(), true);
        ticker.advance(TIMEOUT.multipliedBy(2));

        lease.close();

        assertThreadsEnd();
        assertThat(ran).isEmpty();
    }

    @Test
    void doesNotRun_whileTheLeaseIsRenewed() {
        hold();
        lease.onLapse(() -> ran.add("lapse"));
        for (int i = 0; i < 5; i++) {
            ticker.advance(TIMEOUT.minusNanos(1));
            renew();
        }
        assertThat(ran).isEmpty();

        lease.end();

        assertRan("lapse");
    }

    @Test
    void runsForALapse_thatTheThreadSlept_andThatIsOverByThen() {
        hold();
        lease.onLapse(() -> ran.add("held again: " + lease.isHeld()));
        ticker.advance(TIMEOUT);

        renew();

        eventually(() -> assertThat(ran).hasSize(1));
        lease.end();
        eventually(() -> assertThat(ran).hasSize(2));
    }

    @Test
    @Tag("L4")
    void runsAfterAJump_whenSomebodyLooks_forTheThreadWaitsOn() {
        hold(Duration.ofHours(1));
        lease.onLapse(() -> ran.add("lapse, held: " + lease.isHeld()));
        awaitWaiting();

        wallIsAhead = Duration.ofHours(2);

        assertThat(lease.look()).isTrue();
        assertRan("lapse, held: false");
        assertThat(lease.look()).as("told once").isFalse();
    }

    @Test
    @Tag("L4")
    void runsAfterAJump_alsoWhenTheLeaseIsRenewedBeforeAnybodyLooks() {
        hold(Duration.ofHours(1));
        lease.onLapse(() -> ran.add("lapse"));
        awaitWaiting();

        wallIsAhead = Duration.ofHours(2);
        ticker.advance(Duration.ofMillis(1));
        renew();

        assertRan("lapse");
        assertThat(lease.isHeld()).isTrue();
        assertThat(lease.look()).as("there has been one").isTrue();
    }

    private void awaitWaiting() {
        eventually(() -> assertThat(threads).extracting(Thread::getState).containsOnly(Thread.State.TIMED_WAITING));
    }

    @Test
    void runsTheNext_whenOneThrows_andSaysSo() {
        lease.onLapse(() -> {
            throw new IllegalStateException("on purpose");
        });
        lease.onLapse(() -> {
            throw new StackOverflowError("on purpose");
        });
        lease.onLapse(() -> ran.add("next"));
        hold();

        lease.end();

        assertRan("next");
        assertThat(written.lines())
                .singleElement()
                .asString()
                .startsWith("WARN session 'orders': an onLapse action of the lease threw");
    }

    @Test
    void holdsUpTheNextAction_andNotTheLease_whenOneBlocks() {
        var release = new CountDownLatch(1);
        lease.onLapse(() -> {
            ran.add("blocks");
            Blocking.until(release);
        });
        lease.onLapse(() -> ran.add("next"));
        hold();
        lease.end();
        assertRan("blocks");

        hold(); // is not held up
        lease.end();
        release.countDown();

        assertRan("blocks", "next", "blocks", "next");
    }

    @Test
    void doesNotRun_whenTakenBack() {
        hold();
        Registration first = lease.onLapse(() -> ran.add("first"));
        lease.onLapse(() -> ran.add("second"));

        first.close();
        first.close();
        lease.end();

        assertRan("second");
    }

    @Test
    void needsOneThread_andNoneWithoutActions() {
        hold();
        assertThat(threads).isEmpty();
        Runnable action = () -> ran.add("lapse");
        Registration first = lease.onLapse(action);
        Registration second = lease.onLapse(action);
        assertThat(threads).hasSize(1);

        first.close();
        second.close();
        assertThreadsEnd();

        lease.onLapse(action);
        assertThat(threads).hasSize(2);
        lease.end();
        assertRan("lapse");
    }

    @Test
    void goesOn_whenTheThreadIsInterrupted() {
        hold();
        lease.onLapse(() -> ran.add("lapse"));

        threads.get(0).interrupt();
        eventually(() -> assertThat(threads.get(0).isInterrupted()).isFalse());
        lease.end();

        assertRan("lapse");
    }

    @Test
    void runsAtTheClose_andNeverAfter() {
        hold();
        lease.onLapse(() -> ran.add("closed, held: " + lease.isHeld()));

        lease.close();
        assertRan("closed, held: false");
        assertThreadsEnd();

        lease.onLapse(() -> ran.add("too late"));
        assertThat(threads).hasSize(1);
    }

    @Test
    void doesNotRun_forALapseBeforeItWasRegistered() {
        hold();
        ticker.advance(TIMEOUT);

        lease.onLapse(() -> ran.add("late"));
        lease.close();

        assertThreadsEnd();
        assertThat(ran).isEmpty();
    }

    @Test
    void runsForEachLapseSinceItWasRegistered_howeverLong() {
        var release = new CountDownLatch(1);
        lease.onLapse(() -> {
            ran.add("blocks");
            Blocking.until(release);
        });
        hold();
        lease.end();
        assertRan("blocks");
        hold();
        lease.end();

        lease.onLapse(() -> ran.add("late"));
        release.countDown();

        assertRan("blocks", "blocks");
        lease.close();
        assertThreadsEnd();
        assertThat(ran).containsExactly("blocks", "blocks");
        assertThat(written.lines()).isEmpty();
    }

    @Test
    void endsTheThread_alsoWhenNothingIsHeld() {
        var hooks = new LapseHooks(time, thread, new ThrottledLog("orders", ticker));
        Registration only = hooks.add(() -> {});
        eventually(() -> assertThat(threads).extracting(Thread::getState).containsOnly(Thread.State.WAITING));
        only.close();
        assertThreadsEnd();

        hooks.add(() -> {});
        eventually(() -> assertThat(threads.get(1).getState()).isEqualTo(Thread.State.WAITING));
        hooks.close();
        assertThreadsEnd();
    }

    @Test
    @Tag("K4")
    void hasAThread_fromTheNextLookOn_whenThereWasNone() {
        var exhausted = new AtomicBoolean(true);
        var hooks = new LapseHooks(
                time,
                task -> {
                    if (exhausted.get()) {
                        throw new OutOfMemoryError("on purpose: no thread");
                    }
                    thread.execute(task);
                },
                new ThrottledLog("orders", ticker));
        hooks.leaseChanged(true, time.nanos() + TIMEOUT.toNanos());
        hooks.add(() -> ran.add("lapse"));
        assertThat(written.lines())
                .singleElement()
                .asString()
                .contains("no thread can be started for the lease's onLapse actions");

        exhausted.set(false);
        hooks.look();
        hooks.leaseChanged(false, time.nanos());

        assertRan("lapse");
        hooks.close();
    }
}
