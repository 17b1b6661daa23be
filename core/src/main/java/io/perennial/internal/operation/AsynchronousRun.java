package io.perennial.internal.operation;

import io.perennial.internal.operation.Attempts.Done;
import io.perennial.internal.operation.Attempts.Pause;
import io.perennial.internal.operation.Attempts.Step;
import io.perennial.operation.SessionClosedException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import org.apache.curator.framework.api.CuratorEvent;
import org.jspecify.annotations.Nullable;

/**
 * Drives a call whose caller does not wait. Requests go to Curator's background, and no thread waits for their answers;
 * a thread for calls is taken only for what has no such form: the user's own code, and the look at the nodes after a
 * lost acknowledgement.
 *
 * <p>Concurrency: {@code phase} is one of the phases below, or the request in flight; the one that takes the run out of
 * a phase by compare-and-set (the answer, the deadline, the next step) decides what comes next. So "nothing was sent"
 * is only ever reported by code that has prevented it from being sent, and a late answer decides nothing. The future
 * completes on a thread for futures, never on one for calls, which its dependents might block.
 */
final class AsynchronousRun<T extends @Nullable Object> implements AsynchronousRuns.Waiting, InFlight.Awaiting<T> {
    /** The next step is with an executor, which may have no thread free, or with the engine for a pause. */
    private static final Object QUEUED = new Object();
    /** A step is being made, which may wait for an answer: that wait ends by itself. */
    private static final Object STEPPING = new Object();
    /** Waiting for the permission to send. */
    private static final Object ACQUIRING = new Object();
    /** Waiting for a session. */
    private static final Object WAITING = new Object();

    private static final Object ENDED = new Object();

    // Not an object per call.
    @SuppressWarnings("rawtypes")
    private static final AtomicReferenceFieldUpdater<AsynchronousRun, Object> PHASE =
            AtomicReferenceFieldUpdater.newUpdater(AsynchronousRun.class, Object.class, "phase");

    private final Attempts<T> attempts;
    private final SessionView session;
    private final AsynchronousRuns runs;
    private final CompletableFuture<T> future = new CompletableFuture<>();

    private volatile Object phase = QUEUED;
    /** A request that a thread for calls is to send; handed from one step to the next. */
    private @Nullable Asking<?, T> pending;

    /** The kinds of threads that a step is made on: only those for calls may wait for an answer. */
    private enum On {
        USERS,
        CALLS,
        FUTURES,
        DEADLINES
    }

    /** A step that may fail. */
    @FunctionalInterface
    private interface Stepping<T extends @Nullable Object> {
        Step<T> make() throws Exception;
    }

    AsynchronousRun(Attempts<T> attempts, SessionView session, AsynchronousRuns runs) {
        this.attempts = attempts;
        this.session = session;
        this.runs = runs;
    }

    /** Begins on a thread for calls. */
    CompletableFuture<T> start() {
        runs.await(this); // There may be no free thread for calls.
        runs.proceed(this);
        return future;
    }

    /** Begins on the calling thread where nothing there has to wait. */
    CompletableFuture<T> startHere() {
        if (runs.mayBlock() || !session.bindsHandles()) {
            return start();
        }
        if (passes(QUEUED, STEPPING)) {
            step(On.USERS);
        }
        return future;
    }

    @Override
    public CallProgress progress() {
        return attempts.progress();
    }

    private boolean passes(Object from, Object to) {
        return PHASE.compareAndSet(this, from, to);
    }

    @Override
    public void wake() {
        if (passes(WAITING, QUEUED)) {
            runs.proceed(this);
        }
    }

    @Override
    public void next() {
        if (passes(QUEUED, STEPPING)) {
            step(On.CALLS);
        }
    }

    private void step(On thread) {
        Asking<?, T> asking = pending;
        pending = null;
        if (future.isDone()) {
            end(); // Cancelled by its holder.
        } else if (progress().isOver()) {
            follow(attempts::outOfTime, thread);
        } else if (asking != null && !session.isClosed()) {
            follow(() -> asking, thread);
        } else {
            follow(attempts::next, thread);
        }
    }

