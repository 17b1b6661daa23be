package io.perennial.internal.engine;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Runs tasks in order, as a rule one after another on one thread, and compensates for each that blocks with another
 * thread. No task is ever dropped.
 *
 * <p>Concurrency: while some tasks wait, a second thread stands by; when the working thread has not returned for 50 ms,
 * the second takes over, and a third stands by. So there are as many threads as tasks that block at once, plus one or
 * two; they end when idle. At the end, when no thread can be created, the thread that ends the executor or submits a
 * task runs the tasks (K3).
 */
final class CompensatingExecutor implements Executor {
    /** As many as the common pool's threads that compensate for blocked ones. */
    static final int MOST_THREADS = 256;
    /** How long a task may take before the next begins beside it. */
    private static final long STALL_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
    /** One to go on, one to stand by. */
    private static final int MOST_IDLE = 2;

    private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final ThreadFactory threadFactory;
    private final Ticker ticker;
    private final Consumer<Runnable> runner;
    private final Consumer<Throwable> onThreadFailure;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    @GuardedBy("lock")
    private final ArrayDeque<Runnable> queue = new ArrayDeque<>();
    /** When each thread began what it is running. */
    @GuardedBy("lock")
    private final Map<Thread, Long> running = new HashMap<>();

    @GuardedBy("lock")
    private @Nullable Thread latest;

    @GuardedBy("lock")
    private long latestBegan;
    /** Threads that run nothing, and those that are being made. */
    @GuardedBy("lock")
    private int idle;

    @GuardedBy("lock")
    private int threads;
    /** No thread waits for more tasks. */
    @GuardedBy("lock")
    private boolean ended;
    /** What blocks is interrupted. */
    @GuardedBy("lock")
    private boolean hurried;

    /**
     * The task that has been running for longest.
     *
     * @param thread where
     * @param since for how long
     * @param threads the number of threads
     * @param waiting how many tasks have not begun
     */
    record Longest(Thread thread, Duration since, int threads, int waiting) {}

    /**
     * Creates the executor, with no thread yet.
     *
     * @param threadFactory creates its threads
     * @param ticker the clock
     * @param runner runs a task, and throws nothing
     * @param onThreadFailure gets what the factory threw, when tasks have to wait for a thread
     */
    CompensatingExecutor(
            ThreadFactory threadFactory,
            Ticker ticker,
            Consumer<Runnable> runner,
            Consumer<Throwable> onThreadFailure) {
        this.threadFactory = threadFactory;
        this.ticker = ticker;
        this.runner = runner;
        this.onThreadFailure = onThreadFailure;
    }

    @Override
    public void execute(Runnable task) {
        lock.lock();
        try {
            queue.add(task);
            changed.signal();
        } finally {
            lock.unlock();
        }
        ensureStandBy();
    }

    /** Makes sure that some thread begins what waits, and that what blocks is interrupted when time is up. */
    void ensureStandBy() {
        lock.lock();
        try {
            boolean wanted = !queue.isEmpty() || (hurried && latest != null);
            if (!wanted || idle > 0 || threads >= MOST_THREADS) {
                return;
            }
            idle++;
            threads++;
        } finally {
            lock.unlock();
        }
        Throwable failure =
                UserCode.run(() -> threadFactory.newThread(this::work).start());
        if (failure != null) {
            withoutThread(failure);
        }
    }

    private void withoutThread(Throwable failure) {
        boolean onThisOne;
        lock.lock();
        try {
            onThisOne = ended && threads == 1; // No thread will try again.
            if (!onThisOne) {
                idle--;
                threads--;
            }
        } finally {
            lock.unlock();
        }
        if (onThisOne) {
            workHere();
        } else {
            onThreadFailure.accept(failure);
        }
    }

    /** On the caller's thread, whose interrupt is not meant for the tasks. */
    private void workHere() {
        boolean interrupted = Thread.interrupted();
        work();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void work() {
        for (Runnable task = first(); task != null; task = next()) {
            ensureStandBy();
            runner.accept(task);
        }
    }

    private @Nullable Runnable first() {
        lock.lock();
        try {
            return awaitTurn();
        } finally {
            lock.unlock();
        }
    }

    private @Nullable Runnable next() {
        Thread me = Thread.currentThread();
        lock.lock();
        try {
            running.remove(me);
            Thread.interrupted(); // left behind by the task, or meant for it
            if (latest == me) {
                latest = null;
                if (!queue.isEmpty()) {
                    return begin();
                }
            }
            if (idle >= MOST_IDLE) {
                threads--;
                return null;
            }
            idle++;
            return awaitTurn();
        } finally {
            lock.unlock();
        }
    }

    /** Stands by until there is something to begin that no other thread is about to begin. */
    @GuardedBy("lock")
    private @Nullable Runnable awaitTurn() {
        long idleSince = ticker.nanos();
        while (true) {
            long wait;
            Thread atTheEnd = hurried && queue.isEmpty() ? latest : null;
            if (atTheEnd != null) {
                wait = untilStalled();
                if (wait <= 0) {
                    atTheEnd.interrupt(); // No later thread would do it.
                    latest = null;
                    continue;
                }
            } else if (queue.isEmpty()) {
                wait = ended ? 0 : idleSince + IDLE_NANOS - ticker.nanos();
                if (wait <= 0) {
                    idle--;
                    threads--;
                    return null;
                }
            } else {
                wait = latest == null ? 0 : untilStalled();
                if (wait <= 0) {
                    idle--;
                    changed.signal(); // Another idle thread stands by, if there is one.
                    return begin();
                }
            }
            try {
                changed.awaitNanos(wait);
            } catch (InterruptedException e) {
                // Meant for a task; end() signals the end.
            }
        }
    }

    /** Of the latest. */
    @GuardedBy("lock")
    private long untilStalled() {
        return latestBegan + STALL_NANOS - ticker.nanos();
    }

    @GuardedBy("lock")
    private Runnable begin() {
        if (hurried && latest != null) {
            latest.interrupt(); // Its time is up.
        }
        latest = Thread.currentThread();
        latestBegan = ticker.nanos();
        running.put(latest, latestBegan);
        return queue.remove();
    }

    /** The task that has been running for longest, or null when none runs. */
    @Nullable
    Longest longest() {
        lock.lock();
        try {
            long now = ticker.nanos();
            return running.entrySet().stream()
                    .max((a, b) -> Long.compare(now - a.getValue(), now - b.getValue()))
                    .map(each ->
                            new Longest(each.getKey(), Duration.ofNanos(now - each.getValue()), threads, queue.size()))
                    .orElse(null);
        } finally {
            lock.unlock();
        }
    }

    /** Whether nothing waits to be begun, and what was begun and still runs has done so for long. */
    boolean isSettled() {
        lock.lock();
        try {
            boolean atWork = latest != null && ticker.nanos() - latestBegan < 2 * STALL_NANOS;
            return queue.isEmpty() && !atWork;
        } finally {
            lock.unlock();
        }
    }

    /** Idle threads end at once. Tasks that come later still run. */
    void end() {
        lock.lock();
        try {
            ended = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        ensureStandBy();
    }

    /** Time is up: tasks that block are interrupted, including those that still come. */
    void hurry() {
        lock.lock();
        try {
            hurried = true;
            running.keySet().forEach(Thread::interrupt);
        } finally {
            lock.unlock();
        }
    }
}
