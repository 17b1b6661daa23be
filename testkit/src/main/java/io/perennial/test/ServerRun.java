package io.perennial.test;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.zookeeper.server.DataTree;
import org.apache.zookeeper.server.ServerCnxn;
import org.apache.zookeeper.server.ZooKeeperServer;
import org.apache.zookeeper.server.persistence.FileTxnSnapLog;

/** One run of an {@link EmbeddedServer}, from start to stop, and what can be seen of it meanwhile. */
final class ServerRun {
    private final ZooKeeperServer server;
    private final CountingConnections connections;

    /**
     * What it is run by.
     *
     * @param port where it listens, on 127.0.0.1
     * @param tickMillis the length of a tick
     * @param minSessionMillis the least session timeout that it grants
     * @param maxSessionMillis the greatest
     * @param authenticationRequired whether it hangs up on clients without credentials
     */
    record Settings(
            int port, int tickMillis, int minSessionMillis, int maxSessionMillis, boolean authenticationRequired) {
        Settings withSessionMillis(int least, int greatest) {
            return new Settings(port, tickMillis, least, greatest, authenticationRequired);
        }
    }

    private ServerRun(ZooKeeperServer server, CountingConnections connections) {
        this.server = server;
        this.connections = connections;
    }

    /** Starts it on those data, and waits until it serves. */
    static ServerRun start(Settings settings, Path data, ServerQuirks quirks, AtomicInteger accepted) {
        try {
            FileTxnSnapLog log = new FileTxnSnapLog(data.toFile(), data.toFile());
            ZooKeeperServer server = RequiredAuthentication.during(
                    settings.authenticationRequired,
                    () -> new QuietServer(
                            log, settings.tickMillis, settings.minSessionMillis, settings.maxSessionMillis, quirks));
            var connections = new CountingConnections(accepted);
            connections.configure(new InetSocketAddress(InetAddress.getLoopbackAddress(), settings.port), 0);
            connections.startup(server);
            return new ServerRun(server, connections);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    void shutdown() {
        connections.shutdown();
        try {
            server.getZKDatabase().close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Set<Long> sessionIds() {
        return Set.copyOf(server.getZKDatabase().getSessionWithTimeOuts().keySet());
    }

    boolean isSessionAlive(long sessionId) {
        return server.getSessionTracker().isTrackingSession(sessionId)
                || server.getZKDatabase().getSessionWithTimeOuts().containsKey(sessionId);
    }

    /** Closes the session as the server's own expiry does; it is gone a little later. */
    void expire(long sessionId) {
        server.expire(sessionId);
    }

    /** Refuses the session from now on, and leaves its nodes where they are. */
    void refuse(long sessionId) {
        server.getSessionTracker().setSessionClosing(sessionId);
        connections.closeSession(sessionId, ServerCnxn.DisconnectReason.CLIENT_CLOSED_SESSION);
    }

    Set<String> ephemeralsOf(long sessionId) {
        return tree().getEphemerals(sessionId);
    }

    /** All ephemeral nodes with their owners. */
    Map<String, Long> ephemeralNodes() {
        DataTree tree = tree();
        Map<String, Long> owners = new TreeMap<>();
        for (long sessionId : tree.getSessions()) {
            tree.getEphemerals(sessionId).forEach(path -> owners.put(path, sessionId));
        }
        return owners;
    }

    int connectionCount() {
        return connections.getNumAliveConnections();
    }

    int watchCount() {
        return tree().getWatchCount();
    }

    long lastZxid() {
        return server.getLastProcessedZxid();
    }

    private DataTree tree() {
        return server.getZKDatabase().getDataTree();
    }
}
