package io.perennial.internal.engine;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Completes every future that users hold, on threads where what they hung on it may take its time: one dependent that
 * blocks, or waits for another future of the session, holds up none of the others (U4). None is ever dropped, not at the
 * session's end either (K1).
 *
 * <p>Concurrency: completions begin in order, and as a rule one after another on one thread. While some wait, a second
 * thread stands by; when the one at work has not come back for 50 ms, it takes over, and a third
 * stands by. So there are as many threads as dependents block at once, and one or two more; they end when idle. On an
 * executor of the user's each completion is a task of its own. At the end, when there is no thread to be had, the thread
 * that ends them or hands one in completes them (K3).
 */
public final class Completions implements Executor {
    /** How long a completion may take before the next begins beside it. */
    private static final long STALL_MILLIS = 50;
    /** As many as the common pool's threads for those that block. */
    private static final int MOST_THREADS = 256;

    /** One to go on, one to stand by. */
    private static final int MOST_IDLE = 2;

    private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final Kind kind;
    private final @Nullable Executor usersExecutor;
    private final ThreadFactory threadFactory;
    private final ThrottledLog log;
    private final Ticker ticker;
    private final Duration slow;
    /** With the user's executor, and not begun. */
    private final Set<Once> handedOver = ConcurrentHashMap.newKeySet();
    /** Of the user's, running a completion. */
    private final Set<Thread> usersThreads = ConcurrentHashMap.newKeySet();

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    /** Guarded by {@code lock}, as all below. */
    private final ArrayDeque<Runnable> queue = new ArrayDeque<>();
    /** When each thread began what it is running. */
    private final Map<Thread, Long> running = new HashMap<>();

    private @Nullable Thread latest;
    private long latestBegan;
    /** Threads that have nothing in hand, and those that are being made. */
    private int idle;

    private int threads;
    /** No thread waits for more. */
    private boolean ended;
    /** What blocks is interrupted. */
    private boolean hurried;

    /** What is run, for people. */
    public enum Kind {
        /** What depends on futures of the session. */
        FUTURES(
                "future",
                "what depends on a future of the session",
                "use the future's ...Async methods with an executor, or the builder's futureExecutor"),
        /** Callbacks of requests on handles that have ended. */
        LATE_ANSWERS(
                "late-answer",
                "a callback of a request on a handle that has ended",
                "hand what takes long to an executor of your own");

        private final String key;
        private final String what;
        private final String advice;

        Kind(String key, String what, String advice) {
            this.key = key;
            this.what = what;
            this.advice = advice;
        }
    }

    /**
     * Makes them; no thread yet.
     *
     * @param kind what is run
     * @param usersExecutor the user's executor, or null for threads of the session's
     * @param threadFactory makes those
     * @param log where trouble goes
     * @param ticker the clock
     * @param slow how long a dependent may run before it is told
     */
    public Completions(
            Kind kind,
            @Nullable Executor usersExecutor,
            ThreadFactory threadFactory,
            ThrottledLog log,
            Ticker ticker,
            Duration slow) {
        this.kind = kind;
        this.usersExecutor = usersExecutor;
        this.threadFactory = threadFactory;
        this.log = log;
        this.ticker = ticker;
        this.slow = slow;
    }

    /** A completion that two executors may have in hand. */
    private final class Once implements Runnable {
        private final Runnable task;
        private final long since = ticker.nanos();
        private final AtomicBoolean taken = new AtomicBoolean();

        private Once(Runnable task) {
            this.task = task;
        }

        private boolean take() {
            handedOver.remove(this);
            return taken.compareAndSet(false, true);
        }

        @Override
        public void run() {
            if (take()) {
                usersThreads.add(Thread.currentThread());
                complete(task);
                usersThreads.remove(Thread.currentThread());
            }
        }
    }

    /** Has it run on a thread for completions: later, never on the calling one. */
    @Override
    public void execute(Runnable completion) {
        if (usersExecutor == null || isEnded()) {
            onOwnThread(completion);
            return;
        }
        var once = new Once(completion);
        handedOver.add(once);
        HandOver.Outcome outcome = HandOver.to(usersExecutor, once);
        if (outcome.result() != HandOver.Result.ACCEPTED) {
            log.warnThrottled("future-executor", refusal(outcome));
            takeBack(once);
        } else if (isEnded()) {
            takeBack(once); // The end came too early to find it.
        }
    }

    private static String refusal(HandOver.Outcome outcome) {
        return (outcome.result() == HandOver.Result.ON_THE_SPOT
                        ? "the future executor runs tasks on the thread that hands them over, which may be the engine's"
                        : "the future executor rejects tasks (" + outcome.thrown() + ")")
                + "; futures are completed on threads of the session's instead. Give futureExecutor a pool of threads";
    }

    private void takeBack(Once once) {
        if (once.take()) {
            onOwnThread(once.task);
        }
    }

    private void onOwnThread(Runnable completion) {
        lock.lock();
        try {
            queue.add(completion);
            changed.signal();
        } finally {
            lock.unlock();
        }
        ensureStandBy();
    }

