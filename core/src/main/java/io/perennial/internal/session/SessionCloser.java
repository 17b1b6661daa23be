package io.perennial.internal.session;

import io.perennial.SessionState;
import io.perennial.SessionTransition.Cause;
import io.perennial.internal.connect.Reachability;
import io.perennial.internal.engine.ThrottledLog;
import io.perennial.internal.engine.UserCode;
import io.perennial.internal.handle.Handle;
import io.perennial.internal.lease.Heartbeat;
import io.perennial.operation.SessionClosedException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Ends a session within its close timeout, whatever servers and listeners do.
 *
 * <p>The order: the lease ends and no more handles are made; Curator closes while the handle is still alive, because
 * its listeners may use it; the handle closes gracefully, so that the server removes the nodes at once, and the parts'
 * futures fail meanwhile; when the graceful close has used up its share, or every server has refused since the close
 * began, the handle's threads are ended without the server (raw {@code ZooKeeper.close()} waits without bound); the
 * last transition is reported; the threads end.
 *
 * <p>Concurrency: runs once, on its own thread, which may block; each wait is bounded by a share of the timeout, see
 * {@link CloseBudget}.
 */
final class SessionCloser {
    /** A user's executor has a fifth of the timeout to start what is left; then the session runs it. */
    private static final int EXECUTORS_PATIENCE_PER_TIMEOUT = 5;

    private static final Duration EXECUTORS_LONGEST_PATIENCE = Duration.ofSeconds(1);

    private static final long LONGEST_SLICE_NANOS = Duration.ofMillis(200).toNanos();
    /** While it may turn out that no server will answer. */
    private static final long SHORT_SLICE_NANOS = Duration.ofMillis(10).toNanos();

    private final SessionParts parts;
    private final String name;
    private final Duration timeout;
    private final ThrottledLog log;

    /** Why a session ends. */
    enum Reason {
        CLOSED(Cause.CLOSED, "the application has closed it"),
        JVM_ENDS(Cause.CLOSED, "the JVM shuts down"),
        OWNER_STOPPED(Cause.OWNER_STOPPED, "the owner has stopped");

        final Cause cause;
        final String detail;

        Reason(Cause cause, String detail) {
            this.cause = cause;
            this.detail = detail;
        }
    }

    SessionCloser(SessionParts parts) {
        this.parts = parts;
        this.name = parts.config.name();
        this.timeout = parts.config.closeTimeout();
        this.log = parts.log;
    }

    /** Ends everything; blocks up to the close timeout. */
    void close(Reason reason) {
        var budget = new CloseBudget(timeout, parts.owner::isAlive);
        parts.handles.refuseNewHandles();
        var closedException = new SessionClosedException("session '" + name + "' is closed: " + reason.detail);
        long begun = parts.loop.ticker().nanos();
        step("the engine's end", () -> onLoop(parts.engine::end, budget, 0.2));
        boolean unused = parts.loop.offer(() -> parts.restoration.closed(closedException)); // while the server works
        step("the wait for a handle being made", () -> settleHandleThread(budget, 0.3));
        Handle handle = parts.handles.seal();
        if (handle == null) {
            closeCurator(budget);
        } else {
            close(handle, reason, begun, budget);
        }
        step("the last transition", () -> onLoop(() -> reportEnd(reason), budget, 0.9));
        parts.loop.stop();
        step("the end of the calls", parts.operations::end);
        step("the end of the threads", () -> endThreads(budget));
        step("the check for remaining threads", this::reportThreads);
    }

    private void reportEnd(Reason reason) {
        if (parts.states.now().state() != SessionState.CLOSED) {
            parts.engine.closed(reason.cause, reason.detail);
        }
    }

    private void close(Handle handle, Reason reason, long begun, CloseBudget budget) {
        boolean closesAtServer = canCloseAtServer(handle, reason);
        if (closesAtServer && mayHoldNodes() && handle.reachability() != Reachability.UNREACHABLE) {
            step("the wait for a server", () -> awaitConnection(handle, begun, budget, 0.35));
        }
        closeCurator(budget);
        if (closesAtServer) {
            step("the close at the server", () -> closeAtServer(handle, begun, budget));
        }
        step("the handle's end", () -> endHandle(handle, budget));
    }

