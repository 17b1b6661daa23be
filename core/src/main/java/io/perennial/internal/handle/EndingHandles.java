package io.perennial.internal.handle;

import io.perennial.internal.engine.Uninterrupted;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Handles of one session that are to end, and whose threads may not have ended yet: after an expiry that takes a
 * moment, and abandoning a handle once is not always enough, see {@link ClientHandle#abandon}. Thread-safe.
 */
final class EndingHandles {
    private static final Duration LOOK_AGAIN = Duration.ofMillis(50);
    private static final Duration PATIENCE_WITH_A_LATE_ONE = Duration.ofSeconds(1);

    private final Set<Handle> handles = ConcurrentHashMap.newKeySet();
    private final Consumer<Handle> ended;

    /** For one session; is notified of each handle that has ended. */
    EndingHandles(Consumer<Handle> ended) {
        this.ended = ended;
    }

    /** Ends that handle, without telling the server. */
    void add(Handle handle) {
        handles.add(handle);
        handle.abandon();
    }

    /**
     * Ends a handle that could not be made completely and will be given to nobody: its client may have begun to connect
     * before a later step failed, as happens when a send thread can be started and no event thread (S-64).
     */
    void discard(Handle handle) {
        if (handle.discard()) {
            add(handle);
            lookAfter(handle);
            sweep();
        }
    }

    /** Those that are not known to have ended. */
    List<Handle> handles() {
        return List.copyOf(handles);
    }

    /** Makes sure that they end. Blocks for some milliseconds. */
    void sweep() {
        try {
            for (Handle handle : handles()) {
                if (await(handle, Duration.ofMillis(1))) {
                    ended.accept(handle);
                    handles.remove(handle);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Ends a handle that nothing else knows or will look after. At the end of a close this thread is interrupted, which
     * must not stop that.
     */
    void lookAfter(Handle handle) {
        Uninterrupted.run(() -> await(handle, PATIENCE_WITH_A_LATE_ONE));
    }

    /** Ends it, however many attempts that takes, and waits for its threads; returns whether they have ended. */
    static boolean await(Handle handle, Duration timeout) throws InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        while (true) {
            handle.abandon();
            long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
            if (hasEnded(handle, (int) Math.max(1, Math.min(LOOK_AGAIN.toMillis(), left / 2)))) {
                return true;
            }
            if (left <= 0) {
                return false;
            }
        }
    }

    private static boolean hasEnded(Handle handle, int millis) throws InterruptedException {
        return handle.zooKeeper() instanceof SupervisedZooKeeper supervised
                ? supervised.awaitEnd(millis)
                : handle.zooKeeper().close(millis);
    }
}
