package io.perennial.internal.connect;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.perennial.internal.engine.Ticker;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/**
 * Where one handle's thread waits before each attempt to connect: for the given time, and for its owner; for good when
 * the handle is ending.
 *
 * <p>Concurrency: the handle's SendThread waits in it; the other methods are called from anywhere and take the lock
 * briefly. No code is entitled to interrupt a SendThread: an interrupt ends no wait here, and is not kept, or every
 * later wait would fail at once (C19).
 */
public final class Pacer {
    private static final Duration OWNER_PATIENCE = Duration.ofSeconds(1);
    /** By then a close that was announced is in the client's queue, so that its thread ends without complaint. */
    private static final Duration UNTIL_CLOSING = Duration.ofMillis(20);

    private final BooleanSupplier mayConnect;
    private final Ticker ticker;
    private final HandleEnd end = new HandleEnd();

    private final ReentrantLock lock;
    private final Condition changed;

    @GuardedBy("lock")
    private boolean hurried;

    @GuardedBy("lock")
    private boolean closing;

    @GuardedBy("lock")
    private boolean retired;

    @GuardedBy("lock")
    private Runnable endAgain = () -> {};

    /**
     * For one handle.
     *
     * @param mayConnect asked before each attempt
     * @param ticker the clock
     */
    public Pacer(BooleanSupplier mayConnect, Ticker ticker) {
        this(mayConnect, ticker, new ReentrantLock());
    }

    private Pacer(BooleanSupplier mayConnect, Ticker ticker, ReentrantLock lock) {
        this(mayConnect, ticker, lock, lock.newCondition());
    }

    /** Waits on that condition of that lock. */
    public Pacer(BooleanSupplier mayConnect, Ticker ticker, ReentrantLock lock, Condition changed) {
        this.mayConnect = mayConnect;
        this.ticker = ticker;
        this.lock = lock;
        this.changed = changed;
    }

    /**
     * Waits for that long, unless hurried, and then until the owner lets it connect.
     *
     * @throws IllegalStateException when the handle is ending, which ends its thread
     */
    void awaitTurn(Duration pause) {
        pause(pause);
        while (!mayConnect.getAsBoolean()) {
            // The owner is gone: the session learns of it from the same supplier and retires this handle.
            pause(OWNER_PATIENCE);
        }
    }

    @SuppressWarnings("GuardedBy") // await asks under the lock
    private void pause(Duration length) {
        lock.lock();
        try {
            await(length, () -> retired || hurried || closing);
            hurried = false;
            refuseIfEnding();
        } finally {
            lock.unlock();
        }
    }

    /** Ends a pause under way: the next attempt is made at once. */
    void hurry() {
        lock.lock();
        try {
            hurried = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** The application is about to close the handle: that waits for its thread, which must not wait here (C14). */
    void closing() {
        lock.lock();
        try {
            closing = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * The handle's state is CLOSED, so that its thread ends.
     *
     * @param again ends the handle once more, should its thread still come here: it would retry forever
     */
    void retire(Runnable again) {
        lock.lock();
        try {
            retired = true;
            endAgain = again;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Throws when the handle is ending, which ends its thread. */
    @SuppressWarnings("GuardedBy") // await asks under the lock
    void refuseIfEnding() {
        lock.lock();
        try {
            if (retired) {
                endAgain.run();
                throw end;
            }
            if (closing) {
                await(UNTIL_CLOSING, () -> retired);
                throw end;
            }
        } finally {
            lock.unlock();
        }
    }

    /** Throws when the handle is retired, whose connection has come too late. */
    void refuseIfRetired() {
        lock.lock();
        try {
            if (retired) {
                throw end;
            }
        } finally {
            lock.unlock();
        }
    }

    private void await(Duration length, BooleanSupplier over) {
        long until = ticker.nanos() + length.toNanos();
        long left = length.toNanos();
        while (left > 0 && !over.getAsBoolean()) {
            try {
                left = changed.awaitNanos(left);
            } catch (InterruptedException e) {
                left = until - ticker.nanos(); // See above: the interrupt is not kept.
            }
        }
    }

    /** Ends the handle's thread. The client logs it, so it comes without a stack trace. */
    private static final class HandleEnd extends IllegalStateException {
        private static final long serialVersionUID = 1L;

        private HandleEnd() {
            super("this handle is retired or closed and does not connect any more");
        }

        @Override
        @SuppressWarnings("UnsynchronizedOverridesSynchronized") // there is nothing to fill in
        public Throwable fillInStackTrace() {
            return this;
        }
    }
}
