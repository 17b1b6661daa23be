package io.perennial.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.perennial.testing.Blocking;
import io.perennial.testing.CapturedLog;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Tag("U4")
@Tag("S-63")
class CompletionsTest {
    private static final Duration SLOW = Duration.ofSeconds(10);
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final ThrottledLog log = new ThrottledLog("orders", Ticker.system());
    private final SessionThreads threads =
            new SessionThreads("orders", getClass().getClassLoader());
    private final Completions completions = completions(null);
    private final List<Object> ran = new CopyOnWriteArrayList<>();
    private final CountDownLatch unblock = new CountDownLatch(1);

    private Completions completions(Executor theirs) {
        return new Completions(Completions.Kind.FUTURES, theirs, threads.role("future"), log, Ticker.system(), SLOW);
    }

    @AfterEach
    void endThreads() throws InterruptedException {
        unblock.countDown();
        completions.hurry();
        assertThat(threads.awaitEnd(PATIENCE)).isTrue();
    }

    @Test
    void completesInOrder_onOneOrTwoThreads_howeverManyThereAre() {
        List<Integer> order = Collections.synchronizedList(new ArrayList<>());
        Set<Thread> used = ConcurrentHashMap.newKeySet();

        IntStream.range(0, 20_000)
                .forEach(i -> completions.execute(() -> {
                    order.add(i);
                    used.add(Thread.currentThread());
                }));

        await().atMost(PATIENCE).untilAsserted(() -> assertThat(order).hasSize(20_000));
        // A slow machine may let one stand still for longer than a dependent may.
        assertThat(used).hasSizeLessThan(6);
        if (used.size() == 1) {
            assertThat(order)
                    .containsExactlyElementsOf(
                            IntStream.range(0, 20_000).boxed().toList());
        }
        await().atMost(PATIENCE).until(completions::isSettled);
    }

    @Test
    void goesOn_whenSomeBlock() {
        for (int i = 0; i < 5; i++) {
            completions.execute(() -> Blocking.until(unblock));
            completions.execute(() -> ran.add("behind one"));
        }

        await().atMost(PATIENCE).untilAsserted(() -> assertThat(ran).hasSize(5));
        await().atMost(PATIENCE).until(completions::isSettled);
    }

    @Test
    void completesTheLast_whenAllOthersWaitForIt() {
        var last = new CompletableFuture<String>();
        for (int i = 0; i < 8; i++) {
            completions.execute(() -> ran.add(last.join()));
        }
        completions.execute(() -> last.complete("last"));

        await().atMost(PATIENCE).untilAsserted(() -> assertThat(ran).hasSize(8));
    }

    @Test
    void goesOn_whateverOneThrows() {
        completions.execute(() -> Sneaky.sneak(new IOException("not declared")));
        completions.execute(() -> {
            throw new NoClassDefFoundError("gone");
        });
        completions.execute(() -> ran.add("behind them"));

        await().atMost(PATIENCE).untilAsserted(() -> assertThat(ran).hasSize(1));
    }

    @Test
    @Tag("K1")
    void interruptsThoseThatBlock_andCompletesTheRest_whenThereIsNoTimeAnyMore() {
        for (int i = 0; i < 3; i++) {
            completions.execute(() -> Blocking.until(unblock));
        }
        await().atMost(PATIENCE).until(completions::isSettled);

        completions.hurry();
        completions.execute(() -> {
            Blocking.until(unblock);
            ran.add("interrupted");
        });
        completions.execute(() -> ran.add("later"));

        await().atMost(PATIENCE).untilAsserted(() -> assertThat(ran).containsExactlyInAnyOrder("later", "interrupted"));
    }

    @Test
    @Tag("K1")
    void interruptsWhatStillComes_whenThereIsNoTime_theLastToo() throws Exception {
        completions.execute(() -> Blocking.until(unblock));
        completions.execute(() -> Blocking.until(unblock));
        completions.execute(() -> Blocking.until(unblock));

        completions.hurry();

        assertThat(threads.awaitEnd(PATIENCE)).isTrue();
    }

    @Test
    void tellsOfOneThatRunsForTooLong() {
        var impatient = new Completions(
                Completions.Kind.FUTURES, null, threads.role("future"), log, Ticker.system(), Duration.ofMillis(1));
        impatient.execute(() -> Blocking.until(unblock));

        await().atMost(PATIENCE).untilAsserted(() -> assertThat(impatient.problem())
                .contains("perennial-orders-future")
                .contains("futureExecutor"));
        impatient.hurry();
    }

    @ParameterizedTest
    @MethodSource
    void doesItself_whatTheUsersExecutorDoesNotTake(Executor theirs) {
        try (var lines = CapturedLog.ofSessions()) {
            var handing = completions(theirs);

            handing.execute(() -> ran.add(Thread.currentThread().getName()));

            await().atMost(PATIENCE)
                    .untilAsserted(
                            () -> assertThat(ran).singleElement().asString().startsWith("perennial-orders-future"));
            assertThat(lines.lines()).singleElement().asString().contains("futureExecutor");
            handing.end();
        }
    }

    static List<Executor> doesItself_whatTheUsersExecutorDoesNotTake() {
        return List.of(
                Runnable::run,
                task -> {
                    throw new RejectedExecutionException("full");
                },
                task -> Sneaky.sneak(new IOException("not declared")));
    }

    @Test
    @Tag("K1")
    void takesBackWhatTheUsersExecutorDrops_atTheEnd_andWhenItHasWaitedForLong() {
        var ticker = new HandTicker();
        var dropping = new Completions(Completions.Kind.FUTURES, task -> {}, threads.role("future"), log, ticker, SLOW);
        dropping.execute(() -> ran.add("late"));
        dropping.tick();
        assertThat(ran).isEmpty();

        ticker.advance(SLOW);
        dropping.tick();
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(ran).containsExactly("late"));
        dropping.execute(() -> ran.add("at the end"));
        dropping.end();

        await().atMost(PATIENCE).untilAsserted(() -> assertThat(ran).containsExactly("late", "at the end"));
    }

    @Test
    @Tag("S-64")
    void keepsThem_whileThereIsNoThreadToBeHad() {
        var none = new boolean[] {true};
        ThreadFactory usual = threads.role("future");
        var starved = new Completions(
                Completions.Kind.FUTURES,
                null,
                task -> {
                    if (none[0]) {
                        throw new OutOfMemoryError("unable to create native thread");
                    }
                    return usual.newThread(task);
                },
                log,
                Ticker.system(),
                SLOW);

        starved.execute(() -> ran.add("kept"));
        none[0] = false;
        starved.tick();

        await().atMost(PATIENCE).untilAsserted(() -> assertThat(ran).containsExactly("kept"));
        starved.end();
    }

    @Test
    @Tag("K1")
    @Tag("K3")
    @Tag("S-64")
    void completesThemItself_atTheEnd_whenThereIsNoThreadToBeHad() {
        var starved = new Completions(
                Completions.Kind.FUTURES,
                null,
                task -> {
                    throw new OutOfMemoryError("unable to create native thread");
                },
                log,
                Ticker.system(),
                SLOW);
        starved.execute(() -> ran.add(Thread.currentThread()));
        starved.execute(() -> ran.add(Thread.currentThread()));
        assertThat(ran).isEmpty();

        Thread.currentThread().interrupt();
        starved.end();
        assertThat(Thread.interrupted()).isTrue();
        assertThat(ran).containsExactly(Thread.currentThread(), Thread.currentThread());

        starved.execute(() -> starved.execute(() -> ran.add("later")));
        assertThat(ran).endsWith("later").hasSize(3);
    }
}
