package io.perennial.internal.operation;

import io.perennial.internal.operation.Attempts.Done;
import io.perennial.internal.operation.Attempts.Pause;
import io.perennial.internal.operation.Attempts.Step;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Drives a call on threads for calls: a thread is taken for each attempt, not for the waits between two.
 *
 * <p>Concurrency: a run is in one phase at a time, and the thread that takes it out of one by compare-and-set moves it
 * on. The future completes on a thread for futures, never on one for calls, which its dependents might block.
 */
final class PooledRun<T extends @Nullable Object> implements AsynchronousRuns.Waiting {
    private final Attempts<T> attempts;
    private final SessionView session;
    private final AsynchronousRuns runs;
    private final CompletableFuture<T> future = new CompletableFuture<>();
    private final AtomicReference<Phase> phase = new AtomicReference<>(Phase.UNDER_WAY);

    private enum Phase {
        /** With the executor, which may have no thread free. */
        QUEUED,
        /** An attempt is being made, or a pause. */
        UNDER_WAY,
        /** Waiting for a session. */
        WAITING,
        ENDED
    }

    PooledRun(Attempts<T> attempts, SessionView session, AsynchronousRuns runs) {
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
    public CallProgress progress() {
        return attempts.progress();
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
            attempt();
        }
    }

    @Override
    public void next() {
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
            Step<T> step = progress().isOver() ? attempts.outOfTime() : attempts.next();
            if (step instanceof Done<T> done) {
                end();
                complete(done.value());
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
            fail(e);
        }
    }

    private void interrupted(InterruptedException e) {
        T value;
        try {
            value = ((Done<T>) attempts.interrupted(e)).value();
        } catch (RuntimeException failure) {
            fail(failure);
            return;
        }
        complete(value);
    }

    private void complete(T value) {
        runs.completions().execute(() -> future.complete(value));
    }

    private void fail(Throwable failure) {
        runs.completions().execute(() -> future.completeExceptionally(failure));
    }

    private void await() {
        phase.set(Phase.WAITING);
        // Catches up with what came before this could be seen.
        if (session.isAttached() || session.isClosed() || progress().isOver()) {
            wake();
        }
    }

    private void end() {
        phase.set(Phase.ENDED);
        runs.ended(this);
    }
}
