package io.perennial.internal.session;

import io.perennial.internal.engine.Completions;
import io.perennial.internal.engine.Completions.Kind;
import io.perennial.internal.engine.SessionThreads;
import io.perennial.internal.engine.ThrottledLog;
import io.perennial.internal.engine.Ticker;
import io.perennial.internal.engine.UserCode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The session's threads besides the engine: one per role, made when first needed and ended when it has been idle. No
 * role ever waits behind another's work: the application's (callbacks, futures, Curator's listeners) must not hold up
 * the session's (handles).
 */
final class SessionExecutors {
    private static final long IDLE_SECONDS = 10;
    private static final int ASYNCHRONOUS_OPERATIONS = 4;

    private final SessionThreads threads;
    private final ThrottledLog log;
    private final List<ThreadPoolExecutor> all = new ArrayList<>();

    /** Makes and ends handles. */
    final ExecutorService handles;
    /** Runs listeners, unless the user provided an executor. */
    final ExecutorService callbacks;
    /**
     * Runs the application's actions for a lapsed lease, and waits for them; exists while the application wants any.
     */
    final ExecutorService lease;
    /** Completes futures. */
    final Completions completions;
    /**
     * Runs callbacks that ZooKeeper's client would call under its locks: not on a user's executor, which may block.
     */
    final Completions lateAnswers;
    /** Where Curator is notified of handles, and notifies its listeners. */
    final ExecutorService curatorEvents;
    /** Curator's own {@code runSafe} service, which it never shuts down (GH-1277). */
    final ExecutorService curatorSafe;
    /** Ends asynchronous operations whose deadline has passed. */
    final ExecutorService deadlines;
    /** Runs what of asynchronous operations waits for an answer; a few threads, because each blocks meanwhile. */
    final ThreadPoolExecutor operations;

    SessionExecutors(
            SessionThreads threads, ThrottledLog log, Ticker ticker, @Nullable Executor futureExecutor, Duration slow) {
        this.threads = threads;
        this.log = log;
        this.completions = new Completions(Kind.FUTURES, futureExecutor, threads.role("future"), log, ticker, slow);
        this.lateAnswers = new Completions(Kind.LATE_ANSWERS, null, threads.role("late-answer"), log, ticker, slow);
        this.handles = single("handle");
        this.callbacks = single("callback");
        this.lease = single("lease");
        this.curatorEvents = single("curator-event");
        this.curatorSafe = single("curator-safe");
        this.deadlines = single("deadline");
        this.operations = pool("operation", ASYNCHRONOUS_OPERATIONS);
        // The caller of a submitted call holds a future for it, and must learn that it will not run.
        this.operations.setRejectedExecutionHandler(new ThreadPoolExecutor.AbortPolicy());
    }

    private ExecutorService single(String role) {
        return pool(role, 1);
    }

    private ThreadPoolExecutor pool(String role, int size) {
        var executor =
                new ThreadPoolExecutor(
                        size, size, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), threads.role(role)) {
                    /** An exception thrown by a task ends neither the thread nor the tasks behind it. */
                    @Override
                    public void execute(Runnable task) {
                        super.execute(() -> {
                            Throwable thrown = UserCode.run(task::run);
                            if (thrown != null) {
                                log.warnThrottled("thread:" + role, "something threw on thread " + role, thrown);
                            }
                        });
                    }
                };
        executor.allowCoreThreadTimeOut(true);
        // After the end of the session nobody is left to notify.
        executor.setRejectedExecutionHandler((task, rejecting) -> {
            if (!rejecting.isShutdown()) {
                throw new RejectedExecutionException(role);
            }
        });
        all.add(executor);
        return executor;
    }

    /** Queued tasks still run; then the threads end. */
    void shutdown() {
        all.forEach(ThreadPoolExecutor::shutdown);
        completions.end();
        lateAnswers.end();
    }

    /** Interrupts what still runs. A queued call ends all the same: a caller holds its future (K1). */
    void shutdownNow() {
        for (ThreadPoolExecutor executor : all) {
            List<Runnable> left = executor.shutdownNow();
            if (executor == operations || executor == deadlines) {
                left.forEach(completions::execute);
            }
        }
        completions.hurry();
        lateAnswers.hurry();
    }

    /** What blocks threads on which application code may take its time. From any thread. */
    List<String> problems() {
        return Stream.of(completions.problem(), lateAnswers.problem())
                .filter(Objects::nonNull)
                .toList();
    }

    /** Waits for the threads to end, except the calling one. */
    boolean awaitEnd(Duration timeout) throws InterruptedException {
        long deadlineNanos = System.nanoTime() + timeout.toNanos();
        boolean ended = true;
        for (ThreadPoolExecutor executor : all) {
            ended &= executor.awaitTermination(Math.max(0, deadlineNanos - System.nanoTime()), TimeUnit.NANOSECONDS);
        }
        return ended;
    }
}
