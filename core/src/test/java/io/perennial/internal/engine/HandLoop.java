package io.perennial.internal.engine;

import java.util.function.Consumer;

/** An event loop without a thread: it does what is due when it is told to, on the thread that made it. */
public final class HandLoop {
    private final EventLoop loop;

    /** Errors of its tasks go to that one. */
    public HandLoop(Ticker ticker, ThrottledLog log, Consumer<Throwable> errors) {
        this.loop = new EventLoop("orders", task -> Thread.currentThread(), ticker, log);
        loop.afterError(errors);
    }

    public EventLoop loop() {
        return loop;
    }

    /** Does what is due now, and what follows from that; whether there was anything. */
    public boolean run() {
        boolean any = false;
        while (loop.runNextDue()) {
            any = true;
        }
        return any;
    }
}
