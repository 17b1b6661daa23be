package io.perennial.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("U4")
class CompensatingExecutorTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration STALL = Duration.ofMillis(50);

    private final HandTicker ticker = new HandTicker();
    private final SessionThreads threads =
            new SessionThreads("orders", getClass().getClassLoader());
    private final List<Throwable> failures = new CopyOnWriteArrayList<>();
    private final List<Object> ran = new CopyOnWriteArrayList<>();
    private final CountDownLatch blocking = new CountDownLatch(1);
    private final CountDownLatch unblock = new CountDownLatch(1);
    private final CompensatingExecutor executor = executor(threads.role("future"));

    private CompensatingExecutor executor(ThreadFactory factory) {
        return new CompensatingExecutor(factory, ticker, Runnable::run, failures::add);
    }

    @AfterEach
    void endThreads() throws InterruptedException {
        unblock.countDown();
        executor.hurry();
        executor.end();
        assertThat(threads.awaitEnd(PATIENCE)).isTrue();
    }

    @Test
    void beginsTheNext_onceTheOneAtWorkHasStalled() throws Exception {
        executor.execute(this::block);
        blocking.await();
        executor.execute(() -> ran.add("next"));
        ticker.advance(STALL.minusNanos(1));
        executor.execute(() -> ran.add("last"));
        assertThat(ran).isEmpty();
        assertThat(executor.longest().waiting()).isEqualTo(2);

        ticker.advance(Duration.ofNanos(1));

        await().atMost(PATIENCE).untilAsserted(() -> assertThat(ran).containsExactly("next", "last"));
    }

    @Test
    void isSettled_whenNothingWaits_andWhatRunsHasDoneSoForLong() throws Exception {
        assertThat(executor.isSettled()).isTrue();
        executor.execute(this::block);
        blocking.await();
        ticker.advance(STALL.multipliedBy(2).minusNanos(1));
        assertThat(executor.isSettled()).isFalse();

        ticker.advance(Duration.ofNanos(1));

        assertThat(executor.isSettled()).isTrue();
    }

    @Test
    void tellsWhatHasBeenRunningForLongest() throws Exception {
        assertThat(executor.longest()).isNull();
        executor.execute(this::block);
        blocking.await();
        ticker.advance(Duration.ofSeconds(3)); // the clock overflows
        var second = new CountDownLatch(1);
        executor.execute(() -> {
            second.countDown();
            block();
        });
        second.await();
        ticker.advance(Duration.ofSeconds(1));

        CompensatingExecutor.Longest longest = executor.longest();

        assertThat(longest.since()).isEqualTo(Duration.ofSeconds(4));
        assertThat(longest.thread().getName()).isEqualTo("perennial-orders-future");
        assertThat(longest.threads()).isGreaterThanOrEqualTo(2);
        assertThat(longest.waiting()).isZero();
    }

    @Test
    void interruptsOneThatBlocks_whenThereIsNoTime() throws Exception {
        executor.execute(this::block);
        blocking.await();

        executor.hurry();

        await().atMost(PATIENCE).untilAsserted(() -> assertThat(ran).containsExactly("interrupted"));
    }

    @Test
    @Tag("S-64")
    void keepsTasks_whileThereIsNoThread() {
        var none = new boolean[] {true};
        ThreadFactory usual = threads.role("future");
        CompensatingExecutor starved = executor(task -> {
            if (none[0]) {
                throw new OutOfMemoryError("unable to create native thread");
            }
            return usual.newThread(task);
        });
        starved.execute(() -> ran.add("kept"));
        assertThat(failures).singleElement().isInstanceOf(OutOfMemoryError.class);
        assertThat(starved.isSettled()).isFalse();

        none[0] = false;
        starved.ensureStandBy();

        await().atMost(PATIENCE).untilAsserted(() -> assertThat(ran).containsExactly("kept"));
        starved.end();
    }

    private void block() {
        blocking.countDown();
        try {
            unblock.await();
        } catch (InterruptedException e) {
            ran.add("interrupted");
        }
    }
}
