package io.perennial.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.testing.WhileWaiting;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("K2")
class UninterruptedTest {
    private static final Duration LONG = Duration.ofMinutes(5);

    @AfterEach
    void forgetTheInterrupt() {
        Thread.interrupted();
    }

    @Test
    void waitsForAFuture_andStaysInterrupted() {
        var future = new CompletableFuture<String>();
        WhileWaiting.run(() -> future.complete("done"));
        Thread.currentThread().interrupt();

        assertThat(Uninterrupted.await(future, LONG)).isTrue();

        assertThat(future).isDone();
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void waitsForAFuture_howeverItEnds() {
        assertThat(Uninterrupted.await(CompletableFuture.failedFuture(new IllegalStateException("so")), LONG))
                .isTrue();
        var cancelled = new CompletableFuture<String>();
        cancelled.cancel(false);
        assertThat(Uninterrupted.await(cancelled, LONG)).isTrue();
        assertThat(Thread.interrupted()).isFalse();
    }

    @Test
    void saysThatItIsNotDone_andStaysInterrupted() {
        Thread.currentThread().interrupt();

        assertThat(Uninterrupted.await(new CompletableFuture<String>(), Duration.ofMillis(1)))
                .isFalse();

        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void waitsForAThread_andStaysInterrupted() {
        var end = new CountDownLatch(1);
        var thread = new Thread(
                () -> {
                    try {
                        end.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                },
                "test-awaited");
        thread.setDaemon(true);
        thread.start();
        WhileWaiting.run(end::countDown);
        Thread.currentThread().interrupt();

        Uninterrupted.join(thread, LONG);

        assertThat(thread.isAlive()).isFalse();
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void waitsAnew_andStaysInterrupted() {
        var done = new CountDownLatch(1);
        Thread waiting = Thread.currentThread();
        WhileWaiting.run(() -> {
            waiting.interrupt();
            done.countDown();
        });

        Uninterrupted.run(() -> assertThat(done.await(5, TimeUnit.MINUTES)).isTrue());

        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void waitsForAThread_noLongerThanThat() {
        Uninterrupted.join(Thread.currentThread(), Duration.ofMillis(1));

        assertThat(Thread.interrupted()).isFalse();
    }
}
