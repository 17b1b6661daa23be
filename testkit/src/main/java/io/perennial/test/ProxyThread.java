package io.perennial.test;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The thread of a {@link FaultProxy}: it accepts, moves all data, and in between runs what other threads submit. */
final class ProxyThread {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Selector selector;
    private final ProxyListener listener;
    private final Faults faults;
    private final Connector connector;
    private final Thread thread;
    private final Queue<FutureTask<?>> tasks = new ConcurrentLinkedQueue<>();
    private volatile boolean closed;

    private final List<ProxyConnection> connections = new ArrayList<>(); // confined to the thread

    ProxyThread(Selector selector, ProxyListener listener, Faults faults, Connector connector) {
        this.selector = selector;
        this.listener = listener;
        this.faults = faults;
        this.connector = connector;
        thread = new Thread(this::run, "test-proxy-" + listener.port());
        thread.setDaemon(true);
    }

    /** Makes the connection to the server that belongs to a client's. */
    @FunctionalInterface
    interface Connector {
        ProxyConnection connect(SocketChannel client) throws IOException;
    }

    /** An action that may fail together with its channel. */
    @FunctionalInterface
    interface Step {
        void run() throws IOException;
    }

    void start() {
        thread.start();
    }

    /** Runs an action on this thread, and returns when it has taken effect. */
    void change(Step change) {
        ask(() -> {
            change.run();
            return selector.selectNow(); // a closed channel keeps its socket until then, and its port
        });
    }

    /** Computes something on this thread. */
    <T> T ask(Callable<T> question) {
        FutureTask<T> task = new FutureTask<>(question);
        if (Thread.currentThread() == thread) {
            task.run();
        } else if (closed) {
            throw new IllegalStateException("the proxy on port " + listener.port() + " is closed");
        } else {
            tasks.add(task);
            selector.wakeup();
        }
        try {
            return task.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("the proxy on port " + listener.port() + " failed", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** On this thread only. */
    void cutAll() {
        connections.forEach(ProxyConnection::close);
    }

    int openConnections() {
        return ask(
                () -> (int) connections.stream().filter(ProxyConnection::isOpen).count());
    }

    /** Ends the thread, and waits for it unless it is the calling thread. */
    void close() {
        closed = true;
        if (Thread.currentThread() == thread) {
            return; // from a callback: the thread ends after it
        }
        selector.wakeup();
        try {
            thread.join(PATIENCE.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try (selector) {
            while (!closed) {
                if (tasks.isEmpty()) {
                    selector.select(millisToNext());
                } else {
                    selector.selectNow(); // a task's wake-up may have been spent on a selection since
                }
                List<SelectionKey> ready = List.copyOf(selector.selectedKeys());
                selector.selectedKeys().clear();
                ready.forEach(this::ready);
                for (FutureTask<?> task = tasks.poll(); task != null; task = tasks.poll()) {
                    task.run();
                }
                pumpAll();
                selector.selectNow();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            closed = true;
            cutAll();
            faults.disarmAll("the proxy is closed");
            listener.close();
        }
    }

    private void pumpAll() {
        for (ProxyConnection connection : List.copyOf(connections)) {
            attempt(connection, connection::pump);
        }
        connections.removeIf(ProxyConnection::isClosed);
    }

    private void ready(SelectionKey key) {
        if (key.attachment() instanceof ProxyConnection connection) {
            attempt(connection, () -> connection.ready(key));
        } else if (key.isValid()) {
            acceptOne();
        }
    }

    private void acceptOne() {
        try {
            Optional<SocketChannel> client = listener.accept();
            if (client.isPresent()) {
                connections.add(connector.connect(client.get()));
            }
        } catch (IOException e) {
            // The client has given up meanwhile.
        }
    }

    private long millisToNext() {
        long nanos = connections.stream()
                .mapToLong(ProxyConnection::nanosToNext)
                .min()
                .orElse(Long.MAX_VALUE);
        return nanos == Long.MAX_VALUE ? 0 : Math.max(1, TimeUnit.NANOSECONDS.toMillis(nanos) + 1);
    }

    private static void attempt(ProxyConnection connection, Step step) {
        try {
            step.run();
        } catch (IOException | UnresolvedAddressException e) {
            connection.close(); // one side is gone, so the other goes too
        }
    }
}
