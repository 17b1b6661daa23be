package io.perennial.internal.handle;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;

/**
 * Runs callbacks that no client's event thread can run: when it has ended, and when the request is not sent.
 *
 * @param executor where they run
 * @param timer runs a task after a while, on a thread that must not be blocked; or never, if the session ends before
 */
public record LateAnswers(Executor executor, BiConsumer<Duration, Runnable> timer) {
    void execute(Runnable callback) {
        executor.execute(callback);
    }

    void executeAfter(Duration delay, Runnable callback) {
        timer.accept(delay, () -> execute(callback));
    }
}
