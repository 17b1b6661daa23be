package io.perennial.test;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * A TCP proxy on a free port of 127.0.0.1 in front of a ZooKeeper server: the network between the server and its clients,
 * which cuts, refuses, slams shut, falls silent, delays, or loses a single acknowledgement.
 *
 * <p>One thread, {@code test-proxy-<port>}, moves all data. Every method takes effect before it returns, and may be
 * called from any thread and from the futures' callbacks, which run on the proxy's thread. What is no ZooKeeper
 * protocol (TLS, four-letter words) passes, but is neither counted nor trapped. A closed proxy throws {@link
 * IllegalStateException}.
 */
public final class FaultProxy implements AutoCloseable {
    private static final int INPUT_BYTES = 64 << 10;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Selector selector;
    private final Thread thread;
    private final String host;
    private volatile int port;
    private final Queue<FutureTask<?>> tasks = new ConcurrentLinkedQueue<>();
    private final AtomicInteger accepted = new AtomicInteger();
    private final Requests counters = new Requests();
    private volatile InetSocketAddress target;
    private volatile boolean closed;

    // Confined to the proxy's thread
    private final Faults faults = new Faults();
    private final ByteBuffer input = ByteBuffer.allocate(INPUT_BYTES);
    private List<ProxyConnection> connections = new ArrayList<>();
    private @Nullable ServerSocketChannel listener; // null while refusing

    /**
     * Accepts connections at once; each is forwarded to {@code targetHost:targetPort}, which need not be up.
     *
     * @param targetHost a name or an address
     * @param targetPort the server's port
     */
    public FaultProxy(String targetHost, int targetPort) {
        this(Ports.HOST, Ports.free(), new InetSocketAddress(targetHost, targetPort));
    }

