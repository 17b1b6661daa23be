package io.perennial.internal.handle;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.apache.curator.RetryPolicy;
import org.apache.curator.RetrySleeper;
import org.apache.zookeeper.KeeperException.SessionExpiredException;

/**
 * The caller's retry policy; but a request that met a handle that has ended is repeated on the next one, not before.
 */
final class OnNextHandle implements RetryPolicy {
    private final RetryPolicy delegate;
    private final Succession succession;
    private final Duration patience;
    private final BooleanSupplier isOwnThread;

    /**
     * Makes it.
     *
     * @param delegate the caller's
     * @param succession where to wait
     * @param patience how long at most
     * @param isOwnThread whether the calling thread may be needed for the next handle, and so must not wait
     */
    OnNextHandle(RetryPolicy delegate, Succession succession, Duration patience, BooleanSupplier isOwnThread) {
        this.delegate = delegate;
        this.succession = succession;
        this.patience = patience;
        this.isOwnThread = isOwnThread;
    }

    @Override
    public boolean allowRetry(Throwable exception) {
        boolean allowed = delegate.allowRetry(exception);
        if (allowed && exception instanceof SessionExpiredException && !isOwnThread.getAsBoolean()) {
            awaitNext();
        }
        return allowed;
    }

    private void awaitNext() {
        try {
            succession.await(patience);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // The next attempt reports it.
        }
    }

    @Override
    public boolean allowRetry(int retryCount, long elapsedTimeMs, RetrySleeper sleeper) {
        return delegate.allowRetry(retryCount, elapsedTimeMs, sleeper);
    }
}
