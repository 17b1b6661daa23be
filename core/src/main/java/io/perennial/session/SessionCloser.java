package io.perennial.session;

import io.perennial.SessionState;
import io.perennial.SessionTransition.Cause;
import io.perennial.engine.Callbacks;
import io.perennial.engine.EventLoop;
import io.perennial.engine.SessionThreads;
import io.perennial.engine.ThrottledLog;
import io.perennial.handle.Handle;
import io.perennial.handle.HandleSupervisor;
import io.perennial.handle.Reachability;
import io.perennial.operation.SessionClosedException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.curator.framework.CuratorFramework;
import org.jspecify.annotations.Nullable;

/**
 * Ends a session within its close timeout, whatever servers and listeners do.
 *
 * <p>The order: the parts' futures fail and no handle is made any more; Curator closes, while the handle still lives, for
 * its listeners may use it; the handle closes politely, so that the server removes the nodes at once; when the polite way
 * has used its share, the handle's threads are ended without the server (raw {@code ZooKeeper.close()} waits without
 * bound); the last transition is told; the threads end.
 *
 * <p>Concurrency: runs once, on a thread of its own, which may block; each wait is bounded by a share of the timeout.
 */
final class SessionCloser {
    private final String name;
    private final Duration timeout;
    private final EventLoop loop;
    private final HandleSupervisor handles;
    private final CuratorFramework curator;
    private final Workers workers;
    private final Callbacks callbacks;
    private final SessionThreads threads;
    private final ThrottledLog log;

    /** Why a session ends. */
    enum Reason {
        CLOSED(Cause.CLOSED, "closed"),
        OWNER_STOPPED(Cause.OWNER_STOPPED, "the owner has stopped");

        final Cause cause;
        final String detail;

        Reason(Cause cause, String detail) {
            this.cause = cause;
            this.detail = detail;
        }
    }

    SessionCloser(
            SessionConfig config,
            EventLoop loop,
            HandleSupervisor handles,
            CuratorFramework curator,
            Workers workers,
            Callbacks callbacks,
            SessionThreads threads,
            ThrottledLog log) {
        this.name = config.name();
        this.timeout = config.closeTimeout();
        this.loop = loop;
        this.handles = handles;
        this.curator = curator;
        this.workers = workers;
        this.callbacks = callbacks;
        this.threads = threads;
        this.log = log;
    }

    /** Ends everything; blocks up to the close timeout. */
    void close(SessionEngine engine, StateMachine states, Reason reason) {
        long begun = System.nanoTime();
        handles.refuseNewHandles();
        var closedException = new SessionClosedException("session '" + name + "' is closed: " + reason.detail);
        onLoop(() -> engine.end(closedException), share(begun, 0.2));
        settleHandleThread(share(begun, 0.3));
        Handle handle = handles.seal();
        if (handle == null) {
            closeCurator(begun);
        } else {
            close(handle, states, reason, begun);
        }
        onLoop(
                () -> {
                    if (states.now().state() != SessionState.CLOSED) {
                        engine.closed(reason.cause, reason.detail);
                    }
                },
                share(begun, 0.9));
        loop.stop();
        endThreads(begun);
    }

    private void close(Handle handle, StateMachine states, Reason reason, long begun) {
        boolean tellServer = canTellServer(handle, reason);
        if (tellServer && mayHoldNodes(states) && handle.reachability() != Reachability.UNREACHABLE) {
            awaitConnection(handle, share(begun, 0.35));
        }
        closeCurator(begun);
        if (tellServer) {
            closeAtServer(handle, begun);
        }
        endHandle(handle, begun);
    }

    private void closeCurator(long begun) {
        await(inBackground("close-curator", curator::close), share(begun, 0.5));
    }

    /** A handle being made is waited for: it must not outlive the close (S-46). */
    private void settleHandleThread(long until) {
        await(workers.handles.submit(() -> {}), until);
    }

