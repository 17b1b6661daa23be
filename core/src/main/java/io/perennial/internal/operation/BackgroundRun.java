package io.perennial.internal.operation;

import io.perennial.ResilientSessionException;
import io.perennial.internal.engine.UserCode;
import io.perennial.internal.protocol.ErrorKind;
import io.perennial.operation.BackgroundCall;
import io.perennial.operation.BackgroundCall.InBackground;
import io.perennial.operation.Effect;
import io.perennial.operation.SessionClosedException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.api.BackgroundCallback;
import org.apache.curator.framework.api.CuratorEvent;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.KeeperException.Code;
import org.jspecify.annotations.Nullable;

/**
 * A call in Curator's background: no thread waits for its answer. Attempts are sent on the caller's thread, or on a
 * thread for calls when there was something to wait for.
 *
 * <p>Concurrency: {@code phase} is one of the phases below, or the attempt that was sent; the one that takes the run
 * out of a phase by compare-and-set (the answer, the deadline, the next step) decides what comes next. So "nothing was
 * sent" is only ever reported by code that has prevented it from being sent, and a late answer decides nothing.
 */
final class BackgroundRun implements AsynchronousRuns.Waiting {
    /** The next attempt is with an executor, or with the engine for a pause. */
    private static final Object QUEUED = new Object();
    /** Preparing an attempt. */
    private static final Object STEPPING = new Object();
    /** Waiting for a session. */
    private static final Object WAITING = new Object();
    /** Deciding what an answer means. */
    private static final Object ANSWERED = new Object();

    private static final Object ENDED = new Object();

    // Not an object per call.
    private static final AtomicReferenceFieldUpdater<BackgroundRun, Object> PHASE =
            AtomicReferenceFieldUpdater.newUpdater(BackgroundRun.class, Object.class, "phase");

    private final CuratorFramework curator;
    private final SessionView session;
    private final AttemptLimits limits;
    private final CallOptions options;
    private final Effect effect;
    private final BackgroundCall call;
    private final CallProgress progress;
    private final AsynchronousRuns runs;
    private final CompletableFuture<CuratorEvent> future = new CompletableFuture<>();

    private volatile Object phase = QUEUED;

    BackgroundRun(
            CuratorFramework curator,
            SessionView session,
            AttemptLimits limits,
            CallOptions options,
            Effect effect,
            BackgroundCall call,
            CallProgress progress,
            AsynchronousRuns runs) {
        this.curator = curator;
        this.session = session;
        this.limits = limits;
        this.options = options;
        this.effect = effect;
        this.call = call;
        this.progress = progress;
        this.runs = runs;
    }

    CompletableFuture<CuratorEvent> start() {
        if (limits.mayBlock()) {
            runs.await(this); // There may be no free thread for calls.
            runs.proceed(this);
        } else {
            next();
        }
        return future;
    }

    @Override
    public CallProgress progress() {
        return progress;
    }

    /** The next attempt, or the end. */
    @Override
    public void next() {
        if (!PHASE.compareAndSet(this, QUEUED, STEPPING)) {
            return;
        }
        if (future.isDone()) {
            end(); // Cancelled by its holder.
            return;
        }
        try {
            options.refuseIfGone(session);
            if (progress.isOver()) {
                throw progress.noSession();
            }
            if (session.isAttached()) {
                send();
            } else {
                limits.refuseIfHopeless();
                await();
            }
        } catch (InterruptedException e) {
            fail(progress.interrupted(e));
        } catch (Throwable e) {
            fail(session.isClosed() ? closed(e) : e);
        }
    }

    private void await() {
        runs.await(this);
        if (PHASE.compareAndSet(this, STEPPING, WAITING) && (session.isAttached() || session.isClosed())) {
            wake();
        }
    }

    @Override
    public void wake() {
        if (PHASE.compareAndSet(this, WAITING, QUEUED)) {
            runs.proceed(this);
        }
    }

