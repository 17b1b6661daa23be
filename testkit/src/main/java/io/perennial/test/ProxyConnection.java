package io.perennial.test;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.zookeeper.ZooDefs.OpCode;
import org.jspecify.annotations.Nullable;

/**
 * A client's connection to a {@link FaultProxy}, with its counterpart to the server. Confined to the proxy's thread.
 */
final class ProxyConnection {
    /** In the first frame: after its length, the protocol's version, the last zxid and the timeout. */
    private static final int SESSION_ID_AT = 4 + 4 + 8 + 4;

    private final Selector selector;
    private final Faults faults;
    private final Requests counters;
    private final Supplier<InetSocketAddress> target;
    private final SocketChannel client;
    private final SelectionKey clientKey;
    private final Lane requests;
    private final Lane responses;

    private @Nullable SocketChannel server; // null until dialled
    private @Nullable SelectionKey serverKey;
    private @Nullable Trap trap; // waits for the reply to trapXid
    private int trapXid;
    private boolean requestsShut;
    private boolean closed;

    ProxyConnection(
            SocketChannel client,
            Selector selector,
            Faults faults,
            Requests counters,
            Supplier<InetSocketAddress> target,
            ByteBuffer input)
            throws IOException {
        this.client = client;
        this.selector = selector;
        this.faults = faults;
        this.counters = counters;
        this.target = target;
        requests = new Lane(input);
        responses = new Lane(input);
        clientKey = register(client, SelectionKey.OP_READ);
    }

    boolean isClosed() {
        return closed;
    }

    /** Whether the client still holds its side. */
    boolean isOpen() {
        return !closed && !requests.isEnded();
    }

    /** One of the two channels is ready. */
    void ready(SelectionKey key) throws IOException {
        if (!key.isValid()) {
            return;
        }
        if (key.isConnectable()) {
            server().finishConnect();
        }
        if (key.isReadable()) {
            if (key == clientKey) {
                requests.read(client, kind -> 0, request -> true);
            } else {
                responses.read(server(), faults::delayNanos, this::replyArrives);
            }
        }
    }

    /** Forwards what may be forwarded. */
    void pump() throws IOException {
        if (closed || !dialled()) {
            return;
        }
        if (!faults.holdRequests && server().isConnected()) {
            requests.write(server(), this::requestLeaves, this::requestLeft);
        }
        if (!closed && !faults.holdResponses) {
            writeResponses();
        }
        if (!closed) {
            passOnEnds();
        }
        if (!closed) {
            updateInterest();
        }
    }

    /** The time until a delayed response is due. */
    long nanosToNext() {
        return closed || faults.holdResponses || responses.isBlocked() ? Long.MAX_VALUE : responses.nanosToNext();
    }

    void close() {
        if (closed) {
            return;
        }
        closed = true;
        closeQuietly(client);
        if (server != null) {
            closeQuietly(server);
        }
        if (trap != null) {
            trap.sprung()
                    .completeExceptionally(new IllegalStateException("the connection ended before the awaited reply"));
        }
    }

    /** The channel to the server, once it is dialled. */
    private SocketChannel server() {
        return Objects.requireNonNull(server);
    }

    private boolean dialled() throws IOException {
        if (server == null && requests.isEnded()) {
            close(); // given up by the client before it reached the server
        } else if (server == null && !faults.keepsNewConnectionsSilent()) {
            server = SocketChannel.open();
            serverKey = register(server, SelectionKey.OP_CONNECT);
            server.connect(target.get());
        }
        return server != null;
    }

    private boolean requestLeaves(Lane.Frame request) {
        if (faults.forgetSessions && request.kind() == Lane.Kind.HANDSHAKE) {
            ByteBuffer.wrap(request.bytes()).putLong(SESSION_ID_AT, 0);
        }
        Optional<Trap> sprung = trapFor(Trap.Victim.REQUEST, request);
        sprung.ifPresent(it -> {
            close();
            it.sprung().complete(null);
        });
        return sprung.isEmpty();
    }

    private void requestLeft(Lane.Frame request) {
        switch (request.kind()) {
            case HANDSHAKE -> counters.countHandshake();
            case HEADED -> {
                counters.count(request.bytes());
                faults.holdResponses |= faults.holdsResponses.test(Requests.opCode(request.bytes()));
            }
            case UNKNOWN -> {}
        }
        if (trap == null) {
            trapFor(Trap.Victim.REPLY, request).ifPresent(armed -> {
                trap = armed;
                trapXid = Requests.xid(request.bytes());
            });
        }
    }

    private Optional<Trap> trapFor(Trap.Victim victim, Lane.Frame request) {
        return request.kind() == Lane.Kind.UNKNOWN
                ? Optional.empty()
                : faults.take(
                        victim,
                        request.kind() == Lane.Kind.HANDSHAKE
                                ? OpCode.createSession
                                : Requests.opCode(request.bytes()));
    }

    private boolean replyArrives(Lane.Frame reply) {
        if (closed || trap == null || !isAwaited(reply)) {
            return true;
        }
        Trap sprung = trap;
        trap = null;
        try {
            if (!faults.holdResponses) {
                writeResponses(); // the replies before this one are not the victims
            }
        } catch (IOException e) {
            // The client is already gone.
        }
        close();
        sprung.sprung().complete(null);
        return false;
    }

    private boolean isAwaited(Lane.Frame reply) {
        return reply.kind() == Lane.Kind.HEADED && Requests.xid(reply.bytes()) == trapXid;
    }

    private void writeResponses() throws IOException {
        responses.write(client, response -> true, response -> {});
    }

    private void passOnEnds() throws IOException {
        if (responses.isDrained() && !faults.holdResponses) {
            close();
        } else if (requests.isDrained() && !faults.holdRequests && server().isConnected() && !requestsShut) {
            requestsShut = true;
            server().shutdownOutput();
        }
    }

    private void updateInterest() {
        clientKey.interestOps(interest(requests.isEnded(), responses.isBlocked() && !faults.holdResponses));
        Objects.requireNonNull(serverKey)
                .interestOps(
                        server().isConnected()
                                ? interest(responses.isEnded(), requests.isBlocked() && !faults.holdRequests)
                                : SelectionKey.OP_CONNECT);
    }

    private static int interest(boolean inputEnded, boolean outputBlocked) {
        return (inputEnded ? 0 : SelectionKey.OP_READ) | (outputBlocked ? SelectionKey.OP_WRITE : 0);
    }

    private SelectionKey register(SocketChannel channel, int interest) throws IOException {
        channel.configureBlocking(false);
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        return channel.register(selector, interest, this);
    }

    private static void closeQuietly(SocketChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            // It is gone in any case.
        }
    }
}
