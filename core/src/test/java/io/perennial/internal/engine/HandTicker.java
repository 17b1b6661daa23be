package io.perennial.internal.engine;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** A clock that stands still until it is moved by hand. Thread-safe. */
public final class HandTicker implements Ticker {
    private final AtomicLong now;

    /** Begins just before the overflow: {@code System.nanoTime} may do so, too, and differences must still be right. */
    public HandTicker() {
        this.now = new AtomicLong(Long.MAX_VALUE - Duration.ofSeconds(2).toNanos());
    }

    @Override
    public long nanos() {
        return now.get();
    }

    public void advance(Duration by) {
        now.addAndGet(by.toNanos());
    }
}
