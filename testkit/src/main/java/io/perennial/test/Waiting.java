package io.perennial.test;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Repeats an attempt until it succeeds, on a separate thread that is abandoned when the attempt takes too long. */
final class Waiting {
    static final Duration PATIENCE = Duration.ofSeconds(60);

    /** One attempt: a call that a healthy session answers at once. */
    private static final Duration ATTEMPT = Duration.ofSeconds(5);

    private static final Duration PAUSE = Duration.ofMillis(20);

    private Waiting() {}

    /** Returns how long it took; throws an assertion error with the last failure and the details otherwise. */
    static Duration until(String what, Duration patience, Attempt attempt, Supplier<String> details) {
        long start = System.nanoTime();
        while (true) {
            Throwable failure = failureOf(attempt);
            Duration elapsed = Duration.ofNanos(System.nanoTime() - start);
            if (failure == null) {
                return elapsed;
            } else if (elapsed.compareTo(patience) > 0) {
                throw new AssertionError(
                        "%s: not within %s.%nLast attempt: %s%n%s".formatted(what, patience, failure, details.get()),
                        failure);
            }
            pause();
        }
    }

    private static @Nullable Throwable failureOf(Attempt attempt) {
        FutureTask<Boolean> task = new FutureTask<>(() -> {
            attempt.run();
            return true;
        });
        Thread thread = new Thread(task, "test-attempt");
        thread.setDaemon(true);
        thread.start();
        try {
            task.get(ATTEMPT.toMillis(), TimeUnit.MILLISECONDS);
            return null;
        } catch (ExecutionException e) {
            return e.getCause();
        } catch (TimeoutException e) {
            task.cancel(true);
            return new TimeoutException("no answer within " + ATTEMPT);
        } catch (InterruptedException e) {
            task.cancel(true);
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    private static void pause() {
        try {
            Thread.sleep(PAUSE.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    @FunctionalInterface
    interface Attempt {
        void run() throws Exception;
    }
}
