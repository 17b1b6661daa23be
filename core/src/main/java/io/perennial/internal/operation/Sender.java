package io.perennial.internal.operation;

import io.perennial.ResilientSessionException;
import io.perennial.internal.protocol.ErrorKind;
import io.perennial.operation.CuratorCall;
import io.perennial.operation.SessionClosedException;
import io.perennial.operation.SessionReplacedException;
import org.apache.curator.CuratorConnectionLossException;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.api.CuratorEvent;
import org.apache.zookeeper.KeeperException;
import org.jspecify.annotations.Nullable;

/**
 * Makes single attempts: within the limits, until the deadline, on the session that they are bound to. What is handed
 * over to Curator's background ends at its deadline by {@link AsynchronousRuns}.
 */
final class Sender {
    private final SessionView session;
    private final CuratorFramework curator;
    private final AttemptLimits limits;
    private final Deadlines deadlines;

    Sender(SessionView session, CuratorFramework curator, AttemptLimits limits, Deadlines deadlines) {
        this.session = session;
        this.curator = curator;
        this.limits = limits;
        this.deadlines = deadlines;
    }

    /**
     * Makes one attempt, on the calling thread.
     *
     * @throws KeeperException the server's answer, or a connection problem
     * @throws InterruptedException when the thread was interrupted before the request was sent
     * @throws UnansweredException when the deadline passed before the answer came, or the thread was interrupted
     */
    <T extends @Nullable Object> T send(CuratorCall<T> call, CallProgress progress, long boundTo)
            throws KeeperException, InterruptedException, UnansweredException {
        acquire(progress);
        long begun = System.nanoTime();
        try {
            T result = deadlines.run(progress.deadline(), begun, boundTo, call, curator);
            limits.answered(System.nanoTime() - begun);
            return result;
        } catch (KeeperException e) {
            limits.failed(begun, System.nanoTime() - begun, e);
            throw e;
        } catch (Deadlines.PassedException e) {
            limits.unanswered(begun, System.nanoTime() - begun, e);
            throw UnansweredException.deadlinePassed(e);
        } catch (InterruptedException e) {
            limits.abandoned();
            throw UnansweredException.interrupted(e);
        } catch (SessionReplacedException e) {
            limits.abandoned();
            throw e;
        } catch (Exception e) {
            limits.abandoned();
            throw unexpected(e);
        } catch (Throwable e) { // an Error, or an undeclared exception of the caller's code
            limits.abandoned();
            throw e;
        }
    }

    /** The permission for what is to be handed over; one of the methods below gives it back. */
    void acquire(CallProgress progress) throws InterruptedException {
        limits.acquire(progress);
    }

    <R extends @Nullable Object> void handOver(Sending<R> request, InFlight<R, ?> sent) throws Exception {
        Long outer = CallBinding.enter(sent.boundTo());
        try {
            request.handOver(curator, sent);
        } finally {
            CallBinding.leave(outer);
        }
    }

    /** It was not handed over, and says nothing about the servers. */
    void abandoned() {
        limits.abandoned();
    }

    /** How a call ends that could not be handed over; null when by what was thrown. */
    @Nullable
    RuntimeException notHandedOver(Exception thrown) {
        limits.abandoned();
        if (session.isClosed()) {
            return closed(thrown);
        }
        return thrown instanceof RuntimeException unchecked ? unchecked : null;
    }

    /** No answer is awaited any more. */
    void unanswered(long begun) {
        limits.unanswered(begun, System.nanoTime() - begun, new KeeperException.OperationTimeoutException());
    }

    /**
     * The answer to what was handed over, which is accounted for.
     *
     * @throws KeeperException the server's answer, or a connection problem
     */
    <R extends @Nullable Object> R read(Sending<R> request, InFlight<R, ?> sent, CuratorEvent event, long took)
            throws KeeperException {
        if (event.getContext() != sent) {
            limits.abandoned();
            throw new IllegalStateException("session '" + session.name()
                    + "': the operation was handed over without its context; give inBackground(in.callback(),"
                    + " in.context())");
        }
        if (sent.wasRefused()) {
            limits.abandoned();
            throw new SessionReplacedException(
                    "session '" + session.name() + "': the call is bound to a session that is gone; nothing was sent");
        }
        if (request.isResult(ErrorKind.codeOf(event.getResultCode()))) {
            limits.answered(took);
            return request.read(event);
        }
        KeeperException failure = request.failure(event);
        limits.failed(sent.begun(), took, failure);
        throw failure;
    }

    private SessionClosedException closed(Exception e) {
        return new SessionClosedException("session '" + session.name() + "' was closed during the call", e);
    }

    private RuntimeException unexpected(Exception e) {
        if (session.isClosed()) {
            return closed(e);
        }
        if (e instanceof RuntimeException unchecked) {
            return unchecked;
        }
        return new ResilientSessionException("session '" + session.name() + "': the call failed: " + e, e);
    }

    /** Whether a request that ended in this was certainly not applied: never sent, or not executed. */
    static boolean isSurelyNotApplied(KeeperException e) {
        return e instanceof CuratorConnectionLossException || ErrorKind.isSurelyNotApplied(e.code());
    }
}
