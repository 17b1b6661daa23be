package io.perennial.internal.handle;

import io.perennial.internal.engine.Ticker;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A handle's signs of life: a report from its event thread, an attempt to connect. Thread-safe. */
final class Pulse {
    private final Ticker ticker;
    private volatile long lastSign;
    private volatile @Nullable Thread connecting;

    Pulse(Ticker ticker) {
        this.ticker = ticker;
        this.lastSign = ticker.nanos();
    }

    /** The event thread has reported something. */
    void sign() {
        lastSign = ticker.nanos();
    }

    /** An attempt begins, or is being waited for, on the calling thread. */
    void attempt() {
        connecting = Thread.currentThread();
        sign();
    }

    Duration quiet() {
        return Duration.ofNanos(ticker.nanos() - lastSign);
    }

    /** Whether the connecting thread has ended, as far as it is known. */
    boolean hasEnded() {
        Thread thread = connecting;
        return thread != null && !thread.isAlive();
    }

    /** Where that thread is. */
    StackTraceElement[] stack() {
        Thread thread = connecting;
        return thread == null ? new StackTraceElement[0] : thread.getStackTrace();
    }
}
