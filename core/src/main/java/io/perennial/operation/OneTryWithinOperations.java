package io.perennial.operation;

import java.util.concurrent.Callable;
import org.apache.curator.RetryPolicy;
import org.apache.curator.RetrySleeper;

/**
 * Curator's retry policy on this session; internal to the library. Within a call on {@link Operations} it tries once, for
 * there the retrying is done outside, with what the call's effect allows: two policies would multiply.
 */
public final class OneTryWithinOperations implements RetryPolicy {
    private static final ThreadLocal<Boolean> WITHIN = new ThreadLocal<>();

    private final RetryPolicy otherwise;

    /**
     * Makes one.
     *
     * @param otherwise the policy of calls that are made on Curator directly
     */
    public OneTryWithinOperations(RetryPolicy otherwise) {
        this.otherwise = otherwise;
    }

    static <T> T once(Callable<T> call) throws Exception {
        WITHIN.set(true);
        try {
            return call.call();
        } finally {
            WITHIN.remove();
        }
    }

    @Override
    public boolean allowRetry(Throwable exception) {
        return WITHIN.get() == null && otherwise.allowRetry(exception);
    }

    @Override
    public boolean allowRetry(int retryCount, long elapsedTimeMs, RetrySleeper sleeper) {
        return WITHIN.get() == null && otherwise.allowRetry(retryCount, elapsedTimeMs, sleeper);
    }
}