    private void closeCurator(CloseBudget budget) {
        step("Curator's close", () -> {
            Background close = inBackground("close-curator", () -> {
                step("Curator's listeners", parts::reportLostToCuratorsListeners);
                parts.curator.close();
            });
            // A Curator listener may block at CLOSING.
            if (!await(close.done(), budget, 0.5)) {
                close.interrupt();
                await(close.done(), budget, 0.55);
            }
        });
    }

    /** Waits for a handle being made: it must not outlive the close (S-46). */
    private void settleHandleThread(CloseBudget budget, double share) {
        await(parts.workers.handles.submit(() -> {}), budget, share);
    }

    /** Whether there is a server session to end, and a connection that could carry the message, now or soon. */
    private static boolean canCloseAtServer(Handle handle, Reason reason) {
        // With the owner gone, no more connections are made, and the client's state remains that of its last one.
        return handle.hasConnection() || (handle.zooKeeper().getSessionId() != 0 && reason != Reason.OWNER_STOPPED);
    }

    private boolean mayHoldNodes() {
        return switch (parts.states.now().state()) {
            case RESTORING, CONNECTED, SUSPENDED, LOST -> true;
            default -> false;
        };
    }

    /**
     * The server may be reachable although the connection is down at this moment, which the client may not have noticed
     * yet: trying lets the nodes go at once. A close that is sent on a broken connection is never repeated.
     */
    private void awaitConnection(Handle handle, long begun, CloseBudget budget, double share) {
        handle.hurry();
        try {
            while (handle.zooKeeper().getState().isAlive()
                    && !answers(handle, begun, budget, share)
                    && !isRefused(handle, begun)
                    && !budget.isSpent(share)) {
                TimeUnit.MILLISECONDS.sleep(5);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean answers(Handle handle, long begun, CloseBudget budget, double share) {
        var answer = new CompletableFuture<Integer>();
        handle.zooKeeper().exists("/", false, (rc, path, context, stat) -> answer.complete(rc), null);
        return awaitUnlessRefused(answer, handle, begun, budget, share) && Heartbeat.isAnswer(answer.join());
    }

    /** Also returns false as soon as it is certain that no server will answer. */
    private boolean awaitUnlessRefused(Future<?> answer, Handle handle, long begun, CloseBudget budget, double share) {
        return await(answer, budget, share, SHORT_SLICE_NANOS, () -> isRefused(handle, begun));
    }

    /**
     * Whether all servers have refused since the close began. Not what was known before that: one may be back. Where
     * the last look was in vain, the next follows at once, since being refused costs nothing.
     */
    private static boolean isRefused(Handle handle, long begun) {
        if (handle.reachability() == Reachability.UNREACHABLE) {
            handle.hurry();
        }
        return handle.isRefusedSince(begun);
    }

    private void closeAtServer(Handle handle, long begun, CloseBudget budget) {
        Background polite = inBackground("close-handle", () -> {
            try {
                handle.closeAtServer();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        if (!awaitUnlessRefused(polite.done(), handle, begun, budget, 0.7)) {
            log.info("no server answered the close of the session; its nodes go when the server expires it");
        }
        handle.abandon();
        await(polite.done(), budget, 0.8);
    }

    private void endHandle(Handle handle, CloseBudget budget) {
        handle.abandon();
        try {
            awaitEnd(handle, budget);
            for (Handle earlier : parts.handles.superseded()) {
                awaitEnd(earlier, budget);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void awaitEnd(Handle handle, CloseBudget budget) throws InterruptedException {
        if (!hasEnded(handle, budget, 0.9)) {
            handle.interruptEventThread();
            hasEnded(handle, budget, 0.95);
        }
    }

    private boolean hasEnded(Handle handle, CloseBudget budget, double share) throws InterruptedException {
        while (!parts.handles.awaitEnd(handle, slice(budget, share))) {
            if (budget.isSpent(share)) {
                return false;
            }
        }
        return true;
    }

    private void endThreads(CloseBudget budget) {
        try {
            awaitCallbacks(budget, 0.95, executorsPatience());
            awaitCompletions(budget, 0.96, executorsPatience());
            parts.workers.shutdown();
            while (!parts.loop.awaitEnd(slice(budget, 0.97)) || !parts.workers.awaitEnd(slice(budget, 0.97))) {
                if (budget.isSpent(0.97)) {
                    parts.callbacks.end();
                    parts.workers.shutdownNow();
                    parts.threads.interruptOthers();
                    break;
                }
            }
            if (!awaitThreads(budget, 0.985)) {
                parts.workers.shutdownNow(); // Work left over from futures and late answers is interrupted, too.
                parts.threads.interruptOthers();
                awaitThreads(budget, 1);
            }
        } catch (InterruptedException e) {
            parts.workers.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }

    private Duration executorsPatience() {
        Duration share = timeout.dividedBy(EXECUTORS_PATIENCE_PER_TIMEOUT);
        return share.compareTo(EXECUTORS_LONGEST_PATIENCE) < 0 ? share : EXECUTORS_LONGEST_PATIENCE;
    }

    private boolean awaitThreads(CloseBudget budget, double share) throws InterruptedException {
        while (!parts.threads.awaitEnd(slice(budget, share))) {
            if (budget.isSpent(share)) { // The owner may end meanwhile, and then the time is up.
                return false;
            }
        }
        return true;
    }

    private void reportThreads() {
        String left = parts.threads.leaveBehind();
        if (left != null) {
            log.warn(left);
        }
    }

    /** Queued callbacks are still delivered, as far as the time allows: also on a user's executor. */
    private void awaitCallbacks(CloseBudget budget, double share, Duration patience) throws InterruptedException {
        while (!parts.callbacks.isIdle() && !budget.isSpent(share)) {
            if (!parts.callbacks.bringToEnd(patience)) {
                return;
            }
            TimeUnit.MILLISECONDS.sleep(2);
        }
    }

    /** Does not wait for one that blocks. */
    private void awaitCompletions(CloseBudget budget, double share, Duration patience) throws InterruptedException {
        while (!parts.workers.completions.isSettled() && !budget.isSpent(share)) {
            parts.workers.completions.takeBackOverdue(patience);
            TimeUnit.MILLISECONDS.sleep(2);
        }
    }

    private void onLoop(Runnable task, CloseBudget budget, double share) {
        var done = new CompletableFuture<@Nullable Void>();
        boolean accepted = parts.loop.offer(() -> {
            try {
                task.run();
            } finally {
                done.complete(null);
            }
        });
        if (accepted) {
            await(done, budget, share);
        }
    }

    /** A task in progress on its own thread. */
    private record Background(Thread thread, Future<?> done) {
        void interrupt() {
            thread.interrupt();
        }
    }

    /** On its own thread; or, if none can be started, on the engine's, which has nothing else to do (K3). */
    private Background inBackground(String role, Runnable task) {
        var done = new CompletableFuture<@Nullable Void>();
        Runnable guarded = () -> {
            step(role, task);
            done.complete(null);
        };
        Thread thread = parts.threads.role(role).newThread(guarded);
        Throwable noThread = UserCode.run(thread::start);
        if (noThread != null && !parts.loop.offer(guarded)) {
            done.complete(null);
        }
        return new Background(noThread == null ? thread : parts.loop.thread(), done);
    }

    /**
     * No step prevents the next ones. A step that fails is run once more: the logging of a stopped application may
     * throw a NoClassDefFoundError, in ZooKeeper's and Curator's code too, but (as logback does) only once.
     */
    private void step(String what, Runnable task) {
        if (UserCode.run(task::run) == null) {
            return;
        }
        Throwable again = UserCode.run(task::run);
        if (again != null) {
            log.warnThrottled("close:" + what, "the close continues despite an error in " + what, again);
        }
    }

    private boolean await(Future<?> future, CloseBudget budget, double share) {
        return await(future, budget, share, LONGEST_SLICE_NANOS, () -> false);
    }

    private boolean await(
            Future<?> future, CloseBudget budget, double share, long sliceNanos, BooleanSupplier pointless) {
        while (true) {
            try {
                future.get(Math.min(sliceNanos, slice(budget, share).toNanos()), TimeUnit.NANOSECONDS);
                return true;
            } catch (TimeoutException e) {
                if (budget.isSpent(share) || pointless.getAsBoolean()) {
                    return false;
                }
            } catch (ExecutionException e) {
                return true;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
    }

    /** How long to wait before looking again how much time is left. */
    private static Duration slice(CloseBudget budget, double share) {
        return Duration.ofNanos(Math.max(1_000_000, Math.min(LONGEST_SLICE_NANOS, budget.nanosLeft(share))));
    }
}
