package io.perennial.test;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** The port of a {@link FaultProxy}. Confined to the proxy's thread, except for its address and its counts. */
final class ProxyListener {
    private static final int BACKLOG = 1_000;

    private final Selector selector;
    private final String host;
    private final Faults faults;
    private final AtomicInteger accepted = new AtomicInteger();
    private volatile int port;
    private @Nullable ServerSocketChannel channel; // null while refusing

    ProxyListener(Selector selector, String host, int port, Faults faults) {
        this.selector = selector;
        this.host = host;
        this.port = port;
        this.faults = faults;
    }

    int port() {
        return port;
    }

    String address() {
        return host + ":" + port;
    }

    int accepted() {
        return accepted.get();
    }

    /** From now on connections are accepted; does nothing when they are. */
    void open() throws IOException {
        if (channel == null) {
            ServerSocketChannel opened = ServerSocketChannel.open();
            opened.bind(new InetSocketAddress(host, port), BACKLOG);
            opened.configureBlocking(false);
            opened.register(selector, SelectionKey.OP_ACCEPT);
            channel = opened;
        }
    }

    /** Moves to another free port; open there if it is open here. */
    void move() throws IOException {
        boolean open = channel != null;
        close();
        port = Ports.free();
        if (open) {
            open();
        }
    }

    /** A client that is waiting to be served. */
    Optional<SocketChannel> accept() throws IOException {
        SocketChannel client = channel == null ? null : channel.accept();
        if (client == null) {
            return Optional.empty();
        }
        accepted.incrementAndGet();
        if (faults.slamNewConnections) {
            client.close();
            return Optional.empty();
        }
        return Optional.of(client);
    }

    /** From now on connections are refused; does nothing when they are. */
    void close() {
        try {
            if (channel != null) {
                channel.close();
                channel = null;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
