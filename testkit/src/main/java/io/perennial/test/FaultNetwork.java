package io.perennial.test;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;
import org.apache.zookeeper.client.ConnectStringParser;

/**
 * The network between clients and a {@link ZooKeeperService}: a {@link FaultProxy} in front of each server, and methods
 * that apply to all of them. Give clients this {@link #connectString()} in place of the service's. Every method takes
 * effect before it returns. Thread-safe.
 */
public final class FaultNetwork implements AutoCloseable {
    private final List<FaultProxy> proxies;

    private FaultNetwork(List<FaultProxy> proxies) {
        this.proxies = proxies;
    }

    /**
     * A network that works, until it gets a fault.
     *
     * @param service the servers behind it; need not run
     * @return to be closed before the service
     */
    public static FaultNetwork inFrontOf(ZooKeeperService service) {
        return new FaultNetwork(service.ports().stream().map(FaultProxy::new).toList());
    }

    /**
     * A network in front of other ports than a service's usual ones, such as those where it speaks TLS.
     *
     * @param connectString of the servers, such as {@link ZooKeeperEnsemble#secureConnectString()}
     * @return to be closed before the service
     */
    public static FaultNetwork inFrontOf(String connectString) {
        return new FaultNetwork(new ConnectStringParser(connectString)
                .getServerAddresses().stream()
                        .map(server -> new FaultProxy(server.getHostString(), server.getPort()))
                        .toList());
    }

    /**
     * The address to which clients connect.
     *
     * @return {@code host:port[,host:port...]}; another one after {@link #changeAddresses()}
     */
    public String connectString() {
        return proxies.stream().map(FaultProxy::connectString).collect(Collectors.joining(","));
    }

    /**
     * The proxy of one server, for faults that affect only that one.
     *
     * @param server its index, from 0
     * @return the proxy in front of it
     */
    public FaultProxy to(int server) {
        return proxies.get(server);
    }

    /** Closes every connection; later ones are accepted. */
    public void cut() {
        each(FaultProxy::cut);
    }

    /** Closes the ports: new connections are refused. Existing ones stay. */
    public void refuse() {
        each(FaultProxy::refuse);
    }

    /** {@link #refuse()} and {@link #cut()}: no server can be reached, and clients notice at once. */
    public void disconnect() {
        refuse();
        cut();
    }

    /** Accepts new connections and closes them at once. Existing ones stay. */
    public void slamShut() {
        each(FaultProxy::slamShut);
    }

    /** Ends {@link #refuse()} and {@link #slamShut()}. */
    public void accept() {
        each(FaultProxy::accept);
    }

    /** A partition: nothing moves in either direction, not even the end of a connection. {@link #thaw()} ends it. */
    public void freeze() {
        each(FaultProxy::freeze);
    }

    /** Requests pass and are processed; replies and watch events wait for {@link #thaw()}. */
    public void freezeResponses() {
        each(FaultProxy::freezeResponses);
    }

    /** New connections are accepted but stay silent until {@link #thaw()}; existing ones go on. */
    public void blackholeNewConnections() {
        each(FaultProxy::blackholeNewConnections);
    }

    /**
     * Ends {@link #freeze()}, {@link #freezeResponses()} and {@link #blackholeNewConnections()}: what was held back is
     * delivered.
     */
    public void thaw() {
        each(FaultProxy::thaw);
    }

    /**
     * Holds every reply and watch event for this long.
     *
     * @param delay the time since the server's answer; zero ends it for later ones
     */
    public void delayResponses(Duration delay) {
        each(proxy -> proxy.delayResponses(delay));
    }

    /**
     * The next write passes, and its acknowledgement is lost with the connection: the server has made a change and its
     * client cannot know. With several servers, one write at each of them.
     *
     * @return completed when the first has happened; failed when the connection ended otherwise
     */
    public CompletableFuture<Void> loseAcknowledgement() {
        return first(proxies.stream().map(FaultProxy::loseAcknowledgement).toList());
    }

    /**
     * Like {@link #loseAcknowledgement()}, for the next request of some kind.
     *
     * @param opCode which request: {@link org.apache.zookeeper.ZooDefs.OpCode}
     * @return completed when the first has happened; failed when the connection ended otherwise
     */
    public CompletableFuture<Void> loseAcknowledgement(IntPredicate opCode) {
        return first(
                proxies.stream().map(proxy -> proxy.loseAcknowledgement(opCode)).toList());
    }

    /**
     * The next request of some kind is lost with its connection: no server sees it. To the client it looks like {@link
     * #loseAcknowledgement(IntPredicate)}. With several servers, one request at each of them.
     *
     * @param opCode which request: {@link org.apache.zookeeper.ZooDefs.OpCode}
     * @return completed when the first has happened
     */
    public CompletableFuture<Void> loseRequest(IntPredicate opCode) {
        return first(proxies.stream().map(proxy -> proxy.loseRequest(opCode)).toList());
    }

    /** From now on each resumption becomes a new session, and the old one's end is not reported. */
    public void forgetSessions() {
        each(FaultProxy::forgetSessions);
    }

    /**
     * Every server moves to another port: the old ones are closed, with their connections. Give clients the new
     * address.
     *
     * @return the new {@link #connectString()}
     */
    public String changeAddresses() {
        each(FaultProxy::changeAddress);
        return connectString();
    }

    /** Ends every fault. */
    public void heal() {
        each(FaultProxy::heal);
    }

    /** Closes ports and connections and ends the threads. */
    @Override
    public void close() {
        each(FaultProxy::close);
    }

    List<FaultProxy> proxies() {
        return proxies;
    }

    private void each(Consumer<FaultProxy> fault) {
        proxies.forEach(fault);
    }

    private static CompletableFuture<Void> first(List<CompletableFuture<Void>> sprung) {
        return CompletableFuture.anyOf(sprung.toArray(CompletableFuture[]::new)).thenApply(ignored -> null);
    }
}
