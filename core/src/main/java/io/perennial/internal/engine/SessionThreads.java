package io.perennial.internal.engine;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Creates every thread of one session: a daemon named {@code perennial-<session>-<role>}, with a fixed context class
 * loader, and remembered until it has ended, so that close knows what is left and whether it was called from within.
 */
public final class SessionThreads {
    /**
     * Of a wait for the session's own thread. A host may take a thread that waits without a limit for stuck: Spring
     * (6.2 and later, {@code AbstractApplicationContext.close}) does at SIGTERM, and then destroys no bean.
     */
    private static final Duration GLANCE = Duration.ofSeconds(1);

    private final String prefix;
    private final ClassLoader contextClassLoader;
    private final BiFunction<Runnable, String, Thread> maker;
    private final Set<Thread> made = ConcurrentHashMap.newKeySet();
    /** Those that had not ended when the session's close had used up its time. */
    private volatile List<Thread> leftBehind = List.of();

    /**
     * Creates the factory of one session.
     *
     * @param sessionName the session's name
     * @param contextClassLoader what every thread of the session gets
     */
    public SessionThreads(String sessionName, ClassLoader contextClassLoader) {
        this(sessionName, contextClassLoader, DetachedThread::of); // it outlives its creator (C16)
    }

    /**
     * Creates the factory of one session.
     *
     * @param sessionName the session's name
     * @param contextClassLoader what every thread of the session gets
     * @param maker creates a thread from a task and a name
     */
    public SessionThreads(
            String sessionName, ClassLoader contextClassLoader, BiFunction<Runnable, String, Thread> maker) {
        this.prefix = "perennial-" + sessionName + "-";
        this.contextClassLoader = contextClassLoader;
        this.maker = maker;
    }

    /**
     * A factory for one role.
     *
     * @param role the last part of the thread's name; further threads of the role are numbered
     * @return the factory
     */
    public ThreadFactory role(String role) {
        var count = new AtomicInteger();
        return task -> {
            int number = count.getAndIncrement();
            Thread thread = maker.apply(task, prefix + role + (number == 0 ? "" : "-" + number));
            thread.setDaemon(true);
            thread.setContextClassLoader(contextClassLoader);
            forgetEnded();
            made.add(thread);
            return thread;
        };
    }

    /**
     * Adds a thread that other code created for this session, such as a ZooKeeper handle's, to the inventory.
     *
     * @param thread the thread
     */
    public void adopt(Thread thread) {
        if (made.add(thread)) {
            forgetEnded();
        }
    }

    private void forgetEnded() {
        made.removeIf(t -> t.getState() == Thread.State.TERMINATED);
    }

    /**
     * Whether the calling thread is one of this session's.
     *
     * @return whether it is
     */
    public boolean isOwnThread() {
        return made.contains(Thread.currentThread());
    }

    /**
     * Waits for the end of every thread but the calling one.
     *
     * @param timeout how long at most
     * @return whether they have ended
     * @throws InterruptedException when the calling thread is interrupted
     */
    public boolean awaitEnd(Duration timeout) throws InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        boolean ended = true;
        for (Thread thread : made) {
            if (thread != Thread.currentThread()) {
                long millis = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
                if (millis > 0) {
                    thread.join(millis);
                }
                ended &= !thread.isAlive();
            }
        }
        return ended;
    }

    /** Interrupts every thread but the calling one. */
    public void interruptOthers() {
        others().forEach(Thread::interrupt);
    }

    private Stream<Thread> others() {
        return made.stream().filter(thread -> thread != Thread.currentThread());
    }

    /**
     * The close has used up its time: what still runs, except the calling thread, is remembered.
     *
     * @return {@link #problem()}
     */
    public @Nullable String leaveBehind() {
        leftBehind = others().filter(Thread::isAlive).toList();
        return problem();
    }

    /**
     * What was left behind at the close and has not ended since. From any thread.
     *
     * @return one line with each thread's name and stack, or null when there is none
     */
    public @Nullable String problem() {
        List<Thread> left = leftBehind.stream().filter(Thread::isAlive).toList();
        return left.isEmpty()
                ? null
                : left.size() + " threads are still alive after the close, although they were interrupted: "
                        + left.stream().map(SessionThreads::describe).collect(Collectors.joining("; "));
    }

    private static String describe(Thread thread) {
        return thread.getName() + " (" + thread.getState() + ") at "
                + Arrays.stream(thread.getStackTrace())
                        .map(StackTraceElement::toString)
                        .collect(Collectors.joining(" < "));
    }

    /**
     * The prefix of every name.
     *
     * @return {@code perennial-<session>-}
     */
    public String prefix() {
        return prefix;
    }

    /**
     * The context class loader of every thread.
     *
     * @return the loader
     */
    public ClassLoader contextClassLoader() {
        return contextClassLoader;
    }

    /**
     * Runs a task on a separate thread, with a name and this session's context class loader, and waits for it: threads
     * that the task creates inherit these (ZooKeeper names its threads after the one that constructs the handle), and
     * nothing of the calling thread's. An interrupt in the meantime is kept for later.
     *
     * @param role the last part of the name
     * @param task what to run; must not wait for long
     * @param <T> the type of its result
     * @return its result
     * @throws Exception as the task does
     */
    public <T> T within(String role, Callable<T> task) throws Exception {
        var result = new FutureTask<>(task);
        Thread thread = role(role).newThread(result);
        thread.start();
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return result.get(GLANCE.toMillis(), TimeUnit.MILLISECONDS);
                } catch (InterruptedException e) {
                    interrupted = true;
                } catch (TimeoutException e) {
                    // Not yet.
                }
            }
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw e.getCause() instanceof Exception exception ? exception : e;
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
