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
 * Looks after what the session's other threads do, from a thread that does nothing else: none of them can tell that it
 * stands itself (K4). What it finds is told once in the log, and stands on the report for as long as it is so.
 *
 * <p>Each session has one of its own rather than one for all of them: what it calls on the way, the logging above all,
 * is the application's, and where that blocks only the application's own sessions are without a look; and its context
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
        /** A look, on the watchdog's thread, with what can be done about what is found; a sentence on that, or null. */
        @Nullable
        String look();
    }

    public Watchdog(SessionThreads threads, ThrottledLog log, Duration interval, List<Watched> watched) {
        this.threads = threads;
        this.log = log;
        this.interval = interval;
        this.watched = List.copyOf(watched);
    }

    /** Begins; a session that cannot have the thread goes on without it. */
    public void start() {
        Throwable refused = UserCode.run(
                () -> threads.role("watchdog").newThread(this::watch).start());
        if (refused != null) {
            log.warn("no thread for the watchdog, the session goes on without: " + refused);
        }
    }

    /** No look begins after this one. The thread ends by itself. */
    public void stop() {
        lock.lock();
        try {
            stopped = true;
            stopping.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** What stands still now. From any thread. */
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
            return true; // Nobody who knows this thread interrupts it. It ends by stop().
        } finally {
            lock.unlock();
        }
    }

    /** One after the other, each whatever became of the one before. */
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

    /** Something to log whose stack trace is another thread's. */
    static Throwable at(StackTraceElement[] stack) {
        var where = new Throwable("this is where it stands");
        where.setStackTrace(stack);
        return where;
    }
}