    /** Sees to it that what waits is begun by somebody, and what blocks is interrupted when there is no time. */
    private void ensureStandBy() {
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
            onThisOne = ended && threads == 1; // Nobody tries again.
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
            log.warnThrottled(
                    kind.key + "-thread",
                    "there is no thread to run " + kind.what + " on; it waits until there is one: " + failure);
        }
    }

    /** On somebody else's thread, whose interrupt is not for dependents. */
    private void workHere() {
        boolean interrupted = Thread.interrupted();
        work();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void work() {
        for (Runnable completion = first(); completion != null; completion = next()) {
            ensureStandBy();
            complete(completion);
        }
    }

    private void complete(Runnable completion) {
        Throwable thrown = UserCode.run(completion::run);
        if (thrown != null) {
            log.warnThrottled(kind.key, kind.what + " threw; nothing else changes", thrown);
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
            Thread.interrupted(); // left behind by the dependent, or meant for it
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

    /** Stands by until there is something to begin, and nobody who is about to. Under the lock. */
    private @Nullable Runnable awaitTurn() {
        long idleSince = ticker.nanos();
        while (true) {
            long wait;
            Thread atTheEnd = hurried && queue.isEmpty() ? latest : null;
            if (atTheEnd != null) {
                wait = untilStalled();
                if (wait <= 0) {
                    atTheEnd.interrupt(); // Nobody comes after it who would.
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
                    changed.signal(); // Another that has nothing in hand stands by, if there is one.
                    return begin();
                }
            }
            try {
                changed.awaitNanos(wait);
            } catch (InterruptedException e) {
                // Meant for a dependent; the end is told by end().
            }
        }
    }

    /** Of the latest. Under the lock. */
    private long untilStalled() {
        return latestBegan + TimeUnit.MILLISECONDS.toNanos(STALL_MILLIS) - ticker.nanos();
    }

    /** Under the lock. */
    private Runnable begin() {
        if (hurried && latest != null) {
            latest.interrupt(); // There is no time for it any more.
        }
        latest = Thread.currentThread();
        latestBegan = ticker.nanos();
        running.put(latest, latestBegan);
        return queue.remove();
    }

    /**
     * To be called now and then: takes back what the user's executor does not begin, tries again to get a thread, and logs
     * dependents that run for too long.
     */
    public void tick() {
        takeBackOverdue(slow);
        ensureStandBy();
        String problem = problem();
        if (problem != null) {
            log.warnThrottled(kind.key + "-slow", problem);
        }
    }

    /**
     * The session does what the user's executor has not begun within that time.
     *
     * @param patience since it was handed over
     */
    public void takeBackOverdue(Duration patience) {
        for (Once once : handedOver) {
            if (ticker.nanos() - once.since >= patience.toNanos()) {
                log.warnThrottled(
                        "future-executor-late",
                        "the future executor has not begun a task within "
                                + patience.toMillis()
                                + " ms; the session does it itself. Does it drop tasks, or is it full or shut down?");
                takeBack(once);
            }
        }
    }

    /**
     * What blocks threads for completions. From any thread.
     *
     * @return a sentence, or null when nothing runs for too long
     */
    public @Nullable String problem() {
        lock.lock();
        try {
            long now = ticker.nanos();
            var late = running.entrySet().stream()
                    .filter(each -> now - each.getValue() >= slow.toNanos())
                    .min(Map.Entry.comparingByValue());
            return late.map(each -> describe(each.getKey(), now - each.getValue()))
                    .orElse(null);
        } finally {
            lock.unlock();
        }
    }

    private String describe(Thread thread, long nanos) {
        return kind.what + " has been running for "
                + Duration.ofNanos(nanos).toMillis() + " ms on thread " + thread.getName() + ", " + threads
                + " of at most "
                + MOST_THREADS + " such threads are there and " + queue.size() + " more wait: " + kind.advice;
    }

    /**
     * Whether the calling thread is completing a future right now.
     *
     * @return whether it is
     */
    public boolean inCompletion() {
        return usersThreads.contains(Thread.currentThread());
    }

    /**
     * Whether nothing waits to be begun, and what was begun and still runs has done so for long.
     *
     * @return whether there is nothing to wait for
     */
    public boolean isSettled() {
        lock.lock();
        try {
            boolean atWork =
                    latest != null && ticker.nanos() - latestBegan < TimeUnit.MILLISECONDS.toNanos(2 * STALL_MILLIS);
            return handedOver.isEmpty() && queue.isEmpty() && !atWork;
        } finally {
            lock.unlock();
        }
    }

    private boolean isEnded() {
        lock.lock();
        try {
            return ended;
        } finally {
            lock.unlock();
        }
    }

    /**
     * The session ends: what the user's executor has not begun is taken back, threads that have nothing to do end at once.
     * What comes later is completed all the same.
     */
    public void end() {
        lock.lock();
        try {
            ended = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        handedOver.forEach(this::takeBack);
        ensureStandBy();
    }

    /** There is no time any more: dependents that block are interrupted, those that still come too. */
    public void hurry() {
        lock.lock();
        try {
            hurried = true;
            running.keySet().forEach(Thread::interrupt);
        } finally {
            lock.unlock();
        }
        end();
    }
}
