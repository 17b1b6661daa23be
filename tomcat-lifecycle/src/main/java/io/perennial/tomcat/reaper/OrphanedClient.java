package io.perennial.tomcat.reaper;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.Channel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * A ZooKeeper client (its {@code ClientCnxn}; 3.9 keeps no way from a thread to the {@code ZooKeeper} object) that has
 * at least one thread alive. The fields named here have had these names from 3.4 to 3.9.
 */
final class OrphanedClient {
    private final Object client;
    private final List<Thread> threads;
    private final Ownership ownership;
    private final List<OrphanedFramework> frameworks;
    private final OrphanedSession session;
    private final boolean wasConnected;

    OrphanedClient(Object client, List<Thread> threads, Ownership ownership) {
        this.client = client;
        this.threads = List.copyOf(threads);
        this.ownership = ownership;
        frameworks = ObjectGraph.find(client, ownership::covers, OrphanedFramework::is).stream()
                .map(framework -> new OrphanedFramework(framework, ownership))
                .toList();
        session = readSession();
        wasConnected = "CONNECTED".equals(String.valueOf(ReflectiveAccess.get(client, "state"))) && canTalk();
    }

    List<Thread> threads() {
        return threads;
    }

    List<OrphanedFramework> frameworks() {
        return frameworks;
    }

    OrphanedSession session() {
        return session;
    }

    /** Whether it was connected when it was found, and the thread that sends a close to the server was alive. */
    boolean wasConnected() {
        return wasConnected;
    }

    boolean isAlive() {
        return threads.stream().anyMatch(Thread::isAlive);
    }

    /**
     * Closes framework and client by their own methods; blocks as long as they do, which may be for ever. If the thread
     * that would do it is dead, it is for ever, so then it is not tried.
     */
    void close() throws Throwable {
        for (OrphanedFramework framework : frameworks) {
            framework.close();
        }
        if (canTalk()) {
            ReflectiveAccess.call(client, "close");
        }
    }

    /** Ends threads and sockets without contacting the server; blocks no longer than {@code patience}. */
    void end(Duration patience) {
        frameworks.forEach(OrphanedFramework::stopLoops);
        ReflectiveAccess.set(client, "closing", true);
        Object state = ReflectiveAccess.get(client, "state");
        Object closed = state == null ? null : ReflectiveAccess.sibling(state, "CLOSED");
        if (closed != null) {
            ReflectiveAccess.set(client, "state", closed);
        }
        // Sockets after the first wait: it is better if a thread that still can closes them.
        threads.forEach(this::requestEnd);
        join(threads, patience.dividedBy(2));
        closeSockets();
        threads.forEach(Thread::interrupt);
        join(threads, patience.dividedBy(2));
    }

    static void join(List<Thread> threads, Duration patience) {
        long deadline = System.nanoTime() + patience.toNanos();
        try {
            for (Thread thread : threads) {
                long millis = (deadline - System.nanoTime()) / 1_000_000;
                if (millis > 0) {
                    thread.join(millis);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void requestEnd(Thread thread) {
        Object death = ReflectiveAccess.get(client, "eventOfDeath", Object.class);
        if (ReflectiveAccess.get(thread, "waitingEvents") instanceof Queue<?> events && death != null) {
            offer(events, death);
        } else {
            thread.interrupt();
        }
    }

    @SuppressWarnings("unchecked")
    private static void offer(Queue<?> events, Object event) {
        ((Queue<Object>) events).offer(event);
    }

    private boolean canTalk() {
        return threads.stream()
                .anyMatch(thread ->
                        thread.isAlive() && thread.getClass().getName().endsWith("SendThread"));
    }

    private void closeSockets() {
        Object sender = ReflectiveAccess.get(client, "sendThread");
        Object socket = sender == null ? null : ReflectiveAccess.get(sender, "clientCnxnSocket");
        if (socket == null) {
            return;
        }
        for (Object open : ObjectGraph.find(socket, type -> type == socket.getClass(), OrphanedClient::isOpen)) {
            if (open instanceof SelectionKey key) {
                close(key.channel());
            } else {
                close((Closeable) open);
            }
        }
    }

    private static boolean isOpen(Object object) {
        return object instanceof SelectionKey || object instanceof Selector || object instanceof Channel;
    }

    private static void close(Closeable closeable) {
        try {
            closeable.close();
        } catch (IOException e) {
            // For this process it is closed.
        }
    }

    private OrphanedSession readSession() {
        Object servers = ReflectiveAccess.get(client, "hostProvider");
        List<InetSocketAddress> addresses = servers == null
                ? List.of()
                : ObjectGraph.find(servers, ownership::covers, InetSocketAddress.class::isInstance).stream()
                        .map(InetSocketAddress.class::cast)
                        .distinct()
                        .toList();
        return new OrphanedSession(
                orZero(ReflectiveAccess.get(client, "sessionId", long.class)),
                ReflectiveAccess.get(client, "sessionPasswd", byte[].class),
                (int) orZero(ReflectiveAccess.get(client, "negotiatedSessionTimeout", int.class)),
                addresses);
    }

    private static long orZero(@Nullable Number value) {
        return value == null ? 0 : value.longValue();
    }
}