    /** Whether there is a server session to end, and a connection that could carry the word, now or soon. */
    private static boolean canTellServer(Handle handle, Reason reason) {
        // With the owner gone, no connection is made any more.
        return handle.zooKeeper().getState().isConnected()
                || (handle.zooKeeper().getSessionId() != 0 && reason != Reason.OWNER_STOPPED);
    }

    private static boolean mayHoldNodes(StateMachine states) {
        return switch (states.now().state()) {
            case RESTORING, CONNECTED, SUSPENDED, LOST -> true;
            default -> false;
        };
    }

    /**
     * The server may be within reach although the connection is down this moment, which the client may not have noticed
     * yet: a try lets the nodes go at once. A close that is sent into a broken connection is never repeated.
     */
    private void awaitConnection(Handle handle, long until) {
        handle.hurry();
        try {
            while (handle.zooKeeper().getState().isAlive()
                    && !answers(handle, until)
                    && System.nanoTime() - until < 0) {
                TimeUnit.MILLISECONDS.sleep(5);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean answers(Handle handle, long until) {
        var answer = new CompletableFuture<Integer>();
        handle.zooKeeper().exists("/", false, (rc, path, context, stat) -> answer.complete(rc), null);
        return await(answer, until) && Heartbeat.isAnswer(answer.join());
    }

    private void closeAtServer(Handle handle, long begun) {
        Future<?> polite = inBackground("close-handle", () -> {
            try {
                handles.closeAtServer(handle);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        if (!await(polite, share(begun, 0.7))) {
            log.info("no server answered the close of the session; its nodes go when the server expires it");
        }
        handles.abandon(handle);
        await(polite, share(begun, 0.8));
    }

    private void endHandle(Handle handle, long begun) {
        handles.abandon(handle);
        try {
            awaitEnd(handle, begun);
            for (Handle earlier : handles.superseded()) {
                awaitEnd(earlier, begun);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void awaitEnd(Handle handle, long begun) throws InterruptedException {
        if (!handles.awaitEnd(handle, left(share(begun, 0.9)))) {
            handles.interruptEventThread(handle);
            handles.awaitEnd(handle, left(share(begun, 0.95)));
        }
    }

    private void endThreads(long begun) {
        try {
            awaitCallbacks(share(begun, 0.95));
            workers.shutdown();
            loop.awaitEnd(left(share(begun, 0.97)));
            if (!workers.awaitEnd(share(begun, 0.97))) {
                workers.shutdownNow();
            }
            threads.awaitEnd(left(share(begun, 1)));
        } catch (InterruptedException e) {
            workers.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }

    /** What was queued is still told, as far as the time goes: also on an executor of the user's. */
    private void awaitCallbacks(long deadline) throws InterruptedException {
        while (!callbacks.isIdle() && System.nanoTime() - deadline < 0) {
            if (!callbacks.retry()) {
                return;
            }
            TimeUnit.MILLISECONDS.sleep(2);
        }
    }

    private void onLoop(Runnable task, long until) {
        var done = new CompletableFuture<@Nullable Void>();
        boolean accepted = loop.offer(() -> {
            try {
                task.run();
            } finally {
                done.complete(null);
            }
        });
        if (accepted) {
            await(done, until);
        }
    }

    private Future<?> inBackground(String role, Runnable task) {
        var done = new CompletableFuture<@Nullable Void>();
        threads.role(role)
                .newThread(() -> {
                    try {
                        task.run();
                    } catch (RuntimeException | Error e) {
                        log.warnThrottled(role, "closing went on in spite of an error", e);
                    } finally {
                        done.complete(null);
                    }
                })
                .start();
        return done;
    }

    private boolean await(Future<?> future, long until) {
        try {
            future.get(Math.max(0, until - System.nanoTime()), TimeUnit.NANOSECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private long share(long begun, double share) {
        return begun + (long) (timeout.toNanos() * share);
    }

    private static Duration left(long until) {
        return Duration.ofNanos(Math.max(1_000_000, until - System.nanoTime()));
    }
}
