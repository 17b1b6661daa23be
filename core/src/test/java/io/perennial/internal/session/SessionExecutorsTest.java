package io.perennial.internal.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.internal.engine.SessionThreads;
import io.perennial.internal.engine.ThrottledLog;
import io.perennial.internal.engine.Ticker;
import io.perennial.testing.Blocking;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class SessionExecutorsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final SessionThreads threads =
            new SessionThreads("orders", getClass().getClassLoader());
    private final SessionExecutors workers = new SessionExecutors(
            threads, new ThrottledLog("orders", Ticker.system()), Ticker.system(), null, Duration.ofSeconds(10));
    private final CountDownLatch unblock = new CountDownLatch(1);

    @AfterEach
    void endThreads() throws InterruptedException {
        unblock.countDown();
        workers.shutdownNow();
        assertThat(threads.awaitEnd(PATIENCE)).isTrue();
    }

    @Test
    @Tag("K1")
    void runCallsAllTheSame_thatWereQueuedAtTheEnd() {
        var ended = new CompletableFuture<Void>();
        var expired = new CompletableFuture<Void>();
        for (int i = 0; i < 4; i++) {
            workers.operations.execute(() -> Blocking.stubbornlyUntil(unblock));
        }
        workers.deadlines.execute(() -> Blocking.stubbornlyUntil(unblock));
        workers.operations.execute(() -> ended.complete(null));
        workers.deadlines.execute(() -> expired.complete(null));

        workers.shutdownNow();

        assertThat(ended).succeedsWithin(PATIENCE);
        assertThat(expired).succeedsWithin(PATIENCE);
    }

    @Test
    @Tag("S-64")
    void goOn_whateverATaskThrows() {
        var thread = new CompletableFuture<Thread>();
        var same = new CompletableFuture<Boolean>();
        workers.handles.execute(() -> {
            thread.complete(Thread.currentThread());
            throw new StackOverflowError();
        });

        workers.handles.execute(() -> same.complete(Thread.currentThread() == thread.join()));

        assertThat(same).succeedsWithin(PATIENCE).isEqualTo(true);
    }
}
