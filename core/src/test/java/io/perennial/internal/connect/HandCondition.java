package io.perennial.internal.connect;

import java.util.Date;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** A condition whose waits a play plays: nobody sleeps, and what happens meanwhile happens within the wait. */
final class HandCondition implements Condition {
    private final ReentrantLock lock;
    private final Waiter waiter;
    private boolean signalled;

    /** Lets time pass. */
    interface Waiter {
        /**
         * Waits for so long, unless it is signalled.
         *
         * @return the nanoseconds that are left
         * @throws InterruptedException as a thread that is interrupted before or meanwhile
         */
        long waitFor(long nanos, HandCondition condition) throws InterruptedException;
    }

    HandCondition(ReentrantLock lock, Waiter waiter) {
        this.lock = lock;
        this.waiter = waiter;
    }

    boolean isSignalled() {
        return signalled;
    }

    @Override
    public long awaitNanos(long nanos) throws InterruptedException {
        requireLock();
        signalled = false;
        int holds = lock.getHoldCount();
        for (int i = 0; i < holds; i++) {
            lock.unlock();
        }
        try {
            return waiter.waitFor(nanos, this);
        } finally {
            for (int i = 0; i < holds; i++) {
                lock.lock();
            }
        }
    }

    @Override
    public void signalAll() {
        requireLock();
        signalled = true;
    }

    @Override
    public void signal() {
        signalAll();
    }

    /** As a real one may be waken for no reason. */
    void wakeSpuriously() {
        signalled = true;
    }

    private void requireLock() {
        if (!lock.isHeldByCurrentThread()) {
            throw new IllegalMonitorStateException();
        }
    }

    @Override
    public void await() {
        throw new UnsupportedOperationException("a wait without an end");
    }

    @Override
    public void awaitUninterruptibly() {
        throw new UnsupportedOperationException("a wait without an end");
    }

    @Override
    public boolean await(long time, TimeUnit unit) throws InterruptedException {
        return awaitNanos(unit.toNanos(time)) > 0;
    }

    @Override
    public boolean awaitUntil(Date deadline) {
        throw new UnsupportedOperationException("a wait by the wall clock");
    }
}
