package io.perennial.samples.incident;

import java.io.IOException;
import java.nio.file.Path;
import org.apache.zookeeper.server.NIOServerCnxnFactory;
import org.apache.zookeeper.server.ServerCnxnFactory;
import org.apache.zookeeper.server.ZooKeeperServer;
import org.jspecify.annotations.Nullable;

/** A ZooKeeper server in this JVM, which can be restarted: same port, data and sessions kept. Not thread-safe. */
final class Server implements AutoCloseable {
    private static final int TICK_MILLIS = 1_000;
    private static final int MAX_SESSION_TIMEOUT_MILLIS = 60_000;
    private static final int UNLIMITED = 0;

    static {
        System.setProperty("zookeeper.admin.enableServer", "false");
        System.setProperty("zookeeper.forceSync", "no");
        System.setProperty("zookeeper.preAllocSize", "1024");
    }

    private final Path data;
    private int port;
    private @Nullable ServerCnxnFactory connections; // null while stopped
    private @Nullable ZooKeeperServer server; // the last one

    Server(Path data) {
        this.data = data;
    }

    int port() {
        return port;
    }

    void start() throws IOException, InterruptedException {
        var next = new ZooKeeperServer(data.toFile(), data.toFile(), TICK_MILLIS);
        next.setMaxSessionTimeout(MAX_SESSION_TIMEOUT_MILLIS);
        var factory = new NIOServerCnxnFactory();
        factory.configure(Relay.endpoint(port), UNLIMITED);
        factory.startup(next);
        port = factory.getLocalPort();
        connections = factory;
        server = next;
    }

    void stop() throws IOException {
        if (connections != null && server != null) {
            connections.shutdown();
            server.getZKDatabase().close();
            connections = null;
        }
    }

    /** Whether the server has the node; while stopped, whether it will have it again. */
    boolean hasNode(String path) {
        return server != null && server.getZKDatabase().getNode(path) != null;
    }

    @Override
    public void close() throws IOException {
        stop();
    }
}
