package io.perennial.samples.terminal;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Ctrl-C: interrupts the program's thread, and lets it clean up before the JVM ends. */
public final class Interrupt {
    private static final int PATIENCE_SECONDS = 10;

    private final CountDownLatch done = new CountDownLatch(1);

    public Interrupt(Thread program) {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> end(program), "interrupt"));
    }

    /** The program has ended by itself, or has cleaned up. */
    public void done() {
        done.countDown();
    }

    private void end(Thread program) {
        if (done.getCount() == 0) {
            return;
        }
        program.interrupt();
        try {
            done.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
