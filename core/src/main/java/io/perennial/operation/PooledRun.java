package io.perennial.operation;

import io.perennial.operation.Attempts.Done;
import io.perennial.operation.Attempts.Pause;
import io.perennial.operation.Attempts.Step;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Drives a call on threads for calls: one is taken for each attempt, not for what is waited for between two.
 *
 * <p>Concurrency: a run is in one phase at a time, and whoever takes it out of one by compare-and-set moves it on. Futures
 * complete on a thread for calls; those whose time was over before such a thread was free, on the one for futures.
 */
final class PooledRun<T extends @Nullable Object> implements AsynchronousRuns.Waiting {
    private final Attempts<T> attempts;
    private final SessionGate session;
    private final AsynchronousRuns runs;
    private final CompletableFuture<T> future = new CompletableFuture<>();
    private final AtomicReference<Phase> phase = new AtomicReference<>(Phase.UNDER_WAY);

    private enum Phase {
        /** With the executor, which may have no thread free. */
        QUEUED,
        /** An attempt is being made, or a pause. */
        UNDER_WAY,
        /** For a session. */
        WAITING,
        ENDED
    }

    PooledRun(Attempts<T> attempts, SessionGate session, AsynchronousRuns runs) {
        this.attempts = attempts;
        this.session = session;
        this.runs = runs;
    }

    CompletableFuture<T> start() {
        runs.await(this);
        proceed();
        return future;
    }

    @Override
    public Course course() {
        return attempts.course();
    }

    private void proceed() {
        phase.set(Phase.QUEUED);
        runs.proceed(this);
    }

    @Override
    public void wake() {
        if (phase.compareAndSet(Phase.WAITING, Phase.UNDER_WAY)) {
            proceed();
        }
    }

    @Override
    public void runOut() {
        if (phase.compareAndSet(Phase.QUEUED, Phase.UNDER_WAY) || phase.compareAndSet(Phase.WAITING, Phase.UNDER_WAY)) {
            attempt(runs::completeOverdue);
        }
    }

    @Override
    public void next() {
        if (phase.compareAndSet(Phase.QUEUED, Phase.UNDER_WAY)) {
            attempt(Runnable::run);
        }
    }

    private void attempt(Executor completions) {
        if (future.isDone()) {
            end(); // Cancelled by its holder.
            return;
        }
        try {
            Step<T> step = course().isOver() ? attempts.outOfTime() : attempts.next();
            if (step instanceof Done<T> done) {
                end();
                completions.execute(() -> future.complete(done.value()));
            } else if (step instanceof Pause<T> pause) {
                phase.set(Phase.QUEUED);
                runs.pause(this, pause.millis());
            } else {
                await();
            }
        } catch (InterruptedException e) {
            end();
            interrupted(e);
        } catch (Throwable e) {
            end();
            completions.execute(() -> future.completeExceptionally(e));
        }
    }

    private void interrupted(InterruptedException e) {
        try {
            future.complete(((Done<T>) attempts.interrupted(e)).value());
        } catch (RuntimeException failure) {
            future.completeExceptionally(failure);
        }
    }

    private void await() {
        phase.set(Phase.WAITING);
        // What came before this could be seen is caught up with.
        if (session.isAttached() || session.isClosed() || course().isOver()) {
            wake();
        }
    }

    private void end() {
        phase.set(Phase.ENDED);
        runs.ended(this);
    }
}
