package io.perennial.internal.watchdog;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.perennial.internal.engine.SessionThreads;
import io.perennial.internal.engine.ThrottledLog;
import io.perennial.internal.engine.UserCode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Watches what the session's other threads do, from a thread that does nothing else: none of them can notice that it is
 * stuck itself (K4). What it finds is logged once, and stays on the report while it lasts.
 *
 * <p>Each session has its own watchdog rather than one for all of them: what it calls on the way, the logging above
 * all, is the application's, and where that blocks, only the application's own sessions go unwatched; and its context
 * class loader and its end are the session's.
 *
 * <p>Concurrency: {@code problems} is written by the thread alone; the lock only serves the wait between two looks.
 */
public final class Watchdog {
    private final SessionThreads threads;
    private final ThrottledLog log;
    private final Duration interval;
    private final List<Watched> watched;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition stopping = lock.newCondition();

    @GuardedBy("lock")
    private boolean stopped;

    private volatile List<String> problems = List.of();

    /** Something to look at. */
    @FunctionalInterface
    public interface Watched {
        /**
         * Looks, on the watchdog's thread, and does what can be done about what it finds; returns a sentence on that,
         * or null.
         */
        @Nullable
        String look();
    }

    public Watchdog(SessionThreads threads, ThrottledLog log, Duration interval, List<Watched> watched) {
        this.threads = threads;
        this.log = log;
        this.interval = interval;
        this.watched = List.copyOf(watched);
    }

    /** Starts; a session that cannot get the thread goes on without it. */
    public void start() {
        Throwable refused = UserCode.run(
                () -> threads.role("watchdog").newThread(this::watch).start());
        if (refused != null) {
            log.warn("no thread can be started for the watchdog; the session runs without one: " + refused);
        }
    }

    /** No look begins after this call. The thread ends by itself. */
    public void stop() {
        lock.lock();
        try {
            stopped = true;
            stopping.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** What is stuck now. From any thread. */
    public List<String> problems() {
        return problems;
    }

    private void watch() {
        while (isOn()) {
            attempt(this::look);
        }
    }

    private boolean isOn() {
        lock.lock();
        try {
            long left = interval.toNanos();
            while (!stopped && left > 0) {
                left = stopping.awaitNanos(left);
            }
            return !stopped;
        } catch (InterruptedException e) {
            return true; // No code that knows this thread interrupts it. stop() ends it.
        } finally {
            lock.unlock();
        }
    }

    /** One after the other, each regardless of how the one before ended. */
    void look() {
        var found = new ArrayList<String>();
        for (Watched one : watched) {
            attempt(() -> {
                String problem = one.look();
                if (problem != null) {
                    found.add(problem);
                }
            });
        }
        problems = List.copyOf(found);
    }

    private void attempt(UserCode.Action look) {
        Throwable thrown = UserCode.run(look);
        if (thrown != null) {
            log.warnThrottled("watchdog", "internal error in the watchdog; please report it", thrown);
        }
    }

    /** A throwable to log, with another thread's stack trace. */
    static Throwable at(StackTraceElement[] stack) {
        var where = new Throwable("the stack of that thread");
        where.setStackTrace(stack);
        return where;
    }
}
