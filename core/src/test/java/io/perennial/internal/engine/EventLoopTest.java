package io.perennial.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.perennial.testing.Blocking;
import io.perennial.testing.CapturedLog;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class EventLoopTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final HandTicker ticker = new HandTicker();
    private final ThrottledLog log = new ThrottledLog("orders", ticker);
    private final List<Thread> threads = new ArrayList<>();
    private final EventLoop loop = new EventLoop(
            "orders",
            task -> {
                var thread = new Thread(task, "test-loop");
                threads.add(thread);
                return thread;
            },
            ticker,
            log);
    private final List<Object> ran = new CopyOnWriteArrayList<>();

    @AfterEach
    void stop() throws InterruptedException {
        loop.stop();
        if (threads.get(0).getState() != Thread.State.NEW) {
            assertThat(loop.awaitEnd(PATIENCE)).isTrue();
        }
    }

    @Test
    void runsTasksInTheOrderOfTheirSubmission_alsoThoseFromBeforeItsStart() {
        IntStream.range(0, 500).forEach(i -> loop.execute(() -> ran.add(i)));
        assertThat(ran).isEmpty();

        loop.start();
        IntStream.range(500, 1_000).forEach(i -> loop.execute(() -> ran.add(i)));
        drain();

        assertThat(ran)
                .containsExactlyElementsOf(IntStream.range(0, 1_000).boxed().toList());
    }

    @Test
    void knowsItsOwnThread() {
        loop.start();
        loop.execute(() -> ran.add(loop.inLoop()));
        drain();

        assertThat(ran).containsExactly(true);
        assertThat(loop.inLoop()).isFalse();
    }

    @Test
    void runsTimersWhenDue_earliestFirst_andThoseOfTheSameTimeInOrder() {
        loop.start();
        loop.execute(() -> {
            loop.schedule(Duration.ofSeconds(3), () -> ran.add("third"));
            loop.schedule(Duration.ofSeconds(1), () -> ran.add("first"));
            loop.schedule(Duration.ofSeconds(1), () -> ran.add("second"));
        });
        drain();
        assertThat(ran).isEmpty();

        move(Duration.ofSeconds(1));
        assertThat(ran).containsExactly("first", "second");

        move(Duration.ofSeconds(2));
        assertThat(ran).containsExactly("first", "second", "third");
    }

    @Test
    void runsTimersByItself_withoutAnyTask() {
        var real = new EventLoop("orders", task -> new Thread(task, "test-loop"), Ticker.system(), log);
        real.start();
        var done = new CompletableFuture<String>();

        real.execute(() -> real.schedule(Duration.ofMillis(20), () -> done.complete("done")));

        await().atMost(PATIENCE).untilAsserted(() -> assertThat(done).isCompletedWithValue("done"));
        real.stop();
    }

    @Test
    void forgetsATimer_whenCancelled() {
        loop.start();
        loop.execute(() -> {
            EventLoop.Timer cancelled = loop.schedule(Duration.ofSeconds(1), () -> ran.add("cancelled"));
            loop.schedule(Duration.ofSeconds(1), () -> ran.add("kept"));
            cancelled.cancel();
        });

        drain();
        move(Duration.ofSeconds(1));

        assertThat(ran).containsExactly("kept");
    }

    @Test
    void doesNotRunATimer_cancelledByTheOneBefore() {
        loop.start();
        loop.execute(() -> {
            var second = new EventLoop.Timer[1];
            loop.schedule(Duration.ofSeconds(1), () -> second[0].cancel());
            second[0] = loop.schedule(Duration.ofSeconds(1), () -> ran.add("cancelled"));
        });

        drain();
        move(Duration.ofSeconds(1));

        assertThat(ran).isEmpty();
    }

    @Test
    void outlivesATaskThatThrows_andSaysSo() {
        try (var captured = CapturedLog.ofSessions()) {
            loop.start();
            loop.execute(() -> {
                throw new IllegalStateException("a bug");
            });
            loop.execute(() -> {
                throw new StackOverflowError();
            });
            loop.execute(() -> ran.add("after"));
            drain();

            assertThat(ran).containsExactly("after");
            assertThat(captured.lines())
                    .filteredOn(line -> line.contains("session 'orders': internal error"))
                    .hasSize(2);
        }
    }

    @Test
    void outlivesAnInterrupt() throws InterruptedException {
        loop.start();
        for (int i = 0; i < 5; i++) {
            threads.get(0).interrupt();
            drain();
        }

        assertThat(threads.get(0).isAlive()).isTrue();
    }

    @Test
    void runsWhatItHasAccepted_thenEnds_whenStopped() throws InterruptedException {
        var gate = new CountDownLatch(1);
        loop.start();
        loop.execute(() -> Blocking.untilOrFail(gate));
        loop.execute(() -> ran.add("accepted before the stop"));
        loop.execute(() -> loop.schedule(Duration.ZERO, () -> ran.add("timer")));

        loop.stop();
        loop.stop();

        assertThat(loop.offer(() -> ran.add("too late"))).isFalse();
        assertThatThrownBy(() -> loop.execute(() -> ran.add("too late")))
                .isInstanceOf(RejectedExecutionException.class)
                .hasMessageContaining("session 'orders'");
        assertThat(loop.awaitEnd(Duration.ofMillis(1))).isFalse();
        gate.countDown();
        assertThat(loop.awaitEnd(PATIENCE)).isTrue();
        assertThat(ran).startsWith("accepted before the stop").doesNotContain("too late");
    }

    @Test
    void neverRefusesWhatItWillRun_norRunsWhatItHasRefused() throws InterruptedException {
        List<Integer> run = new ArrayList<>(); // the loop's own, until its end
        List<Integer> accepted = new ArrayList<>();
        var some = new CountDownLatch(100);
        loop.start();
        var submitter = new Thread(
                () -> {
                    for (int i = 0; i < 1_000_000; i++) {
                        int number = i;
                        if (!loop.offer(() -> run.add(number))) {
                            return;
                        }
                        accepted.add(i);
                        some.countDown();
                    }
                },
                "test-submitter");
        submitter.start();
        Blocking.untilOrFail(some);

        loop.stop();

        submitter.join(PATIENCE.toMillis());
        assertThat(loop.awaitEnd(PATIENCE)).isTrue();
        assertThat(run).isEqualTo(accepted);
    }

    @Test
    @Tag("K4")
    @Tag("S-64")
    void hasDoneWhatFollowsAnError_whateverThatAndTheLoggingThrow() throws InterruptedException {
        var broken = new ThrottledLog("orders", () -> {
            throw new OutOfMemoryError("for the line");
        });
        var outliving = new EventLoop("orders", task -> new Thread(task, "test-loop"), ticker, broken);
        outliving.afterError(e -> {
            ran.add(e.getMessage());
            throw new OutOfMemoryError("for what follows");
        });
        outliving.start();

        for (String what : List.of("first", "second")) {
            outliving.execute(() -> {
                throw new OutOfMemoryError(what);
            });
        }
        outliving.stop();

        assertThat(outliving.awaitEnd(PATIENCE)).isTrue();
        assertThat(ran).containsExactly("first", "second");
    }

    /** Timers are looked at between tasks, so a task has the loop notice that the clock was moved. */
    private void move(Duration by) {
        ticker.advance(by);
        drain();
        drain();
    }

    private void drain() {
        var done = new CompletableFuture<Void>();
        loop.execute(() -> done.complete(null));
        assertThat(done).succeedsWithin(PATIENCE);
    }
}
