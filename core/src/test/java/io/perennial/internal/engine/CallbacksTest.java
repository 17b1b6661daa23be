package io.perennial.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.internal.telemetry.FlightJournal;
import io.perennial.testing.CapturedLog;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class CallbacksTest {
    private static final Duration SLOW = Duration.ofSeconds(10);
    private static final FlightJournal JOURNAL = new FlightJournal("orders");

    private final HandTicker ticker = new HandTicker();
    private final ThrottledLog log = new ThrottledLog("orders", ticker);
    private final List<Object> ran = new CopyOnWriteArrayList<>();
    private final Queue<Runnable> handedOver = new ArrayDeque<>();
    private boolean rejecting;

    /** An executor that runs nothing until told to. */
    private final Callbacks callbacks = new Callbacks(
            task -> {
                if (rejecting) {
                    throw new RejectedExecutionException("full");
                }
                handedOver.add(task);
            },
            Runnable::run,
            log,
            ticker,
            SLOW,
            JOURNAL);

    @Test
    @Tag("S-12")
    void runsAllInOrder_howeverManyAreQueued() {
        IntStream.range(0, 10_000).forEach(i -> callbacks.submit("listener", () -> ran.add(i)));
        assertThat(handedOver).as("one drain at a time").hasSize(1);
        assertThat(callbacks.isIdle()).isFalse();

        runHandedOver();

        assertThat(ran)
                .containsExactlyElementsOf(IntStream.range(0, 10_000).boxed().toList());
        assertThat(callbacks.isIdle()).isTrue();
    }

    @Test
    @Tag("S-12")
    void runsOneAfterAnother_onAnExecutorOfManyThreads() throws InterruptedException {
        ExecutorService many = Executors.newFixedThreadPool(8);
        var inParallel = new Callbacks(many, many, log, ticker, SLOW, JOURNAL);
        var done = new CountDownLatch(1_000);
        List<Integer> order = new ArrayList<>(); // not thread-safe: the test is that it need not be

        for (int i = 0; i < 1_000; i++) {
            int number = i;
            inParallel.submit("listener", () -> {
                order.add(number);
                done.countDown();
            });
        }

        assertThat(done.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(order)
                .containsExactlyElementsOf(IntStream.range(0, 1_000).boxed().toList());
        many.shutdown();
        assertThat(many.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    @Tag("S-44")
    void goesOn_whenOneThrows() {
        try (var lines = CapturedLog.ofSessions()) {
            callbacks.submit("session listener", () -> {
                throw new IllegalStateException("the application's bug");
            });
            callbacks.submit("session listener", () -> {
                throw new NoClassDefFoundError("gone/With/TheLoader");
            });
            callbacks.submit("session listener", () -> ran.add("after"));

            runHandedOver();

            assertThat(ran).containsExactly("after");
            assertThat(callbacks.failures()).isEqualTo(2);
            assertThat(lines.events()).hasSize(1); // the second is counted, not written
            assertThat(lines.events().get(0).getFormattedMessage())
                    .startsWith("session 'orders': a session listener threw");
            assertThat(lines.events().get(0).getThrowableProxy().getMessage()).isEqualTo("the application's bug");
        }
    }

    @Test
    @Tag("S-63")
    @Tag("U1")
    void goesOn_whenOneThrowsACheckedExceptionThatItDoesNotDeclare() {
        callbacks.submit("session listener", () -> Sneaky.sneak(new IOException("not declared")));
        callbacks.submit("session listener", () -> ran.add("behind it"));

        runHandedOver();
        callbacks.submit("session listener", () -> ran.add("later"));
        runHandedOver();

        assertThat(ran).containsExactly("behind it", "later");
        assertThat(callbacks.failures()).isEqualTo(1);
    }

    @Test
    @Tag("S-63")
    @Tag("U1")
    void handsOverAgain_whenTheExecutorThrowsWhatItDoesNotDeclare() {
        var first = new AtomicBoolean(true);
        var throwing = new Callbacks(
                task -> {
                    if (first.getAndSet(false)) {
                        Sneaky.sneak(new IOException("not declared"));
                    }
                    task.run();
                },
                Runnable::run,
                log,
                ticker,
                SLOW,
                JOURNAL);

        throwing.submit("session listener", () -> ran.add("kept"));
        throwing.tick();

        assertThat(ran).containsExactly("kept");
    }

    @Test
    @Tag("S-63")
    @Tag("U3")
    void runsThemOnTheSessionsOwnThread_whenTheExecutorRunsThemOnTheSpot() {
        try (var lines = CapturedLog.ofSessions()) {
            var onTheSpot = new Callbacks(Runnable::run, handedOver::add, log, ticker, SLOW, JOURNAL);
            assertThat(onTheSpot.misplaced()).isNull();

            onTheSpot.submit("session listener", () -> ran.add("first"));
            onTheSpot.submit("session listener", () -> ran.add("second"));

            assertThat(ran).isEmpty();
            runHandedOver();
            assertThat(ran).containsExactly("first", "second");
            assertThat(onTheSpot.misplaced()).contains("callbackExecutor");
            assertThat(lines.lines()).singleElement().asString().contains("callbackExecutor");
        }
    }

    @Test
    @Tag("S-44")
    void keepsThem_whenTheExecutorRejects_andHandsThemOverAgain() {
        try (var lines = CapturedLog.ofSessions()) {
            rejecting = true;
            callbacks.submit("listener", () -> ran.add("first"));
            callbacks.submit("listener", () -> ran.add("second"));
            assertThat(callbacks.retry()).isFalse();
            assertThat(callbacks.isIdle()).isFalse();
            assertThat(callbacks.failures()).isEqualTo(3);
            assertThat(lines.lines()).singleElement().asString().contains("the callback executor rejects");

            rejecting = false;
            assertThat(callbacks.retry()).isTrue();
            runHandedOver();

            assertThat(ran).containsExactly("first", "second");
        }
    }

    @Test
    @Tag("S-44")
    void handsOverWhatWasRejected_withTheNextOne() {
        rejecting = true;
        callbacks.submit("listener", () -> ran.add("first"));
        rejecting = false;

        callbacks.submit("listener", () -> ran.add("second"));
        runHandedOver();

        assertThat(ran).containsExactly("first", "second");
    }

    @Test
    void takesOneMore_fromWithinACallback() {
        callbacks.submit("listener", () -> callbacks.submit("listener", () -> ran.add("inner")));

        runHandedOver();

        assertThat(ran).containsExactly("inner");
        assertThat(callbacks.isIdle()).isTrue();
    }

    @Test
    void knowsWhetherTheThreadRunsOne() {
        callbacks.submit("listener", () -> ran.add(callbacks.inCallback()));
        runHandedOver();

        assertThat(ran).containsExactly(true);
        assertThat(callbacks.inCallback()).isFalse();
    }

    @Test
    void hasNothingToRetry_whenIdle() {
        rejecting = true;

        assertThat(callbacks.retry()).isTrue();
    }

    @Test
    @Tag("S-36")
    void saysOnceAndWhileItRuns_thatOneRunsForTooLong() {
        try (var lines = CapturedLog.ofSessions()) {
            callbacks.submit("watch listener", () -> {
                callbacks.submit("session listener", () -> {});
                ticker.advance(SLOW.minusNanos(1));
                callbacks.tick();
                ran.add(callbacks.slow() == null);
                ticker.advance(Duration.ofNanos(1));
                callbacks.tick();
                callbacks.tick();
                ran.add(callbacks.slow());
            });

            runHandedOver();

            String thread = Thread.currentThread().getName();
            String told = "a watch listener has been running for 10000 ms on thread " + thread
                    + ", 1 callbacks wait behind it: move its work to a thread of your application";
            assertThat(ran).containsExactly(true, told);
            assertThat(lines.lines()).containsExactly("WARN session 'orders': " + told);
        }
        assertThat(callbacks.slow()).as("when it has ended").isNull();
    }

    @Test
    @Tag("S-44")
    void handsOverWhatWasRejected_withTheNextTick() {
        rejecting = true;
        callbacks.submit("listener", () -> ran.add("first"));
        rejecting = false;

        callbacks.tick();
        runHandedOver();

        assertThat(ran).containsExactly("first");
    }

    @Test
    @Tag("U2")
    void handsOverAgain_whatAnExecutorAcceptsAndDrops() {
        try (var lines = CapturedLog.ofSessions()) {
            callbacks.submit("listener", () -> ran.add("first"));
            handedOver.clear(); // dropped
            callbacks.submit("listener", () -> ran.add("second"));
            callbacks.tick();
            assertThat(handedOver).as("it may be slow only").isEmpty();
            ticker.advance(SLOW.minusNanos(1));
            assertThat(callbacks.overdue()).isNull();

            ticker.advance(Duration.ofNanos(1));
            String told = callbacks.overdue();
            callbacks.tick();

            assertThat(told).contains("run no callback for 10000 ms although it accepted some, 2 wait");
            assertThat(lines.lines()).containsExactly("WARN session 'orders': " + told);
            assertThat(callbacks.failures()).isEqualTo(1);
            assertThat(callbacks.overdue()).as("while none has begun").isNotNull();
            runHandedOver();
            assertThat(ran).containsExactly("first", "second");
            assertThat(callbacks.isIdle()).isTrue();
            assertThat(callbacks.overdue()).as("for some time").contains("did not run callbacks");
            ticker.advance(SLOW.multipliedBy(3));
            assertThat(callbacks.overdue()).isNull();
        }
    }

    @Test
    @Tag("U2")
    @DisplayName("An executor that is slow only runs the drain given up too, before the other, after it, or at the same"
            + " time")
    void runsEachOnceAndInOrder_whenADrainGivenUpBeginsAllTheSame() {
        callbacks.submit("listener", () -> ran.add("first"));
        Runnable late = handedOver.remove();
        ticker.advance(SLOW);
        callbacks.overdue();
        callbacks.tick();
        Runnable other = handedOver.remove();
        callbacks.submit("listener", () -> {
            ran.add("second begins");
            late.run();
            ran.add("second ends");
        });
        callbacks.submit("listener", () -> ran.add("third"));

        other.run();
        late.run();
        assertThat(ran).containsExactly("first", "second begins", "second ends", "third");

        callbacks.submit("listener", () -> ran.add("fourth"));
        late.run();
        runHandedOver();
        assertThat(ran).endsWith("third", "fourth").hasSize(5);
    }

    @Test
    @Tag("U2")
    void runsThemOnTheSessionsOwnThreadAtTheEnd_whenTheExecutorDropsThem() {
        Queue<Runnable> own = new ArrayDeque<>();
        Duration patience = Duration.ofSeconds(1);
        var dropping = new Callbacks(task -> {}, own::add, log, ticker, SLOW, JOURNAL);
        try (var lines = CapturedLog.ofSessions()) {
            dropping.submit("session listener", () -> ran.add("last"));
            assertThat(dropping.bringToEnd(patience)).isTrue();
            assertThat(own).as("it may be slow only").isEmpty();

            ticker.advance(patience);
            assertThat(dropping.bringToEnd(patience)).isTrue();
            assertThat(dropping.bringToEnd(patience)).isTrue();

            assertThat(own).hasSize(1);
            own.remove().run();
            assertThat(ran).containsExactly("last");
            assertThat(dropping.isIdle()).isTrue();
            assertThat(lines.lines())
                    .singleElement()
                    .asString()
                    .contains("has not run within 1000 ms", getClass().getName());
        }
    }

    @Test
    @Tag("S-44")
    void runsThemOnTheSessionsOwnThreadAtTheEnd_whenTheExecutorRejectsThem() {
        Queue<Runnable> own = new ArrayDeque<>();
        var throwing = new Callbacks(
                task -> {
                    throw new RejectedExecutionException("shut down");
                },
                own::add,
                log,
                ticker,
                SLOW,
                JOURNAL);
        throwing.submit("session listener", () -> ran.add("last"));

        assertThat(throwing.bringToEnd(SLOW)).isTrue();

        own.remove().run();
        assertThat(ran).containsExactly("last");
    }

    @Test
    @Tag("K3")
    void givesUpAtTheEnd_whenThereIsNoThreadOfTheSessionsEither() {
        Executor full = task -> {
            throw new RejectedExecutionException("full");
        };
        var threadless = new Callbacks(full, full, log, ticker, SLOW, JOURNAL);
        var threadlessWithTheirs = new Callbacks(full, task -> full.execute(task), log, ticker, SLOW, JOURNAL);
        threadless.submit("session listener", () -> ran.add("last"));
        threadlessWithTheirs.submit("session listener", () -> ran.add("last"));

        assertThat(threadless.bringToEnd(SLOW)).isFalse();
        assertThat(threadlessWithTheirs.bringToEnd(SLOW)).isFalse();
    }

    private void runHandedOver() {
        for (Runnable drain = handedOver.poll(); drain != null; drain = handedOver.poll()) {
            drain.run();
        }
    }
}
