package io.perennial.internal.engine;

import java.time.Duration;
import java.util.PriorityQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The session's one engine thread: it runs tasks in the order of their submission and never drops one.
 *
 * <p>Concurrency: everything that happens to a session (a handle's event, an answer, a tick, a request to close) is a
 * task here, so what the tasks touch needs no lock. A task must not block and must not run user code. Tasks submitted
 * before {@link #start()} run once it is called; after {@link #stop()} submission is refused; what was accepted before
 * still runs.
 */
public final class EventLoop implements Executor {
    private final String sessionName;
    private final Ticker ticker;
    private final ThrottledLog log;
    private final Thread thread;
    private final LinkedBlockingQueue<Runnable> tasks = new LinkedBlockingQueue<>();
    /** Confined to the loop's thread. */
    private final PriorityQueue<Timer> timers = new PriorityQueue<>();

    private final Object submission = new Object();
    /** Guarded by {@code submission} for writing, so that nothing is accepted after the last task. */
    private volatile boolean stopped;

    private boolean running = true;
    private long timerSequence;
    private volatile Consumer<Throwable> afterError = e -> {};

    /**
     * Creates a loop that does not run yet.
     *
     * @param sessionName for logs
     * @param threads creates the loop's thread
     * @param ticker the clock
     * @param log where a task's error is logged
     */
    public EventLoop(String sessionName, ThreadFactory threads, Ticker ticker, ThrottledLog log) {
        this.sessionName = sessionName;
        this.ticker = ticker;
        this.log = log;
        this.thread = threads.newThread(this::run);
    }

    /**
     * Sets what to do after a task that has thrown, since the rest of that task is never done: it runs on the loop,
     * right after the task. It may throw too.
     *
     * @param action gets what was thrown
     */
    public void afterError(Consumer<Throwable> action) {
        afterError = action;
    }

    /** Starts the thread. */
    public void start() {
        thread.start();
    }

    /**
     * Submits a task.
     *
     * @param task runs on the loop, after all submitted before
     * @throws RejectedExecutionException when the loop was stopped
     */
    @Override
    public void execute(Runnable task) {
        synchronized (submission) {
            if (stopped) {
                throw new RejectedExecutionException("session '" + sessionName + "': the engine has stopped");
            }
            tasks.add(task);
        }
    }

    /**
     * Submits a task if the loop still accepts any.
     *
     * @param task runs on the loop, after all submitted before
     * @return false when the loop was stopped, and the task will not run
     */
    public boolean offer(Runnable task) {
        synchronized (submission) {
            return !stopped && tasks.add(task);
        }
    }

    /**
     * Runs a task on the loop after a delay. Only to be called on the loop.
     *
     * @param delay from now
     * @param task the task
     * @return cancels it
     */
    public Timer schedule(Duration delay, Runnable task) {
        var timer = new Timer(ticker.nanos() + delay.toNanos(), timerSequence++, task);
        timers.add(timer);
        return timer;
    }

    /**
     * Whether the calling thread is the loop's.
     *
     * @return whether it is
     */
    public boolean inLoop() {
        return Thread.currentThread() == thread;
    }

    /**
     * The loop's thread.
     *
     * @return the thread, started or not
     */
    public Thread thread() {
        return thread;
    }

    /**
     * The clock.
     *
     * @return the loop's ticker
     */
    public Ticker ticker() {
        return ticker;
    }

    /** Accepts no more tasks; the thread ends when those accepted have run. Pending timers are dropped. */
    public void stop() {
        synchronized (submission) {
            if (!stopped) {
                stopped = true;
                tasks.add(() -> running = false);
            }
        }
    }

    /**
     * Waits for the thread's end.
     *
     * @param timeout how long at most
     * @return whether it has ended
     * @throws InterruptedException when the calling thread is interrupted
     */
    public boolean awaitEnd(Duration timeout) throws InterruptedException {
        thread.join(Math.max(1, timeout.toMillis()));
        return !thread.isAlive();
    }

    private void run() {
        while (running) {
            perform(this::next);
        }
    }

    /**
     * Does the next thing that is due in a loop that was not started, on the calling thread; returns whether there was
     * any.
     */
    boolean runNextDue() {
        Runnable due = due();
        if (due != null) {
            perform(() -> due);
        }
        return due != null;
    }

    private @Nullable Runnable due() {
        Timer first = timers.peek();
        return first != null && first.due - ticker.nanos() <= 0 ? timers.poll() : tasks.poll();
    }

    private void perform(Supplier<@Nullable Runnable> next) {
        try {
            Runnable task = next.get();
            if (task != null) {
                task.run();
            }
        } catch (Throwable e) { // our bug, or no memory; the loop must outlive all, or no close would be handled
            outlive(e);
        }
    }

    private void outlive(Throwable e) {
        try {
            try {
                log.warnThrottled(
                        "engine:" + e.getClass().getName(), "internal error in the engine; please report it", e);
            } finally {
                afterError.accept(e); // Whether or not there is memory to log it (K4).
            }
        } catch (Throwable again) {
            // Nor is there anywhere to report it. The code responsible for what follows tries it again.
        }
    }

    private @Nullable Runnable next() {
        try {
            Timer first = timers.peek();
            if (first == null) {
                return tasks.take();
            }
            long wait = first.due - ticker.nanos();
            if (wait <= 0) {
                timers.poll();
                return first;
            }
            return tasks.poll(wait, TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            // No code that knows this thread interrupts it; a container that hunts for threads might. stop() ends the
            // loop.
            return null;
        }
    }

    /**
     * Where the thread is now, for people.
     *
     * @return its stack; empty when it has not begun or has ended
     */
    public StackTraceElement[] stack() {
        return thread.getStackTrace();
    }

    /** A scheduled task. */
    public final class Timer implements Runnable, Comparable<Timer> {
        private final long due;
        private final long sequence;
        private final Runnable task;
        private boolean cancelled;

        private Timer(long due, long sequence, Runnable task) {
            this.due = due;
            this.sequence = sequence;
            this.task = task;
        }

        /** Cancels the task. Only to be called on the loop. */
        public void cancel() {
            cancelled = true;
            timers.remove(this);
        }

        @Override
        public void run() {
            if (!cancelled) {
                task.run();
            }
        }

        @Override
        public int compareTo(Timer other) {
            int byDue = Long.compare(due - other.due, 0);
            return byDue != 0 ? byDue : Long.compare(sequence, other.sequence);
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return this == other;
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(this);
        }
    }
}
