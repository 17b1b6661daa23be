package io.perennial.internal.operation;

import io.perennial.operation.Operations;
import io.perennial.operation.SessionReplacedException;
import org.apache.curator.RetryPolicy;
import org.apache.curator.RetrySleeper;
import org.jspecify.annotations.Nullable;

/**
 * What applies to a thread while it makes one attempt of a call on {@link Operations}; internal to the library. Curator
 * tries once, because retries are done outside, as far as the call's effect allows: two policies would multiply. And a
 * request goes out on a handle of the server session that the call is bound to, or not at all.
 */
public final class CallBinding {
    /** Any server session will do. */
    static final long ANY_SESSION = 0;

    /** None: nothing can be sent. No server assigns this id. */
    static final long NO_SESSION = -1;

    private static final ThreadLocal<Long> BOUND_TO = new ThreadLocal<>();

    private CallBinding() {}

    /** From here on the thread makes an attempt. Returns what must be passed to {@link #leave}, always. */
    static @Nullable Long enter(long boundTo) {
        Long outer = BOUND_TO.get();
        BOUND_TO.set(boundTo);
        return outer;
    }

    /** The attempt is over. */
    static void leave(@Nullable Long outer) {
        if (outer == null) {
            BOUND_TO.remove();
        } else {
            BOUND_TO.set(outer);
        }
    }

    /**
     * Called by a handle before it takes a request. A handle is in one server session all its life, so what it takes
     * cannot go to another.
     *
     * @param sessionId the handle's
     * @throws SessionReplacedException when the calling thread's attempt is bound to another session
     */
    public static void check(long sessionId) {
        Long boundTo = BOUND_TO.get();
        if (boundTo != null && boundTo != ANY_SESSION && boundTo != sessionId) {
            throw new SessionReplacedException("the call is bound to session 0x" + Long.toHexString(boundTo)
                    + ", which is no longer current; nothing was sent. Decide again in the current session");
        }
    }

    /** An operation in Curator's background, passed along as the operation's context. */
    public interface Bound {
        /**
         * The server session that it is bound to.
         *
         * @return its id, or 0 for any
         */
        long boundTo();

        /**
         * Whether its answer is still awaited, and it may be sent.
         *
         * @return false when its call has ended, for example at its deadline
         */
        boolean isAwaited();

        /** It was not sent. */
        void refused();
    }

    /**
     * Called by a handle before it takes an operation of Curator's background.
     *
     * @param sessionId the handle's
     * @param operation the operation
     * @return whether it may be sent; otherwise it has been notified
     */
    public static boolean mayPass(long sessionId, Bound operation) {
        boolean may = operation.isAwaited() && (operation.boundTo() == ANY_SESSION || operation.boundTo() == sessionId);
        if (!may) {
            operation.refused();
        }
        return may;
    }

    /**
     * Runs a callback in which Curator receives the answer to such an operation, and must not repeat it.
     *
     * @param operation the operation
     * @param callback Curator's
     */
    public static void answer(Bound operation, Runnable callback) {
        Long outer = enter(ANY_SESSION);
        try {
            callback.run();
        } finally {
            leave(outer);
        }
    }

    /**
     * Curator's retry policy on this session.
     *
     * @param otherwise the policy of calls that are made on Curator directly
     * @return one attempt within a call, otherwise what that policy says
     */
    public static RetryPolicy onceOr(RetryPolicy otherwise) {
        return new OnceOr(otherwise);
    }

    private static final class OnceOr implements RetryPolicy {
        private final RetryPolicy otherwise;

        private OnceOr(RetryPolicy otherwise) {
            this.otherwise = otherwise;
        }

        @Override
        public boolean allowRetry(Throwable exception) {
            return BOUND_TO.get() == null && otherwise.allowRetry(exception);
        }

        @Override
        public boolean allowRetry(int retryCount, long elapsedTimeMs, RetrySleeper sleeper) {
            return BOUND_TO.get() == null && otherwise.allowRetry(retryCount, elapsedTimeMs, sleeper);
        }
    }
}