    private FaultProxy(String host, int port, InetSocketAddress target) {
        this.host = host;
        this.port = port;
        this.target = target;
        try {
            selector = Selector.open();
            listen();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        thread = new Thread(this::run, "test-proxy-" + port);
        thread.setDaemon(true);
        thread.start();
    }

    /**
     * A proxy in front of a server of 127.0.0.1.
     *
     * @param targetPort the server's port
     */
    public FaultProxy(int targetPort) {
        this(Ports.HOST, targetPort);
    }

    /**
     * A proxy with the same target on another address of this machine, at the same port.
     *
     * @param otherHost such as 127.0.0.2
     * @return a new proxy, to be closed by itself
     */
    public FaultProxy twinAt(String otherHost) {
        return new FaultProxy(otherHost, port, target);
    }

    /**
     * Where it listens.
     *
     * @return the port; another one after {@link #changeAddress()}
     */
    public int port() {
        return port;
    }

    /**
     * Where clients connect to.
     *
     * @return {@code host:port}; another one after {@link #changeAddress()}
     */
    public String connectString() {
        return host + ":" + port;
    }

    /**
     * Where connections accepted from now on lead; existing ones stay.
     *
     * @param targetHost a name or an address
     * @param targetPort the server's port
     */
    public void setTarget(String targetHost, int targetPort) {
        target = new InetSocketAddress(targetHost, targetPort);
    }

    /**
     * Moves to another port: the old one is closed, with its connections. Clients have to be told.
     *
     * @return the new {@link #connectString()}
     */
    public String changeAddress() {
        onThread(() -> {
            boolean refusing = listener == null;
            closeListener();
            port = Ports.free();
            connections.forEach(ProxyConnection::close);
            if (!refusing) {
                listen();
            }
            selector.selectNow(); // a closed channel keeps its socket until then
            return port;
        });
        return connectString();
    }

    /** Closes every connection, on both sides; later ones are accepted. */
    public void cut() {
        onThread(() -> {
            connections.forEach(ProxyConnection::close);
            return selector.selectNow(); // a closed channel keeps its socket until then
        });
    }

    /** Closes the port: new connections are refused. Existing ones stay. */
    public void refuse() {
        onThread(() -> {
            closeListener();
            return selector.selectNow(); // as above, and the port with it
        });
    }

    /** Opens the port again, and ends {@link #slamShut()}. */
    public void accept() {
        change(() -> {
            faults.slamNewConnections = false;
            if (listener == null) {
                listen();
            }
        });
    }

    /**
     * Accepts each new connection and closes it at once, until {@link #accept()}: a load balancer with no server behind
     * it. Existing connections stay.
     */
    public void slamShut() {
        change(() -> faults.slamNewConnections = true);
    }

    /**
     * Nothing moves in either direction, not even the end of a connection: a partition. TCP connections are accepted
     * and stay open. Data waits for {@link #thaw()}; a connection made and given up meanwhile never reaches the server.
     */
    public void freeze() {
        change(() -> {
            faults.holdRequests = true;
            faults.holdResponses = true;
        });
    }

    /** Requests pass and are processed; replies and watch events wait for {@link #thaw()}. */
    public void freezeResponses() {
        change(() -> faults.holdResponses = true);
    }

    /**
     * {@link #freezeResponses()} as soon as a request with a matching op code is forwarded, before its reply: at that
     * moment, however slow the test is.
     *
     * @param opCode which request
     */
    public void freezeResponsesFrom(IntPredicate opCode) {
        change(() -> faults.holdsResponses = opCode);
    }

    /** New connections are accepted but stay silent until {@link #thaw()}; existing ones go on. */
    public void blackholeNewConnections() {
        change(() -> faults.holdNewConnections = true);
    }

    /**
     * Ends {@link #freeze()}, {@link #freezeResponses()}, {@link #freezeResponsesFrom} and {@link
     * #blackholeNewConnections()}: what was held flows, also the requests of a client that has since closed its
     * connection.
     */
    public void thaw() {
        change(() -> faults.releaseAll());
    }

    /**
     * Holds every reply and watch event for this long. Order is kept.
     *
     * @param delay the time from the server's answer on; zero ends it for those to come
     */
    public void delayResponses(Duration delay) {
        change(() -> faults.responseDelayNanos = delay.toNanos());
    }

    /**
     * Holds the answer to each handshake for this long: what is asked of the client meanwhile is what it asks first.
     *
     * @param delay the time from the server's answer on
     */
    public void delayHandshakes(Duration delay) {
        change(() -> faults.handshakeDelayNanos = delay.toNanos());
    }

    /**
     * From now on each resumption becomes a new session: a client that asks for its session gets another one, without a
     * word of the old one, as from ClickHouse Keeper. {@link #heal()} ends it.
     */
    public void forgetSessions() {
        change(() -> faults.forgetSessions = true);
    }

    /** Ends every fault: accepts, thaws, delays and forgets no more, loses nothing; futures of traps not sprung fail. */
    public void heal() {
        change(() -> {
            faults.heal();
            if (listener == null) {
                listen();
            }
        });
    }

    /**
     * The next request whose {@link org.apache.zookeeper.ZooDefs.OpCode} matches is forwarded; when the server's reply
     * arrives, it is swallowed and the connection cut. A session's handshake counts as {@code createSession}; a
     * transaction is {@code multi} whatever it holds.
     *
     * @param opCode which request
     * @return completed when the connection is cut, so the server has processed the request; failed when the connection
     *     ended otherwise before the reply
     */
    public CompletableFuture<Void> loseAcknowledgement(IntPredicate opCode) {
        return arm(new Trap(Trap.Victim.REPLY, opCode));
    }

    /**
     * {@link #loseAcknowledgement(IntPredicate)} of the next write: the server has made a change and its client cannot
     * know.
     *
     * @return completed when the connection is cut, so the server has processed the request; failed when the connection
     *     ended otherwise before the reply
     */
    public CompletableFuture<Void> loseAcknowledgement() {
        return loseAcknowledgement(Requests::isWrite);
    }

    /**
     * The next matching request is swallowed and the connection cut: the server never sees it. To the client it looks
     * like {@link #loseAcknowledgement(IntPredicate)}.
     *
     * @param opCode which request
     * @return completed when the connection is cut
     */
    public CompletableFuture<Void> loseRequest(IntPredicate opCode) {
        return arm(new Trap(Trap.Victim.REQUEST, opCode));
    }

    /**
     * Connections accepted so far.
     *
     * @return how many
     */
    public int connectionsAccepted() {
        return accepted.get();
    }

    /**
     * Connections that the client has not closed and the proxy has not cut.
     *
     * @return how many
     */
    public int openConnections() {
        return onThread(
                () -> (int) connections.stream().filter(ProxyConnection::isOpen).count());
    }

    /**
     * Requests of this op code forwarded so far; handshakes count as {@code createSession}.
     *
     * @param opCode one of {@link org.apache.zookeeper.ZooDefs.OpCode}
     * @return how many
     */
    public int requests(int opCode) {
        return counters.requests(opCode);
    }

    /**
     * Like {@link #requests} but looks into transactions: a {@code multi} counts as the operations it holds.
     *
     * @param opCode one of {@link org.apache.zookeeper.ZooDefs.OpCode}
     * @return how many
     */
    public int operations(int opCode) {
        return counters.operations(opCode);
    }

    /**
     * Transactions forwarded so far that check one version and so change nothing.
     *
     * @return how many
     */
    public int barriers() {
        return counters.barriers();
    }

    /**
     * Requests forwarded so far that would change nodes; a transaction is one.
     *
     * @return how many
     */
    public int writes() {
        return counters.writes();
    }

    /** Sets the counts of requests to zero. */
    public void resetCounters() {
        counters.reset();
    }

    /** Closes the port and all connections and ends the thread. */
    @Override
    public void close() {
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

    private CompletableFuture<Void> arm(Trap trap) {
        change(() -> faults.arm(trap));
        return trap.sprung();
    }

    private void change(Step change) {
        onThread(() -> {
            change.run();
            return true;
        });
    }

    private <T> T onThread(Callable<T> action) {
        FutureTask<T> task = new FutureTask<>(action);
        if (Thread.currentThread() == thread) {
            task.run();
        } else if (closed) {
            throw new IllegalStateException("the proxy on port " + port + " is closed");
        } else {
            tasks.add(task);
            selector.wakeup();
        }
        try {
            return task.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("the proxy on port " + port + " failed", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private void listen() throws IOException {
        ServerSocketChannel channel = ServerSocketChannel.open();
        channel.bind(new InetSocketAddress(host, port), 1_000);
        channel.configureBlocking(false);
        channel.register(selector, SelectionKey.OP_ACCEPT);
        listener = channel;
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
            connections.forEach(ProxyConnection::close);
            faults.disarmAll("the proxy is closed");
            closeListener();
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
            SocketChannel client = listener == null ? null : listener.accept();
            if (client != null) {
                accepted.incrementAndGet();
                if (faults.slamNewConnections) {
                    client.close();
                    return;
                }
                connections.add(new ProxyConnection(client, selector, faults, counters, () -> target, input));
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

    private void closeListener() {
        try {
            if (listener != null) {
                listener.close();
                listener = null;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void attempt(ProxyConnection connection, Step step) {
        try {
            step.run();
        } catch (IOException | UnresolvedAddressException e) {
            connection.close(); // one side is gone, so the other goes too
        }
    }

    @FunctionalInterface
    private interface Step {
        void run() throws IOException;
    }
}
