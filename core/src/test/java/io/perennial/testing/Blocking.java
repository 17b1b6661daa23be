package io.perennial.testing;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** What an application's code may do wherever it is called, and a test's must be able to end: it blocks. */
public final class Blocking {
    private Blocking() {}

    /** Until that is counted down, or the thread is interrupted, which it stays. */
    public static void until(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** As {@link #until}; it is an error that it takes longer than 30 s, or that the thread is interrupted. */
    public static void untilOrFail(CountDownLatch latch) {
        try {
            if (!latch.await(30, TimeUnit.SECONDS)) {
                throw new AssertionError("what it waits for has not come within 30 s");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** Until that is counted down, whatever interrupts; the interrupts are lost. */
    public static void stubbornlyUntil(CountDownLatch latch) {
        while (latch.getCount() > 0) {
            try {
                latch.await();
            } catch (InterruptedException e) {
                // As bad a callback as there can be.
            }
        }
    }

    /** Until the thread is interrupted, and forgets that: what comes after it must be interrupted anew. */
    public static void untilInterrupted() {
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            // As many listeners do.
        }
    }
}