    private void send() throws Throwable {
        progress.attempt();
        runs.await(this);
        limits.acquire(progress);
        var attempt = new Attempt(options.boundTo(session));
        if (!PHASE.compareAndSet(this, STEPPING, attempt)) {
            limits.abandoned(); // The deadline has passed meanwhile.
            runs.ended(this);
            return;
        }
        Long outer = CallBinding.enter(attempt.boundTo);
        try {
            call.run(curator, attempt);
        } catch (Throwable e) { // an Error too, or an undeclared exception of the caller's code
            if (PHASE.compareAndSet(this, attempt, STEPPING)) {
                limits.abandoned();
                throw e;
            }
        } finally {
            CallBinding.leave(outer);
        }
    }

    @Override
    public void runOut() {
        // Until it has been taken out of some phase: nothing asks a second time.
        for (Object now = phase; now != ANSWERED && now != ENDED; now = phase) {
            if (PHASE.compareAndSet(this, now, ENDED)) {
                Attempt attempt = now instanceof Attempt sent ? sent : null;
                complete(() -> runOut(attempt));
                return;
            }
        }
    }

    private void runOut(@Nullable Attempt attempt) {
        if (attempt == null) {
            fail(session.isClosed() ? closed(progress.noSession()) : progress.noSession());
            return;
        }
        limits.unanswered(
                attempt.begun, System.nanoTime() - attempt.begun, new KeeperException.OperationTimeoutException());
        String why = session.isClosed() ? "the session was closed" : "the server did not answer in time";
        fail(progress.withoutAnswer(effect, why, null));
    }

    /**
     * On the handle's event thread, where none of the user's code may run: not even a listener of the circuit breaker.
     */
    private void answered(Attempt attempt, CuratorEvent event) {
        if (PHASE.compareAndSet(this, attempt, ANSWERED)) {
            long took = System.nanoTime() - attempt.begun;
            complete(() -> settle(attempt, event, took));
        }
    }

    private void settle(Attempt attempt, CuratorEvent event, long took) {
        Code code = ErrorKind.codeOf(event.getResultCode());
        if (event.getContext() != attempt) {
            limits.abandoned();
            fail(new IllegalStateException("session '" + session.name()
                    + "': the operation was handed over without its context; give inBackground(in.callback(),"
                    + " in.context())"));
        } else if (attempt.refused) {
            limits.abandoned();
            again(CallProgress.LOOK_AGAIN_MILLIS);
        } else if (code == Code.OK) {
            limits.answered(took);
            progress.complete();
            end();
            future.complete(event);
        } else {
            afterError(KeeperException.create(code, event.getPath()), attempt.begun, took);
        }
    }

    private void afterError(KeeperException error, long begun, long took) {
        limits.failed(begun, took, error);
        try {
            again(progress.pauseAfter(effect, error));
        } catch (ResilientSessionException e) {
            fail(e);
        }
    }

    private void again(long pauseMillis) {
        phase = QUEUED;
        runs.pause(this, pauseMillis);
    }

    private SessionClosedException closed(Throwable e) {
        return e instanceof SessionClosedException already
                ? already
                : new SessionClosedException("session '" + session.name() + "' was closed during the call", e);
    }

    private void end() {
        phase = ENDED;
        runs.ended(this);
    }

    private void fail(Throwable e) {
        end();
        runs.completions().execute(() -> future.completeExceptionally(e));
    }

    /** Off the event thread. User code called on the way to the outcome may throw, too. */
    private void complete(Runnable completion) {
        runs.completions().execute(() -> {
            Throwable thrown = UserCode.run(completion::run);
            if (thrown != null) {
                fail(thrown);
            }
        });
    }

    /** One attempt, as Curator and the handle know it. */
    private final class Attempt implements InBackground, BackgroundCallback, CallBinding.Bound {
        private final long boundTo;
        private final long begun = System.nanoTime();
        private volatile boolean refused;

        private Attempt(long boundTo) {
            this.boundTo = boundTo;
        }

        @Override
        public BackgroundCallback callback() {
            return this;
        }

        @Override
        public Object context() {
            return this;
        }

        @Override
        public long boundTo() {
            return boundTo;
        }

        @Override
        public boolean isAwaited() {
            return phase == this;
        }

        @Override
        public void refused() {
            refused = true;
        }

        @Override
        public void processResult(CuratorFramework client, CuratorEvent event) {
            answered(this, event);
        }
    }
}
