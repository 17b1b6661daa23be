package io.perennial.internal.engine;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * Runs completions on the user's executor, each as a separate task. What that executor rejects, drops or does not begin
 * goes to a fallback, and no completion runs twice.
 *
 * <p>Concurrency: thread-safe. A completion is run by the first to take it, the user's executor or the fallback.
 */
final class UsersExecutor implements Executor {
    private final Executor delegate;
    private final Executor fallback;
    private final Consumer<Runnable> runner;
    private final ThrottledLog log;
    private final Ticker ticker;
    /** Handed over and not begun. */
    private final Set<Once> handedOver = ConcurrentHashMap.newKeySet();
    /** Running a completion. */
    private final Set<Thread> threads = ConcurrentHashMap.newKeySet();

    private volatile boolean ended;

    UsersExecutor(Executor delegate, Executor fallback, Consumer<Runnable> runner, ThrottledLog log, Ticker ticker) {
        this.delegate = delegate;
        this.fallback = fallback;
        this.runner = runner;
        this.log = log;
        this.ticker = ticker;
    }

    /** A completion that two executors may have. */
    private final class Once implements Runnable {
        private final Runnable task;
        private final long since = ticker.nanos();
        private final AtomicBoolean taken = new AtomicBoolean();

        private Once(Runnable task) {
            this.task = task;
        }

        private boolean take() {
            handedOver.remove(this);
            return taken.compareAndSet(false, true);
        }

        @Override
        public void run() {
            if (take()) {
                threads.add(Thread.currentThread());
                runner.accept(task);
                threads.remove(Thread.currentThread());
            }
        }
    }

    @Override
    public void execute(Runnable completion) {
        if (ended) {
            fallback.execute(completion);
            return;
        }
        var once = new Once(completion);
        handedOver.add(once);
        HandOver.Outcome outcome = HandOver.to(delegate, once);
        if (outcome.result() != HandOver.Result.ACCEPTED) {
            log.warnThrottled("future-executor", refusal(outcome));
            takeBack(once);
        } else if (ended) {
            takeBack(once); // The end came too early to find it.
        }
    }

    private static String refusal(HandOver.Outcome outcome) {
        return (outcome.result() == HandOver.Result.ON_THE_SPOT
                        ? "the future executor runs tasks on the thread that submits them, which may be the engine's"
                        : "the future executor rejects tasks (" + outcome.thrown() + ")")
                + "; the session completes futures on its own threads instead. Give futureExecutor a pool of threads";
    }

    private void takeBack(Once once) {
        if (once.take()) {
            fallback.execute(once.task);
        }
    }

    /** Moves to the fallback what has not been begun within that time. */
    void takeBackOverdue(Duration patience) {
        for (Once once : handedOver) {
            if (ticker.nanos() - once.since >= patience.toNanos()) {
                log.warnThrottled(
                        "future-executor-late",
                        "the future executor has not started a task within "
                                + patience.toMillis()
                                + " ms; the session runs it itself. Does the executor discard tasks, or is it full or"
                                + " shut down?");
                takeBack(once);
            }
        }
    }

    /** Whether everything handed over has been begun or taken back. */
    boolean isEmpty() {
        return handedOver.isEmpty();
    }

    /** Whether the calling thread is one of the user's, and running a completion. */
    boolean isRunningHere() {
        return threads.contains(Thread.currentThread());
    }

    /** What has not been begun goes to the fallback, and so does what still comes. */
    void end() {
        ended = true;
        handedOver.forEach(this::takeBack);
    }
}
