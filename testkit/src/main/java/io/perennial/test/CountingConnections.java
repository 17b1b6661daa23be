package io.perennial.test;

import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.zookeeper.server.NIOServerCnxn;
import org.apache.zookeeper.server.NIOServerCnxnFactory;

/** A server's connections, counted as they are accepted. */
final class CountingConnections extends NIOServerCnxnFactory {
    private final AtomicInteger accepted;

    CountingConnections(AtomicInteger accepted) {
        this.accepted = accepted;
    }

    @Override
    protected NIOServerCnxn createConnection(SocketChannel socket, SelectionKey key, SelectorThread selector)
            throws IOException {
        accepted.incrementAndGet();
        return super.createConnection(socket, key, selector);
    }
}
