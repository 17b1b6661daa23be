package io.perennial.internal.handle;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.curator.RetryPolicy;
import org.apache.curator.retry.RetryNTimes;
import org.apache.curator.retry.RetryOneTime;
import org.apache.zookeeper.KeeperException.ConnectionLossException;
import org.apache.zookeeper.KeeperException.NoNodeException;
import org.apache.zookeeper.KeeperException.SessionExpiredException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A request that has met a handle that has ended is repeated on the next one. */
@Tag("C23")
@Timeout(30)
class SuccessionTest {
    private static final Duration EVER = Duration.ofDays(1);

    private final Succession succession = new Succession();
    private final AtomicBoolean own = new AtomicBoolean();
    private final RetryPolicy policy = onNextHandle(new RetryOneTime(1), EVER);
    private final Thread caller = new Thread(() -> policy.allowRetry(new SessionExpiredException()));

    private RetryPolicy onNextHandle(RetryPolicy theirs, Duration patience) {
        return new OnNextHandle(theirs, succession, patience, own::get);
    }

    @AfterEach
    void endCaller() throws InterruptedException {
        caller.interrupt();
        caller.join();
    }

    @Test
    void waitsUntilCuratorHoldsTheNext() throws InterruptedException {
        succession.handedOver(() -> true);
        awaitWaiting();

        succession.handedOver(() -> true);
        awaitWaiting();
        succession.handedOver(() -> false);

        caller.join();
    }

    @Test
    void waitsNoMore_whenThereWillBeNone() throws InterruptedException {
        succession.handedOver(() -> true);
        awaitWaiting();

        succession.over();

        caller.join();
        assertThat(policy.allowRetry(new SessionExpiredException())).isTrue();
    }

    @Test
    void doesNotWait_whileTheHandleLives() {
        assertThat(policy.allowRetry(new SessionExpiredException())).isTrue();

        succession.handedOver(() -> false);

        assertThat(policy.allowRetry(new SessionExpiredException())).isTrue();
    }

    @Test
    void doesNotWait_forAnotherReason_onAThreadOfTheSessions_orWhenTheCallerWantsNoRetry() {
        succession.handedOver(() -> true);
        RetryPolicy never = new RetryNTimes(3, 1) {
            @Override
            public boolean allowRetry(Throwable exception) {
                return false;
            }
        };

        assertThat(policy.allowRetry(new ConnectionLossException())).isTrue();
        assertThat(policy.allowRetry(new NoNodeException())).isFalse();
        assertThat(onNextHandle(never, EVER).allowRetry(new SessionExpiredException()))
                .isFalse();
        own.set(true);
        assertThat(policy.allowRetry(new SessionExpiredException())).isTrue();
    }

    @Test
    void doesNotWaitForEver() {
        succession.handedOver(() -> true);

        assertThat(onNextHandle(new RetryOneTime(1), Duration.ofMillis(1)).allowRetry(new SessionExpiredException()))
                .isTrue();
    }

    @Test
    void keepsAnInterrupt() {
        succession.handedOver(() -> true);
        Thread.currentThread().interrupt();

        assertThat(policy.allowRetry(new SessionExpiredException())).isTrue();

        assertThat(Thread.interrupted()).isTrue();
    }

    private void awaitWaiting() {
        if (caller.getState() == Thread.State.NEW) {
            caller.start();
        }
        while (caller.getState() != Thread.State.TIMED_WAITING) {
            Thread.onSpinWait();
            assertThat(caller.getState()).isNotEqualTo(Thread.State.TERMINATED);
        }
    }
}
