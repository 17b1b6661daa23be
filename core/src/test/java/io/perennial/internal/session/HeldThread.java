package io.perennial.internal.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.ResilientSession;
import io.perennial.testing.Blocking;
import io.perennial.testing.SessionRig;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Holds a handle's event thread in a callback of the application's that does not return, whatever interrupts it. */
final class HeldThread implements AutoCloseable {
    private final CountDownLatch holding = new CountDownLatch(1);
    private final CountDownLatch released = new CountDownLatch(1);
    private volatile Thread thread;

    /** Returns when the event thread is held; {@code path} is any. */
    HeldThread(ResilientSession session, String path) throws Exception {
        session.curator().getZookeeperClient().getZooKeeper().exists(path, false, (rc, p, ctx, stat) -> hold(), null);
        assertThat(holding.await(SessionRig.PATIENCE.toSeconds(), TimeUnit.SECONDS))
                .isTrue();
    }

    private void hold() {
        thread = Thread.currentThread();
        holding.countDown();
        Blocking.stubbornlyUntil(released); // an interrupt would end the event thread before what is queued behind
    }

    Thread thread() {
        return thread;
    }

    void release() {
        released.countDown();
    }

    @Override
    public void close() {
        release();
    }
}
