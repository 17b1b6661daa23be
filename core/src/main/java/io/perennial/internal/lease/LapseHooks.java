package io.perennial.internal.lease;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.perennial.Registration;
import io.perennial.internal.engine.ThrottledLog;
import io.perennial.internal.engine.UserCode;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Runs the application's actions at the moment the lease lapses, on a thread that does nothing else: the engine, the
 * callbacks and a handle's event thread may all be busy or blocked just then.
 *
 * <p>Concurrency: the lease reports each of its changes under its own lock, which is taken before this one; the thread
 * waits for the end that was reported last, by the lease's time (L4). A lapse is counted when it is noticed, at the
 * latest with the renewal that follows it, so that a thread that came late (a JVM that was stopped) misses none.
 * Actions run outside the lock. The thread exists while there are actions.
 */
public final class LapseHooks {
    private final LeaseTime time;
    private final Executor thread;
    private final ThrottledLog log;
    private final List<Hook> hooks = new CopyOnWriteArrayList<>();

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    /** The lease was held when last looked at. */
    @GuardedBy("lock")
    private boolean held;

    @GuardedBy("lock")
    private long heldUntil;

    @GuardedBy("lock")
    private long lapses;

    @GuardedBy("lock")
    private long reported;

    @GuardedBy("lock")
    private long looked;

    @GuardedBy("lock")
    private boolean watching;

    @GuardedBy("lock")
    private boolean closed;

    /** An action, for the lapses after that one. Compared by identity: the same action may be registered twice. */
    private static final class Hook {
        private final Runnable action;
        private final long after;

        private Hook(Runnable action, long after) {
            this.action = action;
            this.after = after;
        }
    }

    public LapseHooks(LeaseTime time, Executor thread, ThrottledLog log) {
        this.time = time;
        this.thread = thread;
        this.log = log;
    }

    Registration add(Runnable action) {
        if (action == null) {
            throw new IllegalArgumentException("action is null; give one");
        }
        Hook hook;
        lock.lock();
        try {
            notice();
            hook = new Hook(action, lapses);
            if (hooks.isEmpty()) {
                reported = lapses;
            }
            hooks.add(hook);
        } finally {
            lock.unlock();
        }
        haveThread();
        return () -> remove(hook);
    }

    /** When no thread can be created, the next look tries again. */
    private void haveThread() {
        lock.lock();
        try {
            if (watching || closed || hooks.isEmpty()) {
                return;
            }
            watching = true;
        } finally {
            lock.unlock();
        }
        Throwable refused = UserCode.run(() -> thread.execute(this::watch));
        if (refused != null) {
            endWatch();
            log.warnThrottled(
                    "lapse-thread", "no thread can be started for the lease's onLapse actions; retrying", refused);
        }
    }

    private void endWatch() {
        lock.lock();
        try {
            watching = false;
        } finally {
            lock.unlock();
        }
    }

    private void remove(Hook hook) {
        hooks.remove(hook);
        signal();
    }

    /** The lease is held until then, or not held. */
    void leaseChanged(boolean nowHeld, long until) {
        lock.lock();
        try {
            notice();
            if (held && !nowHeld) {
                lapses++;
            }
            held = nowHeld;
            heldUntil = until;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** No lapse will follow; what is due still runs, and the thread ends. */
    void close() {
        lock.lock();
        try {
            closed = true;
        } finally {
            lock.unlock();
        }
        signal();
    }

    /**
     * Notices a lapse that the thread does not wait for, because the clock has jumped, and makes sure that there is a
     * thread. Returns whether there has been a lapse since the last look.
     */
    boolean look() {
        boolean news;
        lock.lock();
        try {
            long before = lapses;
            notice();
            if (lapses != before) {
                changed.signalAll();
            }
            news = lapses != looked;
            looked = lapses;
        } finally {
            lock.unlock();
        }
        haveThread();
        return news;
    }

    private void signal() {
        lock.lock();
        try {
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @GuardedBy("lock")
    private void notice() {
        if (held && heldUntil - time.nanos() <= 0) {
            held = false;
            lapses++;
        }
    }

    private void watch() {
        boolean ended = false;
        try {
            for (List<Hook> due = awaitLapse(); due != null; due = awaitLapse()) {
                due.forEach(this::run);
            }
            ended = true;
        } finally {
            if (!ended) {
                endWatch(); // An internal error: the next look has another thread go on with the next lapse (K4).
            }
        }
    }

    private void run(Hook hook) {
        if (!hooks.contains(hook)) {
            return;
        }
        Throwable thrown = UserCode.run(hook.action::run);
        if (thrown != null) {
            log.warnThrottled("lapse-hook", "an onLapse action of the lease threw; the next one runs", thrown);
        }
    }

    /** The hooks that the next lapse concerns, or null when none will be run any more. */
    private @Nullable List<Hook> awaitLapse() {
        lock.lock();
        try {
            while (true) {
                notice();
                if (reported < lapses) {
                    long lapse = ++reported;
                    return hooks.stream().filter(hook -> hook.after < lapse).toList();
                }
                if (closed || hooks.isEmpty()) {
                    watching = false;
                    return null;
                }
                try {
                    if (held) {
                        changed.await(heldUntil - time.nanos(), TimeUnit.NANOSECONDS);
                    } else {
                        changed.await();
                    }
                } catch (InterruptedException e) {
                    // Meant for an action, which may have passed it on; close() signals the session's end.
                }
            }
        } finally {
            lock.unlock();
        }
    }
}