    /** Makes a step and does what it says. Only by the one that has taken the run out of its phase. */
    private void follow(Stepping<T> stepping, On thread) {
        try {
            Step<T> step = stepping.make();
            while (thread == On.CALLS && step instanceof Asking<?, T> asking && !goesToBackground(asking)) {
                step = asking.here(progress());
            }
            if (step instanceof Asking<?, T> asking) {
                if (!goesToBackground(asking) || (thread == On.FUTURES && runs.mayBlock())) {
                    leave(asking);
                } else {
                    handOver(asking, thread);
                }
            } else if (step instanceof Done<T> done) {
                end();
                if (thread == On.FUTURES) {
                    future.complete(done.value());
                } else {
                    complete(done.value());
                }
            } else if (step instanceof Pause<T> pause) {
                phase = QUEUED;
                runs.pause(this, pause.millis());
            } else {
                await();
            }
        } catch (InterruptedException e) {
            end();
            interrupted(e);
        } catch (Throwable e) { // an Error too, or an undeclared exception of the caller's code
            fail(e);
        }
    }

    private boolean goesToBackground(Asking<?, T> asking) {
        return switch (asking.request().way()) {
            case THREAD -> false;
            case EITHER -> session.bindsHandles() && session.isCuratorConnected();
            case BACKGROUND -> true;
        };
    }

    /** To a thread for calls. */
    private void leave(Asking<?, T> asking) {
        pending = asking;
        runs.await(this);
        phase = QUEUED;
        runs.proceed(this);
    }

    private void await() {
        runs.await(this);
        phase = WAITING;
        // Catches up with what came before this could be seen.
        if (session.isAttached() || session.isClosed() || progress().isOver()) {
            wake();
        }
    }

    private <R extends @Nullable Object> void handOver(Asking<R, T> asking, On thread) {
        phase = ACQUIRING;
        runs.await(this);
        try {
            asking.sender().acquire(progress());
        } catch (InterruptedException | RuntimeException e) {
            if (passes(ACQUIRING, STEPPING)) {
                follow(
                        () -> asking.conclusion().of(() -> {
                            throw e;
                        }),
                        thread);
            }
            return;
        }
        var sent = new InFlight<>(asking, this);
        if (!passes(ACQUIRING, sent)) {
            asking.sender().abandoned(); // The deadline has passed meanwhile.
            runs.ended(this);
            return;
        }
        try {
            sent.handOver();
        } catch (Exception e) {
            if (passes(sent, STEPPING)) {
                follow(() -> sent.conclude(e), thread);
            }
        } catch (Throwable e) { // an Error, or an undeclared exception of the caller's code
            if (passes(sent, STEPPING)) {
                asking.sender().abandoned();
                fail(e);
            }
        }
    }

    @Override
    public boolean awaits(InFlight<?, T> sent) {
        return phase == sent;
    }

    @Override
    public void answered(InFlight<?, T> sent, CuratorEvent event) {
        if (passes(sent, STEPPING)) {
            long now = System.nanoTime();
            runs.completions().execute(() -> follow(() -> sent.conclude(event, now), On.FUTURES));
        }
    }

    @Override
    public boolean isInFlight() {
        return phase instanceof InFlight;
    }

    @Override
    @SuppressWarnings("unchecked") // the phases that are requests are this run's
    public void runOut() {
        for (Object now = phase; now != STEPPING && now != ENDED; now = phase) {
            if (now == QUEUED || now == WAITING) {
                if (passes(now, STEPPING)) {
                    step(On.DEADLINES);
                    return;
                }
            } else if (now == ACQUIRING) {
                if (passes(now, ENDED)) {
                    fail(nothingSent());
                    return;
                }
            } else if (passes(now, STEPPING)) {
                var sent = (InFlight<?, T>) now;
                boolean closed = session.isClosed();
                runs.completions().execute(() -> follow(() -> sent.conclude(closed), On.FUTURES));
                return;
            }
        }
    }

    private RuntimeException nothingSent() {
        RuntimeException noSession = progress().noSession();
        return session.isClosed()
                ? new SessionClosedException("session '" + session.name() + "' was closed during the call", noSession)
                : noSession;
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
        end();
        runs.completions().execute(() -> future.completeExceptionally(failure));
    }

    private void end() {
        phase = ENDED;
        runs.ended(this);
    }
}
