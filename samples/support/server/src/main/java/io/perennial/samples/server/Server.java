package io.perennial.samples.server;

import java.io.IOException;
import java.nio.file.Path;
import org.apache.zookeeper.server.NIOServerCnxnFactory;
import org.apache.zookeeper.server.ServerCnxnFactory;
import org.apache.zookeeper.server.ZooKeeperServer;
import org.jspecify.annotations.Nullable;

/** A ZooKeeper server in this JVM, which can be restarted: same port, data and sessions kept. Not thread-safe. */
public final class Server implements AutoCloseable {
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

    /** With its data in a directory; starts nothing. */
    public Server(Path data) {
        this.data = data;
    }

    /** Known once it has started. */
    public int port() {
        return port;
    }

    public void start() throws IOException, InterruptedException {
        var next = new ZooKeeperServer(data.toFile(), data.toFile(), TICK_MILLIS);
        next.setMaxSessionTimeout(MAX_SESSION_TIMEOUT_MILLIS);
        var factory = new NIOServerCnxnFactory();
        factory.configure(Relay.endpoint(port), UNLIMITED);
        factory.startup(next);
        port = factory.getLocalPort();
        connections = factory;
        server = next;
    }

    public void stop() throws IOException {
        if (connections != null && server != null) {
            connections.shutdown();
            server.getZKDatabase().close();
            connections = null;
        }
    }

    /** Whether the server has the node; while stopped, whether it will have it again. */
    public boolean hasNode(String path) {
        return server != null && server.getZKDatabase().getNode(path) != null;
    }

    /** Whether the server holds that session. */
    public boolean hasSession(long sessionId) {
        return server != null && server.getZKDatabase().getSessionWithTimeOuts().containsKey(sessionId);
    }

    /**
     * Ends a session as the server itself does when it has heard nothing of it for one timeout: with its ephemeral
     * nodes. Its client learns of it when the connection breaks.
     */
    public void expire(long sessionId) {
        if (server != null) {
            server.expire(sessionId);
        }
    }

    @Override
    public void close() throws IOException {
        stop();
    }
}
