package io.perennial.tomcat.reaper;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/**
 * One attempt at ending an application's clients: first by their own close, then by force, then at the server the
 * sessions that the client itself could not close there. Each step has its own limit, for all clients together.
 */
final class ReapRun {
    private static final int MOST_THREADS = 16;
    private static final Duration FORCE = Duration.ofMillis(600);
    /** Clients that the framework's own close ended are gone at once. */
    private static final Duration CURATOR_ITSELF = Duration.ofMillis(50);

    private static final Duration CURATOR = Duration.ofMillis(500);
    private static final long CLOSE_FROM_HERE_MILLIS = 1_600;

    private final ClassLoader application;
    private final int closeTimeoutMillis;

    ReapRun(ClassLoader application, int closeTimeoutMillis) {
        this.application = application;
        this.closeTimeoutMillis = closeTimeoutMillis;
    }

    ReapResult end(ClientScan scan) {
        long start = System.nanoTime();
        List<OrphanedClient> clients = scan.clients();
        List<Boolean> closed = new ArrayList<>();
        if (!clients.isEmpty()) {
            ExecutorService threads =
                    Executors.newFixedThreadPool(Math.min(clients.size(), MOST_THREADS), this::newThread);
            try {
                List<Boolean> polite = run(threads, clients, ReapRun::close, closeTimeoutMillis);
                run(threads, clients, ReapRun::endByForce, FORCE.toMillis() * 2);
                closed.addAll(closeAtServer(threads, clients, polite));
            } finally {
                threads.shutdownNow();
            }
        }
        endCuratorThreads(scan);
        List<Thread> left = scan.threads().stream().filter(Thread::isAlive).toList();
        Duration took = Duration.ofNanos(System.nanoTime() - start);
        return new ReapResult(
                true,
                clients.stream().map(OrphanedClient::session).toList(),
                closed,
                scan.curatorThreads().size(),
                left,
                took);
    }

    /** Whether the client closed without an error; if it was connected, the server has closed the session. */
    private static boolean close(OrphanedClient client) throws Throwable {
        try {
            client.close();
        } catch (Exception | LinkageError e) {
            // On a stopped loader a class initializer fails once, logback's for example; the next call succeeds.
            client.close();
        }
        return client.wasConnected();
    }

    private static boolean endByForce(OrphanedClient client) {
        if (client.isAlive()) {
            // Clients that closed normally end by themselves, after they have delivered their last events.
            OrphanedClient.join(client.threads(), FORCE.dividedBy(6));
        }
        if (client.isAlive()) {
            client.end(FORCE);
        }
        return true;
    }

    private List<Boolean> closeAtServer(ExecutorService threads, List<OrphanedClient> clients, List<Boolean> polite) {
        List<Integer> open = IntStream.range(0, clients.size())
                .filter(i -> !polite.get(i))
                .boxed()
                .toList();
        List<Boolean> late = run(threads, open, i -> clients.get(i).session().closeFromHere(), CLOSE_FROM_HERE_MILLIS);
        List<Boolean> closed = new ArrayList<>(polite);
        for (int i = 0; i < open.size(); i++) {
            closed.set(open.get(i), late.get(i));
        }
        return closed;
    }

    private static void endCuratorThreads(ClientScan scan) {
        OrphanedClient.join(scan.curatorThreads(), CURATOR_ITSELF);
        if (scan.curatorThreads().stream().anyMatch(Thread::isAlive)) {
            scan.clients().stream()
                    .flatMap(client -> client.frameworks().stream())
                    .forEach(OrphanedFramework::stopLoops);
            scan.curatorThreads().forEach(Thread::interrupt);
            OrphanedClient.join(scan.curatorThreads(), CURATOR);
        }
    }

    /** For each item, whether the task returned true in time; a task that did not is interrupted. */
    private static <T> List<Boolean> run(ExecutorService threads, List<T> items, Task<T> task, long millis) {
        List<Callable<Boolean>> calls = new ArrayList<>();
        for (T item : items) {
            calls.add(() -> {
                try {
                    return task.run(item);
                } catch (Throwable e) {
                    // The next step deals with what this one could not. The exception's text may be application code.
                    ReflectiveAccess.rethrowFatal(e);
                    return false;
                }
            });
        }
        try {
            return threads.invokeAll(calls, millis, TimeUnit.MILLISECONDS).stream()
                    .map(ReapRun::result)
                    .toList();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return items.stream().map(item -> false).toList();
        }
    }

    private static boolean result(Future<Boolean> call) {
        try {
            return call.get();
        } catch (ExecutionException | CancellationException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private Thread newThread(Runnable task) {
        Thread thread = new Thread(null, task, "perennial-reaper", 0, false);
        thread.setDaemon(true);
        // As on the application's own threads: its logging may look up its configuration there.
        thread.setContextClassLoader(application);
        return thread;
    }

    private interface Task<T> {
        boolean run(T item) throws Throwable;
    }
}
