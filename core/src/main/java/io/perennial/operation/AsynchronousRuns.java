package io.perennial.operation;

import io.perennial.operation.Attempts.Done;
import io.perennial.operation.Attempts.Pause;
import io.perennial.operation.Attempts.Step;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Drives asynchronous calls: a thread is taken for each attempt only, not for what is waited for between two.
 *
 * <p>Concurrency: a run is in one phase at a time, and whoever takes it out of one by compare-and-set moves it on. Futures
 * complete on a thread for calls; those whose time was over before such a thread was free, on the one for futures.
 */
final class AsynchronousRuns {
    private final SessionGate session;
    private final Executor executor;
    private final Executor overdue;
    private final Limits limits;
    private final Set<Run<?>> runs = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean wasAttached = new AtomicBoolean();

    AsynchronousRuns(SessionGate session, Executor executor, Executor overdue, Limits limits) {
        this.session = session;
        this.executor = executor;
        this.overdue = overdue;
        this.limits = limits;
    }

    <T extends @Nullable Object> CompletableFuture<T> start(Attempts<T> attempts) {
        var run = new Run<>(attempts);
        runs.add(run);
        run.proceed();
        return run.future;
    }

    /** On the engine's thread. */
    void stateChanged() {
        boolean attached = session.isAttached();
        if (wasAttached.getAndSet(attached) != attached && attached) {
            handOver(limits::attached);
        }
        wake();
    }

    /** Those that wait for a session go on if there is one, if it is closed, or if their time is over. */
    void wake() {
        if (runs.isEmpty()) {
            return;
        }
        boolean any = session.isAttached() || session.isClosed() || limits.failFast();
        for (Run<?> run : runs) {
            if (run.attempts.course().isOver()) {
                run.runOut();
            } else if (any) {
                run.wake();
            }
        }
    }

    private void handOver(Runnable task) {
        try {
            executor.execute(task);
        } catch (RejectedExecutionException e) {
            // The session has ended.
        }
    }

    private enum Phase {
        /** With the executor, which may have no thread free. */
        QUEUED,
        /** An attempt is being made, or a pause. */
        UNDER_WAY,
        /** For a session. */
        WAITING,
        ENDED
    }

    private final class Run<T extends @Nullable Object> {
        private final Attempts<T> attempts;
        private final CompletableFuture<T> future = new CompletableFuture<>();
        private final AtomicReference<Phase> phase = new AtomicReference<>(Phase.UNDER_WAY);

        private Run(Attempts<T> attempts) {
            this.attempts = attempts;
        }

        private void proceed() {
            phase.set(Phase.QUEUED);
            try {
                executor.execute(this::attemptIfDue);
            } catch (RejectedExecutionException e) {
                end();
                future.completeExceptionally(
                        new SessionClosedException("session '" + session.name() + "' is closed", e));
            }
        }

        private void wake() {
            if (phase.compareAndSet(Phase.WAITING, Phase.UNDER_WAY)) {
                proceed();
            }
        }

        /** The deadline has passed. */
        private void runOut() {
            if (phase.compareAndSet(Phase.QUEUED, Phase.UNDER_WAY)
                    || phase.compareAndSet(Phase.WAITING, Phase.UNDER_WAY)) {
                try {
                    overdue.execute(this::attempt);
                } catch (RejectedExecutionException e) {
                    proceed();
                }
            }
        }

        private void attemptIfDue() {
            if (phase.compareAndSet(Phase.QUEUED, Phase.UNDER_WAY)) {
                attempt();
            }
        }

        private void attempt() {
            if (future.isDone()) {
                end(); // Cancelled by its holder.
                return;
            }
            try {
                Step<T> step = attempts.course().isOver() ? attempts.outOfTime() : attempts.next();
                if (step instanceof Done<T> done) {
                    end();
                    future.complete(done.value());
                } else if (step instanceof Pause<T> pause) {
                    if (!session.schedule(Duration.ofMillis(pause.millis()), this::proceed)) {
                        proceed();
                    }
                } else {
                    await();
                }
            } catch (InterruptedException e) {
                end();
                future.completeExceptionally(attempts.course().interrupted(e));
            } catch (Throwable e) {
                end();
                future.completeExceptionally(e);
            }
        }

        private void await() {
            phase.set(Phase.WAITING);
            // What came before this could be seen is caught up with.
            if (session.isAttached() || session.isClosed() || attempts.course().isOver()) {
                wake();
            }
        }

        private void end() {
            phase.set(Phase.ENDED);
            runs.remove(this);
        }
    }
}
