package io.perennial.benchmarks.rows;

import io.perennial.benchmarks.variants.Client;
import java.util.concurrent.locks.LockSupport;

/** What a user waits for: an operation that succeeds. */
final class FirstRead {
    private static final long PAUSE = 500_000;

    private FirstRead() {}

    /**
     * Reads again and again, half a millisecond after each failure.
     *
     * @return when a read first succeeded, on {@link System#nanoTime()}
     */
    static long await(Client client, String path) {
        long deadline = System.nanoTime() + Client.PATIENCE.toNanos();
        while (true) {
            try {
                client.read(path);
                return System.nanoTime();
            } catch (Exception e) {
                if (System.nanoTime() > deadline) {
                    throw new IllegalStateException("no operation succeeded in " + Client.PATIENCE, e);
                }
                LockSupport.parkNanos(PAUSE);
            }
        }
    }
}
