package io.perennial.soak.work;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** Starts and pauses the random work of a worker, and knows what is under way. Thread-safe. */
final class Churn {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    @GuardedBy("lock")
    private final Map<Long, String> underWay = new HashMap<>();

    @GuardedBy("lock")
    private long begun;

    private volatile boolean working = true;
    private volatile boolean ended;

    /** One thing under way. */
    final class Ticket implements AutoCloseable {
        private final long number;

        private Ticket(long number) {
            this.number = number;
        }

        @Override
        public void close() {
            lock.lock();
            try {
                underWay.remove(number);
                changed.signalAll();
            } finally {
                lock.unlock();
            }
        }

        /** Ends with this future. */
        void endWith(CompletableFuture<?> future) {
            var unused = future.whenComplete((result, failure) -> close());
        }
    }

    boolean isWorking() {
        return working && !ended;
    }

    boolean hasEnded() {
        return ended;
    }

    /** Waits while it is paused; null when the work has ended. */
    @Nullable
    Ticket begin(String what) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (!working && !ended) {
                changed.await();
            }
            return ended ? null : ticket(what);
        } finally {
            lock.unlock();
        }
    }

    /** Does not wait: null while it is paused. */
    @Nullable
    Ticket tryBegin(String what) {
        lock.lock();
        try {
            return isWorking() ? ticket(what) : null;
        } finally {
            lock.unlock();
        }
    }

    /** Lets nothing begin, and waits for the end of what has. */
    void pause(Duration patience) throws InterruptedException {
        long left = patience.toNanos();
        lock.lockInterruptibly();
        try {
            working = false;
            while (!underWay.isEmpty() && left > 0) {
                left = changed.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }

    void work() {
        lock.lock();
        try {
            working = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    void end() {
        lock.lock();
        try {
            ended = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    List<String> underWay() {
        lock.lock();
        try {
            return new ArrayList<>(underWay.values());
        } finally {
            lock.unlock();
        }
    }

    @GuardedBy("lock")
    private Ticket ticket(String what) {
        begun++;
        underWay.put(begun, what + " since " + System.nanoTime());
        return new Ticket(begun);
    }

    static void sleep(long millis) {
        try {
            TimeUnit.MILLISECONDS.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
