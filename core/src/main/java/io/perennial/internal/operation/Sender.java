package io.perennial.internal.operation;

import io.perennial.ResilientSessionException;
import io.perennial.internal.protocol.ErrorKind;
import io.perennial.operation.CuratorCall;
import io.perennial.operation.SessionClosedException;
import io.perennial.operation.SessionReplacedException;
import org.apache.curator.CuratorConnectionLossException;
import org.apache.curator.framework.CuratorFramework;
import org.apache.zookeeper.KeeperException;
import org.jspecify.annotations.Nullable;

/** Makes single attempts: within the limits, until the deadline, on the session that they are bound to. */
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
        limits.acquire(progress);
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

    private RuntimeException unexpected(Exception e) {
        if (session.isClosed()) {
            return new SessionClosedException("session '" + session.name() + "' was closed during the call", e);
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
