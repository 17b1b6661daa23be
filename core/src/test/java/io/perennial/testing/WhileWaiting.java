package io.perennial.testing;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** Does something while the thread that asks for it waits for it with a limit: not before, so that it must wait. */
public final class WhileWaiting {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final long LOOK_NANOS = 50_000;

    private WhileWaiting() {}

    /** Returns at once; a thread that has not begun to wait within 30 s has it done all the same. */
    public static void run(Runnable action) {
        Thread waiting = Thread.currentThread();
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        var other = new Thread(
                () -> {
                    while (waiting.getState() != Thread.State.TIMED_WAITING && System.nanoTime() - deadline < 0) {
                        LockSupport.parkNanos(LOOK_NANOS);
                    }
                    action.run();
                },
                "test-other");
        other.setDaemon(true);
        other.start();
    }
}
