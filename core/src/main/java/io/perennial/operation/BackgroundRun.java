package io.perennial.operation;

import io.perennial.operation.BackgroundCall.InBackground;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.api.BackgroundCallback;
import org.apache.curator.framework.api.CuratorEvent;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.KeeperException.Code;
import org.jspecify.annotations.Nullable;

/**
 * A call in Curator's background: no thread waits for its answer. Attempts go out on the caller's thread, or on one for
 * calls when there was something to wait for.
 *
 * <p>Concurrency: {@code attempt} is the one under way, or null; whoever takes it out by compare-and-set (the answer, the
 * deadline) decides what comes next, so that a late answer decides nothing.
 */
final class BackgroundRun implements AsynchronousRuns.Waiting {
    // Not an object each for every call.
    private static final AtomicReferenceFieldUpdater<BackgroundRun, @Nullable Attempt> CURRENT =
            AtomicReferenceFieldUpdater.newUpdater(BackgroundRun.class, Attempt.class, "current");
    private static final AtomicIntegerFieldUpdater<BackgroundRun> WAITING =
            AtomicIntegerFieldUpdater.newUpdater(BackgroundRun.class, "waiting");

    private final CuratorFramework curator;
    private final SessionGate session;
    private final Limits limits;
    private final Scope scope;
    private final Effect effect;
    private final BackgroundCall call;
    private final Course course;
    private final AsynchronousRuns runs;
    private final CompletableFuture<CuratorEvent> future = new CompletableFuture<>();

    @SuppressWarnings("UnusedVariable") // by CURRENT
    private volatile @Nullable Attempt current;
    /** 1 while there is none, and the session is waited for. */
    @SuppressWarnings("UnusedVariable") // by WAITING
    private volatile int waiting;

    BackgroundRun(
            CuratorFramework curator,
            SessionGate session,
            Limits limits,
            Scope scope,
            Effect effect,
            BackgroundCall call,
            Course course,
            AsynchronousRuns runs) {
        this.curator = curator;
        this.session = session;
        this.limits = limits;
        this.scope = scope;
        this.effect = effect;
        this.call = call;
        this.course = course;
        this.runs = runs;
    }

    CompletableFuture<CuratorEvent> start() {
        if (limits.mayBlock()) {
            runs.proceed(this);
        } else {
            next();
        }
        return future;
    }

    @Override
    public Course course() {
        return course;
    }

    /** The next attempt, or the end. */
    @Override
    public void next() {
        if (future.isDone()) {
            runs.ended(this);
            return;
        }
        try {
            scope.refuseIfGone(session);
            if (course.isOver()) {
                throw course.noSession();
            }
            if (!session.isAttached()) {
                limits.refuseIfHopeless();
                await();
                return;
            }
            send();
        } catch (InterruptedException e) {
            fail(course.interrupted(e));
        } catch (Exception e) {
            fail(session.isClosed() ? closed(e) : e);
        }
    }

    private void await() {
        waiting = 1;
        runs.await(this);
        if (session.isAttached() || session.isClosed()) {
            wake();
        }
    }

    @Override
    public void wake() {
        if (WAITING.compareAndSet(this, 1, 0)) {
            runs.proceed(this);
        }
    }

    private void send() throws Exception {
        course.attempt();
        limits.acquire(course);
        var attempt = new Attempt(scope.boundTo(session));
        current = attempt;
        runs.await(this);
        Long outer = WithinCall.enter(attempt.boundTo);
        try {
            call.run(curator, attempt);
        } catch (Exception e) {
            if (CURRENT.compareAndSet(this, attempt, null)) {
                limits.abandoned();
                throw e;
            }
        } finally {
            WithinCall.leave(outer);
        }
    }

    /** The deadline has passed. On a thread on which futures complete. */
    @Override
    public void runOut() {
        Attempt attempt = CURRENT.getAndSet(this, null);
        if (attempt != null) {
            limits.unanswered(System.nanoTime() - attempt.begun, new KeeperException.OperationTimeoutException());
            String what = course.message("the server did not answer in time");
            fail(effect == Effect.ONCE ? unknown(what, null) : new SessionUnavailableException(what));
        } else {
            next(); // Which sends nothing any more.
        }
    }

    /** On the handle's event thread, where nothing of the user's may run: not even a listener of his circuit breaker. */
    private void answered(Attempt attempt, CuratorEvent event) {
        if (CURRENT.compareAndSet(this, attempt, null)) {
            long took = System.nanoTime() - attempt.begun;
            complete(() -> settle(attempt, event, took));
        }
    }

    private void settle(Attempt attempt, CuratorEvent event, long took) {
        Code code = Code.get(event.getResultCode());
        if (event.getContext() != attempt) {
            limits.abandoned();
            fail(new IllegalStateException("session '" + session.name()
                    + "': the operation was handed over without its context; give inBackground(in.callback(),"
                    + " in.context())"));
        } else if (attempt.refused) {
            limits.abandoned();
            next();
        } else if (code == Code.OK) {
            limits.answered(took);
            course.complete();
            runs.ended(this);
            future.complete(event);
        } else {
            afterError(KeeperException.create(code == null ? Code.SYSTEMERROR : code, event.getPath()), took);
        }
    }

    private void afterError(KeeperException error, long took) {
        try {
            if (!Course.isTrouble(error)) {
                limits.answered(took);
                course.complete();
                throw new OperationFailedException(
                        "session '" + session.name() + "': the server answered " + error.code() + " for "
                                + error.getPath(),
                        error);
            }
            limits.unanswered(took, error);
            if (effect == Effect.ONCE && !Sender.isSurelyNotApplied(error)) {
                throw unknown(course.message("the acknowledgement was lost"), error);
            }
            runs.pause(this, course.pauseAfter(error));
        } catch (RuntimeException e) {
            fail(e);
        }
    }

    private static OutcomeUnknownException unknown(String what, @Nullable Exception cause) {
        return new OutcomeUnknownException(
                what + "; the call may have been applied, read the data to find out before repeating it", cause);
    }

    private SessionClosedException closed(Exception e) {
        return e instanceof SessionClosedException already
                ? already
                : new SessionClosedException("session '" + session.name() + "' was closed during the call", e);
    }

    private void fail(Exception e) {
        runs.ended(this);
        future.completeExceptionally(e);
    }

    /** Off the event thread: what depends on the future may block. */
    private void complete(Runnable completion) {
        try {
            runs.completions().execute(completion);
        } catch (RejectedExecutionException e) {
            completion.run(); // The session has ended, and its handle with it.
        }
    }

    /** One attempt, as Curator and the handle know it. */
    private final class Attempt implements InBackground, BackgroundCallback, WithinCall.Bound {
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
        public void refused() {
            refused = true;
        }

        @Override
        public void processResult(CuratorFramework client, CuratorEvent event) {
            answered(this, event);
        }
    }
}
