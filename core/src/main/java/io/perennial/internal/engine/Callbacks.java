package io.perennial.internal.engine;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Runs a session's callbacks one after another, in order, on an executor that may be the user's.
 *
 * <p>Concurrency: callbacks are queued without bound (none is ever dropped, S-12) and handed to the executor one drain
 * at a time, outside any lock. A callback that throws is logged and counted. When the executor rejects the drain, the
 * callbacks stay queued, and {@link #retry()} or the next callback hands them over again (S-44). An executor that would
 * run them inline, on the session's thread that hands them over, is not allowed to: they then run on the session's own
 * callback thread (U3).
 */
public final class Callbacks {
    private static final String ON_THE_SPOT =
            "the callback executor runs callbacks on the thread that submits them, which is the engine's;"
                    + " the session runs them on its own thread instead: give callbackExecutor a pool, or"
                    + " leave it out";

    private static final String INDEED =
            "(the session submits them again; check that it discards nothing, as a DiscardPolicy or a shut-down pool"
                    + " does, and that it has a thread free)";
    /**
     * How long an executor is still reported after it has begun again, in multiples of the time after which a callback
     * is slow.
     */
    private static final int REMEMBERED = 3;

    private final Executor executor;
    private final Executor ownThread;
    private final ThrottledLog log;
    private final Ticker ticker;
    private final Duration slow;
    private final CallbackTimer timer;
    private final AtomicLong failures = new AtomicLong();
    private final Object lock = new Object();

    @GuardedBy("lock")
    private final ArrayDeque<Callback> queue = new ArrayDeque<>();
    /** A drain is running: of those handed over, whichever began first. */
    @GuardedBy("lock")
    private boolean draining;

    @GuardedBy("lock")
    private boolean ended;
    /** When the drain was handed over that has neither begun nor been given up. */
    @GuardedBy("lock")
    private @Nullable Long handedAt;
    /** Since when no drain has begun, of those handed over since then. */
    @GuardedBy("lock")
    private @Nullable Long waitingSince;
    /** When one was last given up. */
    @GuardedBy("lock")
    private @Nullable Long givenUpAt;

    private volatile @Nullable Running current;
    private volatile boolean ranOnTheSpot;

    private record Callback(String what, Runnable task) {}

    private record Running(String what, Thread thread, long since) {}

    /**
     * Creates the queue.
     *
     * @param executor where they run; may be the user's
     * @param ownThread where they run when that executor would run them on the engine
     * @param log where failures are logged
     * @param ticker the clock
     * @param slow how long one may run before it is reported
     * @param timer is notified of each
     */
    public Callbacks(
            Executor executor,
            Executor ownThread,
            ThrottledLog log,
            Ticker ticker,
            Duration slow,
            CallbackTimer timer) {
        this.executor = executor;
        this.ownThread = ownThread;
        this.log = log;
        this.ticker = ticker;
        this.slow = slow;
        this.timer = timer;
    }

    /**
     * Queues a callback. Never runs it on the calling thread.
     *
     * @param what what it is, for the log
     * @param task the callback
     */
    public void submit(String what, Runnable task) {
        synchronized (lock) {
            if (ended) {
                return;
            }
            queue.add(new Callback(what, task));
        }
        retry();
    }

    /**
     * Hands what is queued to the executor, if it is not with it already.
     *
     * @return false when the executor rejects it
     */
    public boolean retry() {
        synchronized (lock) {
            if (draining || handedAt != null || queue.isEmpty()) {
                return true;
            }
            handedAt = ticker.nanos();
            if (waitingSince == null) {
                waitingSince = handedAt;
            }
        }
        HandOver.Outcome outcome = HandOver.to(executor, this::drain);
        if (outcome.result() == HandOver.Result.ON_THE_SPOT) {
            ranOnTheSpot = true;
            log.warnThrottled("callback-on-the-spot", ON_THE_SPOT);
            Throwable rejection = UserCode.run(() -> ownThread.execute(this::drain));
            return rejection == null || keepRejected(rejection);
        }
        return outcome.result() == HandOver.Result.ACCEPTED || keepRejected(outcome.thrown());
    }

    /** Usually it is a RejectedExecutionException; some executors throw others, or cannot make a thread. */
    private boolean keepRejected(@Nullable Throwable rejection) {
        synchronized (lock) {
            handedAt = null;
            waitingSince = null;
        }
        failures.incrementAndGet();
        log.warnThrottled(
                "callback-rejected",
                "the callback executor rejects callbacks; the session keeps them and submits them again. Check that it"
                        + " is not shut down or full: " + rejection);
        return false;
    }

    /**
     * Whether the calling thread is running a callback right now.
     *
     * @return whether it is
     */
    public boolean inCallback() {
        Running running = current;
        return running != null && running.thread == Thread.currentThread();
    }

    /**
     * To be called periodically: hands over again what was rejected, and logs a callback that runs for too long. It is
     * logged while it runs, because it may never end, and by the caller's thread, because its own is the one in
     * trouble.
     */
    public void tick() {
        retry();
        String slowOne = slow();
        if (slowOne != null) {
            log.warnThrottled("callback-slow", slowOne);
        }
    }

    /**
     * What is wrong with the executor. From any thread.
     *
     * @return a sentence, or null when nothing is
     */
    public @Nullable String misplaced() {
        return ranOnTheSpot ? ON_THE_SPOT : null;
    }

    /**
     * Gives up a drain that the executor accepted too long ago and has not begun, because it may have dropped it (U2):
     * the next {@link #tick()} hands over another. To be called periodically, from any thread. A drain that begins late
     * after all runs what is queued, unless another is running.
     *
     * @return a sentence while none begins, and for some time after that; or null
     */
    public @Nullable String overdue() {
        String problem;
        synchronized (lock) {
            long now = ticker.nanos();
            if (handedAt != null && now - handedAt >= slow.toNanos()) {
                handedAt = null;
                givenUpAt = now;
                failures.incrementAndGet();
            }
            if (givenUpAt == null
                    || now - givenUpAt >= slow.multipliedBy(REMEMBERED).toNanos()) {
                return null;
            }
            if (waitingSince == null) {
                return "the callback executor did not run callbacks that it had accepted " + INDEED;
            }
            problem = "the callback executor has run no callback for "
                    + Duration.ofNanos(now - waitingSince).toMillis() + " ms although it accepted some, "
                    + queue.size() + " wait " + INDEED;
        }
        log.warnThrottled("callback-overdue", problem);
        return problem;
    }

    /**
     * What holds the callbacks up. From any thread.
     *
     * @return a sentence, or null when none runs for too long
     */
    public @Nullable String slow() {
        Running running = current;
        if (running == null) {
            return null;
        }
        long nanos = ticker.nanos() - running.since;
        if (nanos < slow.toNanos()) {
            return null;
        }
        return "a " + running.what + " has been running for "
                + Duration.ofNanos(nanos).toMillis() + " ms on thread " + running.thread.getName() + ", " + queued()
                + " callbacks wait behind it: move its work to a thread of your application";
    }

    private int queued() {
        synchronized (lock) {
            return queue.size();
        }
    }

    /**
     * How many callbacks threw, and how many times the executor rejected them or did not begin with them.
     *
     * @return the count since the session was made
     */
    public long failures() {
        return failures.get();
    }

    /**
     * Whether nothing is queued or running.
     *
     * @return whether all is done
     */
    public boolean isIdle() {
        synchronized (lock) {
            return queue.isEmpty() && !draining;
        }
    }

    /**
     * To be called repeatedly at the session's end, in place of {@link #retry()}, while something is left: what the
     * executor rejects, or has accepted and not begun after that time, runs on the session's own thread.
     *
     * @param patience since it was handed over
     * @return false when there is no such thread either
     */
    public boolean bringToEnd(Duration patience) {
        boolean rejected = !retry();
        if (executor == ownThread) {
            return !rejected;
        }
        synchronized (lock) {
            long now = ticker.nanos();
            boolean overdue = !draining && handedAt != null && now - handedAt >= patience.toNanos();
            if (!rejected && !overdue) {
                return true;
            }
            handedAt = now;
        }
        log.warnThrottled(
                "callback-end",
                "the callback executor (" + executor.getClass().getName() + ") "
                        + (rejected ? "rejects" : "has not run within " + patience.toMillis() + " ms")
                        + " the last callbacks of the session, which runs them on its own thread instead: shut"
                        + " the executor down after the session, and check that it discards nothing");
        return UserCode.run(() -> ownThread.execute(this::drain)) == null;
    }

    /** Time is up: what has not begun never will. */
    public void end() {
        synchronized (lock) {
            ended = true;
            queue.clear();
        }
    }

    private void drain() {
        if (!begins()) {
            return;
        }
        boolean drained = false;
        try {
            for (Callback callback = next(); callback != null; callback = next()) {
                run(callback);
            }
            drained = true;
        } finally {
            if (!drained) {
                endEarly();
            }
        }
    }

    /** Whether this drain is the one to run. */
    private boolean begins() {
        synchronized (lock) {
            if (draining) {
                return false;
            }
            handedAt = null;
            waitingSince = null;
            draining = !queue.isEmpty();
            return draining;
        }
    }

    /** An internal error; the next tick hands over another. */
    private void endEarly() {
        current = null;
        synchronized (lock) {
            draining = false;
        }
    }

    private @Nullable Callback next() {
        synchronized (lock) {
            Callback callback = queue.poll();
            if (callback == null) {
                draining = false;
            }
            return callback;
        }
    }

    private void run(Callback callback) {
        current = new Running(callback.what, Thread.currentThread(), ticker.nanos());
        EventSpan<String> span = timer.callbackBegins();
        Throwable thrown = UserCode.run(callback.task::run);
        current = null;
        span.end(callback.what);
        if (thrown != null) {
            failures.incrementAndGet();
            log.warnThrottled(
                    "callback:" + callback.what, "a " + callback.what + " threw; nothing else is affected", thrown);
        }
    }
}
