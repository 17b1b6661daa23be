package io.perennial.internal.operation;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Knows the asynchronous calls under way and wakes them: when a session is attached, when it is closed, when their time
 * is up.
 */
final class AsynchronousRuns {
    private final SessionView session;
    private final Executor executor;
    private final Executor completions;
    private final Executor deadlines;
    private final AttemptLimits limits;
    private final Alarm alarm;
    private final Set<Waiting> runs = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean wasAttached = new AtomicBoolean();
    private volatile boolean ended;

    /** A call as seen from here. */
    interface Waiting {
        CallProgress progress();

        /** Makes the next attempt, on a thread for calls. */
        void next();

        /** A session may be there, or none will come; does nothing unless the call waits for that. Must not block. */
        void wake();

        /** Whether a handle is to answer, which it does when it ends, too. */
        boolean isInFlight();

        /** The deadline has passed, or the session is closed. */
        void runOut();
    }

    /**
     * Makes one.
     *
     * @param executor makes attempts
     * @param completions completes futures
     * @param deadlines ends calls whose time is up, even when dependents of other futures block; completes none
     * @param alarm rings at their deadlines
     */
    AsynchronousRuns(
            SessionView session,
            Executor executor,
            Executor completions,
            Executor deadlines,
            AttemptLimits limits,
            Alarm alarm) {
        this.session = session;
        this.executor = executor;
        this.completions = completions;
        this.deadlines = deadlines;
        this.limits = limits;
        this.alarm = alarm;
    }

    /** Where futures are completed, because their dependents may block. */
    Executor completions() {
        return completions;
    }

    /** Whether a thread that sends may have to wait for the permission to. */
    boolean mayBlock() {
        return limits.mayBlock();
    }

    /** The call is tracked from now on. */
    void await(Waiting run) {
        runs.add(run);
        alarm.at(run.progress().deadline(), System.nanoTime());
        if (ended) {
            runOut(run); // Nobody else will.
        }
    }

    void ended(Waiting run) {
        runs.remove(run);
    }

    /** Hands over the next attempt; a call whose time is up does not wait for a thread for calls. */
    void proceed(Waiting run) {
        try {
            if (run.progress().isOver() && !session.isClosed()) {
                runs.remove(run); // It ends by this; a tick need not hand it out, too.
                deadlines.execute(run::runOut);
            } else {
                executor.execute(run::next);
            }
        } catch (RejectedExecutionException e) {
            run.next(); // The session has ended, as the call will find out.
        }
    }

    void pause(Waiting run, long millis) {
        runs.add(run);
        // A timer that the engine has not reached when it stops is dropped.
        if (ended || !session.schedule(Duration.ofMillis(millis), () -> proceed(run)) || ended) {
            proceed(run);
        }
    }

    /** The engine has stopped, and wakes no call any more: every run finds that the session is closed (K1). */
    void end() {
        ended = true;
        runs.forEach(this::runOut);
    }

    /** On the engine's thread. */
    void stateChanged() {
        boolean attached = session.isAttached();
        if (wasAttached.getAndSet(attached) != attached) {
            if (attached) {
                handOver(executor, limits::attached);
            } else {
                limits.detached();
            }
        }
        wake();
    }

    /** On the engine's thread. */
    void wake() {
        if (runs.isEmpty()) {
            return;
        }
        boolean any = session.isAttached() || limits.failFast();
        boolean closed = session.isClosed();
        long now = System.nanoTime();
        for (Waiting run : runs) {
            // At a close what is under way is answered: by the server before it ends the session, or by the handle's
            // end.
            if (run.progress().isOver() || (closed && !run.isInFlight())) {
                runOut(run);
            } else {
                alarm.at(run.progress().deadline(), now);
                if (any) {
                    run.wake();
                }
            }
        }
    }

    /** Once each: a run that continues all the same ends through {@link #proceed}. */
    private void runOut(Waiting run) {
        if (runs.remove(run)) {
            handOver(deadlines, run::runOut);
        }
    }

    private void handOver(Executor to, Runnable task) {
        try {
            to.execute(task);
        } catch (RejectedExecutionException e) {
            completions.execute(task); // The session has ended.
        }
    }
}
