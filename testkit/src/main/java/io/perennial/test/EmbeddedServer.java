package io.perennial.test;

import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * A standalone ZooKeeper server in this JVM, on a free port of 127.0.0.1, with its data in a temporary directory.
 *
 * <p>Faults: {@link #stop()} stops the server, keeps its data and stops its sessions' clocks; {@link #expireSession}
 * makes the server itself close a session; {@link #delayReaping()} leaves the nodes of expired sessions where they are;
 * {@link #throttle} makes it refuse; {@link #wipe()} makes it forget everything. It has no container manager, so empty
 * container nodes stay. Not thread-safe, except for the counters.
 */
public final class EmbeddedServer implements ZooKeeperService {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    static {
        ServerDefaults.setWhereAbsent(System.getProperties());
    }

    private final ServerFiles files = new ServerFiles("embedded-zookeeper-");
    private final AtomicInteger connectionsAccepted = new AtomicInteger();
    private final ServerQuirks quirks = new ServerQuirks();
    private volatile ServerRun.Settings settings;
    private volatile @Nullable ServerRun running;

    private EmbeddedServer(Builder builder) {
        settings = new ServerRun.Settings(
                builder.port == 0 ? Ports.free() : builder.port,
                builder.tickMillis(),
                builder.minSessionMillis(),
                builder.maxSessionMillis(),
                builder.isAuthenticationRequired());
    }

    /**
     * Starts a server that grants sessions from 0.5 s to 60 s and looks for expired ones every 0.5 s.
     *
     * @return a running server
     */
    public static EmbeddedServer start() {
        return builder().start();
    }

    /**
     * A server with other settings.
     *
     * @return its settings
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * The port on which it listens, now and after every restart.
     *
     * @return the port, on 127.0.0.1
     */
    public int port() {
        return settings.port();
    }

    @Override
    public List<Integer> ports() {
        return List.of(port());
    }

    @Override
    public String connectString() {
        return Ports.HOST + ":" + port();
    }

    /**
     * Whether it is started.
     *
     * @return false between {@link #stop()} and the next start
     */
    public boolean isRunning() {
        return running != null;
    }

    /**
     * Closes all connections and the port; does nothing when stopped. Sessions and data wait for {@link #restart()}.
     */
    @Override
    public void stop() {
        ServerRun current = running;
        if (current != null) {
            current.shutdown();
            running = null;
        }
    }

    /** Stops the server if it runs, then starts it on the same port with the same data and sessions. */
    @Override
    public void restart() {
        stop();
        run();
    }

    /**
     * {@link #restart()} with another {@code zoo.cfg}: existing sessions also get other timeouts when they come back.
     *
     * @param newMinSessionTimeout the least that it grants
     * @param newMaxSessionTimeout the most that it grants
     */
    public void reconfigure(Duration newMinSessionTimeout, Duration newMaxSessionTimeout) {
        settings = settings.withSessionMillis(
                Math.toIntExact(newMinSessionTimeout.toMillis()), Math.toIntExact(newMaxSessionTimeout.toMillis()));
        restart();
    }

    @Override
    public void wipe() {
        stop();
        files.deleteData();
        run();
    }

    @Override
    public void backUp() {
        stop();
        files.backUp();
    }

    @Override
    public void restoreBackup() {
        stop();
        files.putBackupBack();
        run();
    }

    /**
     * Closes a session the way the server's own expiry does, ephemeral nodes included, and waits until it is gone. The
     * owner learns of it when it reconnects. Under {@link #delayReaping()} the session is refused from now on, and its
     * nodes stay.
     */
    @Override
    public void expireSession(long sessionId) {
        if (!isSessionAlive(sessionId)) {
            throw new IllegalArgumentException("no such session: 0x" + Long.toHexString(sessionId));
        }
        if (quirks.reaping.holds(sessionId)) {
            running().refuse(sessionId);
            return;
        }
        running().expire(sessionId);
        await("expiry of session 0x" + Long.toHexString(sessionId))
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(10))
                .until(() -> !isSessionAlive(sessionId));
    }

    /**
     * From now on sessions that expire are refused, but their ephemeral nodes stay until {@link #reap()}: as with a
     * server that is late in cleaning up, so that an application finds that nodes of its former session block its way.
     */
    public void delayReaping() {
        quirks.reaping.delay();
    }

    /**
     * The sessions that have expired and are not reaped yet, under {@link #delayReaping()}.
     *
     * @return their ids
     */
    public Set<Long> expired() {
        return quirks.reaping.held();
    }

    /**
     * Ends {@link #delayReaping()}; removes the sessions that have expired meanwhile, with their nodes, and waits for
     * it.
     */
    public void reap() {
        for (long sessionId : quirks.reaping.end()) {
            if (isSessionAlive(sessionId)) {
                expireSession(sessionId);
            }
        }
    }

    /**
     * Requests with these op codes are answered THROTTLEDOP and not executed, as by a server that has too many.
     *
     * @param opCodes which; {@code opCode -> false} ends it
     * @see org.apache.zookeeper.ZooDefs.OpCode
     */
    public void throttle(IntPredicate opCodes) {
        quirks.throttled = opCodes;
    }

    /**
     * Requests with these op codes are answered UNIMPLEMENTED and hung up on, as by a server that is too old for them.
     *
     * @param opCodes which; {@code opCode -> false} ends it
     */
    public void forget(IntPredicate opCodes) {
        quirks.unknown = opCodes;
    }

    /**
     * Longer requests make it hang up, as the server's own {@code jute.maxbuffer} would: the real setting applies to
     * this whole JVM.
     *
     * @param bytes the length of the longest
     */
    public void limitRequests(int bytes) {
        quirks.maxRequest = bytes;
    }

    /**
     * The ephemeral nodes of a session.
     *
     * @param sessionId its id
     * @return their paths
     */
    public Set<String> ephemeralsOf(long sessionId) {
        return running().ephemeralsOf(sessionId);
    }

    @Override
    public Set<Long> sessionIds() {
        return running().sessionIds();
    }

    @Override
    public Map<String, Long> ephemeralNodes() {
        return running().ephemeralNodes();
    }

    @Override
    public boolean isSessionAlive(long sessionId) {
        return running().isSessionAlive(sessionId);
    }

    /**
     * Connections open now.
     *
     * @return how many
     */
    public int connectionCount() {
        return running().connectionCount();
    }

    /**
     * Connections accepted since this object was made, across restarts.
     *
     * @return how many
     */
    public int connectionsAccepted() {
        return connectionsAccepted.get();
    }

    /**
     * Watches that the server holds for its clients; a persistent recursive watch may count twice.
     *
     * @return how many
     */
    public int watchCount() {
        return running().watchCount();
    }

    /**
     * The last transaction applied: unchanged means that nothing was written and no session came or went.
     *
     * @return its zxid
     */
    public long lastZxid() {
        return running().lastZxid();
    }

    /**
     * What has been applied since the data were last wiped. Stops the server.
     *
     * @return each write, in order
     */
    public List<TransactionLog.Entry> stopAndReadLog() {
        stop();
        return TransactionLog.read(files.data());
    }

    /** Stops the server and deletes its data. */
    @Override
    public void close() {
        stop();
        files.delete();
    }

    private void run() {
        running = ServerRun.start(settings, files.data(), quirks, connectionsAccepted);
    }

    private ServerRun running() {
        ServerRun current = running;
        if (current == null) {
            throw new IllegalStateException("the server on port " + port() + " is stopped");
        }
        return current;
    }

    /** Options of an {@link EmbeddedServer}. */
    public static final class Builder extends ServerSettings<Builder> {
        private int port;

        private Builder() {}

        @Override
        Builder self() {
            return this;
        }

        /**
         * The port on which it listens. Default: a free port.
         *
         * @param value a port of 127.0.0.1
         * @return this
         */
        public Builder port(int value) {
            port = value;
            return this;
        }

        /**
         * Starts the server and waits until it serves.
         *
         * @return the server
         */
        public EmbeddedServer start() {
            EmbeddedServer server = new EmbeddedServer(this);
            server.restart();
            return server;
        }
    }
}
