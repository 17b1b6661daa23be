package io.perennial.internal.engine;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;

/**
 * Completes every future that users hold, on threads where its dependents may take their time: one dependent that
 * blocks, or waits for another future of the session, delays none of the others (U4). No completion is ever dropped,
 * not even at the session's end (K1).
 *
 * <p>Concurrency: thread-safe. Completions run on a {@link CompensatingExecutor} or, each as a separate task, on the
 * user's executor; the former runs what the latter does not accept or begin.
 */
public final class Completions implements Executor {
    private final Kind kind;
    private final ThrottledLog log;
    private final Duration slow;
    private final CompensatingExecutor ownThreads;
    private final @Nullable UsersExecutor usersExecutor;

    /** What is run, in words for people. */
    public enum Kind {
        /** Dependents of the session's futures. */
        FUTURES(
                "future",
                "a dependent of one of the session's futures",
                "use the future's ...Async methods with an executor, or the builder's futureExecutor"),
        /** Callbacks of requests on handles that have ended, and of those that are not sent. */
        LATE_ANSWERS(
                "late-answer",
                "a callback of a request that was not answered",
                "move long work to an executor of your own");

        private final String key;
        private final String what;
        private final String advice;

        Kind(String key, String what, String advice) {
            this.key = key;
            this.what = what;
            this.advice = advice;
        }
    }

    /**
     * Creates the executor, with no thread yet.
     *
     * @param kind what is run
     * @param usersExecutor the user's executor, or null for the session's own threads
     * @param threadFactory creates those
     * @param log where problems are logged
     * @param ticker the clock
     * @param slow how long a dependent may run before it is reported
     */
    public Completions(
            Kind kind,
            @Nullable Executor usersExecutor,
            ThreadFactory threadFactory,
            ThrottledLog log,
            Ticker ticker,
            Duration slow) {
        this.kind = kind;
        this.log = log;
        this.slow = slow;
        this.ownThreads = new CompensatingExecutor(threadFactory, ticker, this::complete, this::withoutThread);
        this.usersExecutor = usersExecutor == null
                ? null
                : new UsersExecutor(usersExecutor, ownThreads, this::complete, log, ticker);
    }

    /** Runs it on a thread for completions: later, never on the calling one. */
    @Override
    public void execute(Runnable completion) {
        (usersExecutor == null ? ownThreads : usersExecutor).execute(completion);
    }

    private void withoutThread(Throwable failure) {
        log.warnThrottled(
                kind.key + "-thread",
                "no thread can be started to run " + kind.what + "; it waits until one can: " + failure);
    }

    private void complete(Runnable completion) {
        Throwable thrown = UserCode.run(completion::run);
        if (thrown != null) {
            log.warnThrottled(kind.key, kind.what + " threw; nothing else is affected", thrown);
        }
    }

    /**
     * To be called periodically: takes back what the user's executor does not begin, tries again to get a thread, and
     * logs dependents that run for too long.
     */
    public void tick() {
        takeBackOverdue(slow);
        ownThreads.ensureStandBy();
        String problem = problem();
        if (problem != null) {
            log.warnThrottled(kind.key + "-slow", problem);
        }
    }

    /**
     * The session itself runs what the user's executor has not begun within that time.
     *
     * @param patience since it was handed over
     */
    public void takeBackOverdue(Duration patience) {
        if (usersExecutor != null) {
            usersExecutor.takeBackOverdue(patience);
        }
    }

    /**
     * What blocks threads for completions. From any thread.
     *
     * @return a sentence, or null when nothing runs for too long
     */
    public @Nullable String problem() {
        CompensatingExecutor.Longest longest = ownThreads.longest();
        return longest == null || longest.since().compareTo(slow) < 0 ? null : describe(longest);
    }

    private String describe(CompensatingExecutor.Longest longest) {
        return kind.what + " has been running for "
                + longest.since().toMillis() + " ms on thread "
                + longest.thread().getName() + ", " + longest.threads()
                + " of at most "
                + CompensatingExecutor.MOST_THREADS + " such threads exist and " + longest.waiting()
                + " more wait: " + kind.advice;
    }

    /**
     * Whether the calling thread is completing a future right now.
     *
     * @return whether it is
     */
    public boolean inCompletion() {
        return usersExecutor != null && usersExecutor.isRunningHere();
    }

    /**
     * Whether nothing waits to be begun, and what was begun and still runs has done so for long.
     *
     * @return whether there is nothing to wait for
     */
    public boolean isSettled() {
        return (usersExecutor == null || usersExecutor.isEmpty()) && ownThreads.isSettled();
    }

    /**
     * The session ends: what the user's executor has not begun is taken back, and idle threads end at once. What comes
     * later is still completed.
     */
    public void end() {
        ownThreads.end();
        if (usersExecutor != null) {
            usersExecutor.end();
        }
    }

    /** Time is up: dependents that block are interrupted, including those that still come. */
    public void hurry() {
        ownThreads.hurry();
        end();
    }
}
