package io.perennial.test;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntPredicate;

/**
 * A TCP proxy on a free port of 127.0.0.1 in front of a ZooKeeper server: the network between the server and its
 * clients, which cuts, refuses, slams shut, falls silent, delays, or loses a single acknowledgement.
 *
 * <p>One thread, {@code test-proxy-<port>}, moves all data. Every method takes effect before it returns, and may be
 * called from any thread and from the futures' callbacks, which run on the proxy's thread. What is not ZooKeeper's
 * protocol (TLS, four-letter words) passes, but is neither counted nor trapped. A closed proxy throws an {@link
 * IllegalStateException}.
 */
public final class FaultProxy implements AutoCloseable {
    private static final int INPUT_BYTES = 64 << 10;

    private final Faults faults = new Faults(); // confined to the proxy's thread
    private final Requests counters = new Requests();
    private final ProxyListener listener;
    private final ProxyThread thread;
    private volatile InetSocketAddress target;

    /**
     * Accepts connections at once, and forwards each to {@code targetHost:targetPort}, which need not be up.
     *
     * @param targetHost a name or an address
     * @param targetPort the server's port
     */
    public FaultProxy(String targetHost, int targetPort) {
        this(Ports.HOST, Ports.free(), new InetSocketAddress(targetHost, targetPort));
    }

    private FaultProxy(String host, int port, InetSocketAddress target) {
        this.target = target;
        ByteBuffer input = ByteBuffer.allocate(INPUT_BYTES);
        try {
            Selector selector = Selector.open();
            listener = new ProxyListener(selector, host, port, faults);
            listener.open();
            thread = new ProxyThread(
                    selector,
                    listener,
                    faults,
                    client -> new ProxyConnection(client, selector, faults, counters, () -> this.target, input));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        thread.start();
    }

    /**
     * A proxy in front of a server on 127.0.0.1.
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
     * @return a new proxy, to be closed separately
     */
    public FaultProxy twinAt(String otherHost) {
        return new FaultProxy(otherHost, listener.port(), target);
    }

    /**
     * The port on which it listens.
     *
     * @return the port; another one after {@link #changeAddress()}
     */
    public int port() {
        return listener.port();
    }

    /**
     * The address to which clients connect.
     *
     * @return {@code host:port}; another one after {@link #changeAddress()}
     */
    public String connectString() {
        return listener.address();
    }

    /**
     * Sets the target of connections accepted from now on; existing ones stay.
     *
     * @param targetHost a name or an address
     * @param targetPort the server's port
     */
    public void setTarget(String targetHost, int targetPort) {
        target = new InetSocketAddress(targetHost, targetPort);
    }

    /**
     * Moves to another port: the old one is closed, with its connections. Give clients the new address.
     *
     * @return the new {@link #connectString()}
     */
    public String changeAddress() {
        thread.change(() -> {
            listener.move();
            thread.cutAll();
        });
        return connectString();
    }

    /** Closes every connection, on both sides; later ones are accepted. */
    public void cut() {
        thread.change(() -> thread.cutAll());
    }

    /** Closes the port: new connections are refused. Existing ones stay. */
    public void refuse() {
        thread.change(() -> listener.close());
    }

    /** {@link #refuse()} and {@link #cut()}: the server cannot be reached, and everybody knows at once. */
    public void disconnect() {
        refuse();
        cut();
    }

    /** Opens the port again, and ends {@link #slamShut()}. */
    public void accept() {
        thread.change(() -> {
            faults.slamNewConnections = false;
            listener.open();
        });
    }

    /**
     * Accepts each new connection and closes it at once, until {@link #accept()}: a load balancer with no server behind
     * it. Existing connections stay.
     */
    public void slamShut() {
        thread.change(() -> faults.slamNewConnections = true);
    }

    /**
     * Nothing moves in either direction, not even the end of a connection: a partition. TCP connections are accepted
     * and stay open. Data waits for {@link #thaw()}; a connection made and given up meanwhile never reaches the server.
     */
    public void freeze() {
        thread.change(() -> {
            faults.holdRequests = true;
            faults.holdResponses = true;
        });
    }

    /** Requests pass and are processed; replies and watch events wait for {@link #thaw()}. */
    public void freezeResponses() {
        thread.change(() -> faults.holdResponses = true);
    }

    /**
     * {@link #freezeResponses()} as soon as a request with a matching op code is forwarded, before its reply: at that
     * moment, however slow the test is.
     *
     * @param opCode which request
     */
    public void freezeResponsesFrom(IntPredicate opCode) {
        thread.change(() -> faults.holdsResponses = opCode);
    }

    /** New connections are accepted but stay silent until {@link #thaw()}; existing ones go on. */
    public void blackholeNewConnections() {
        thread.change(() -> faults.holdNewConnections = true);
    }

    /**
     * Ends {@link #freeze()}, {@link #freezeResponses()}, {@link #freezeResponsesFrom} and {@link
     * #blackholeNewConnections()}: what was held back is delivered, even the requests of a client that has since closed
     * its connection.
     */
    public void thaw() {
        thread.change(() -> faults.releaseAll());
    }

    /**
     * Holds every reply and watch event for this long. Order is kept.
     *
     * @param delay the time since the server's answer; zero ends it for later ones
     */
    public void delayResponses(Duration delay) {
        thread.change(() -> faults.responseDelayNanos = delay.toNanos());
    }

    /**
     * Holds the answer to each handshake for this long: requests made to the client meanwhile are the first that it
     * sends.
     *
     * @param delay the time since the server's answer
     */
    public void delayHandshakes(Duration delay) {
        thread.change(() -> faults.handshakeDelayNanos = delay.toNanos());
    }

    /**
     * From now on each resumption becomes a new session: a client that asks for its session gets another one, and the
     * old one's end is not reported, as with ClickHouse Keeper. {@link #heal()} ends it.
     */
    public void forgetSessions() {
        thread.change(() -> faults.forgetSessions = true);
    }

    /**
     * Ends every fault: accepts, thaws, delays and forgets no more, loses nothing; futures of traps that have not been
     * sprung fail.
     */
    public void heal() {
        thread.change(() -> {
            faults.heal();
            listener.open();
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
        return listener.accepted();
    }

    /**
     * Connections that the client has not closed and the proxy has not cut.
     *
     * @return how many
     */
    public int openConnections() {
        return thread.openConnections();
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
     * Like {@link #requests} but looks into transactions: a {@code multi} counts as the operations that it contains.
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
        thread.close();
    }

    private CompletableFuture<Void> arm(Trap trap) {
        thread.change(() -> faults.arm(trap));
        return trap.sprung();
    }
}
