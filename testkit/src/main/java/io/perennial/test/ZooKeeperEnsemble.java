package io.perennial.test;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.zookeeper.server.quorum.QuorumPeerMain;

/**
 * ZooKeeper servers, each in a separate JVM, that form an ensemble on 127.0.0.1. They end with this JVM at the latest.
 *
 * <p>Faults: those of {@link ServerProcess}, server by server, and {@link #killLeader()}. Without a quorum nothing is
 * served, or with {@link Builder#readOnlyMode()} only reads. Servers are numbered from 0.
 */
public final class ZooKeeperEnsemble implements ZooKeeperService {
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    private final List<ServerProcess> servers = new ArrayList<>();

    private ZooKeeperEnsemble(Builder builder) {
        for (int index = 0; index < builder.size; index++) {
            servers.add(new ServerProcess(QuorumPeerMain.class, builder));
        }
        writeIds();
        servers.forEach(ServerProcess::launch);
    }

    /**
     * Starts three servers and waits until they all serve.
     *
     * @return a running ensemble
     */
    public static ZooKeeperEnsemble start() {
        return ZooKeeperServers.ensemble(3).start();
    }

    @Override
    public String connectString() {
        return servers.stream().map(ServerProcess::connectString).collect(Collectors.joining(","));
    }

    /**
     * Where clients speak TLS.
     *
     * @return {@code host:port[,host:port...]}
     * @throws IllegalStateException when it has no keys
     */
    public String secureConnectString() {
        return servers.stream().map(ServerProcess::secureConnectString).collect(Collectors.joining(","));
    }

    @Override
    public List<Integer> ports() {
        return servers.stream().map(ServerProcess::port).toList();
    }

    /**
     * How many servers it has, including dead ones.
     *
     * @return the number
     */
    public int size() {
        return servers.size();
    }

    /**
     * One of the servers. {@link ServerProcess#restart()} waits until it serves again, so it needs a quorum of the
     * others.
     *
     * @param index from 0
     * @return the server
     */
    public ServerProcess server(int index) {
        return servers.get(index);
    }

    /**
     * Which server leads; waits until one does.
     *
     * @return its index
     */
    public int leaderIndex() {
        return await("a leader")
                .atMost(PATIENCE)
                .until(this::findLeader, Optional::isPresent)
                .orElseThrow();
    }

    /**
     * SIGKILL to the leader. The others elect another one, if they have a quorum: {@link #waitForQuorum()}.
     *
     * @return its index
     */
    public int killLeader() {
        int leader = leaderIndex();
        server(leader).kill();
        return leader;
    }

    /** Launches those servers that are not alive, without waiting for them to serve. */
    public void launchAll() {
        servers.forEach(ServerProcess::launch);
    }

    /** Waits until every server that is alive and not paused serves, as leader or follower. */
    public void waitForQuorum() {
        await("a quorum").atMost(PATIENCE).until(this::hasQuorum);
    }

    /** Restarts one server after the other, each when the previous one serves again; the leader comes last. */
    public void rollingRestart() {
        int leader = leaderIndex();
        for (int index = 0; index < size(); index++) {
            if (index != leader) {
                restart(index);
            }
        }
        restart(leader);
    }

    @Override
    public void stop() {
        servers.forEach(ServerProcess::stop);
    }

    @Override
    public void restart() {
        stop();
        launchAll();
        waitForQuorum();
    }

    @Override
    public void wipe() {
        servers.forEach(ServerProcess::kill);
        servers.forEach(ServerProcess::deleteData);
        writeIds();
        launchAll();
        waitForQuorum();
    }

    @Override
    public void backUp() {
        stop();
        servers.forEach(ServerProcess::backUp);
    }

    @Override
    public void restoreBackup() {
        servers.forEach(ServerProcess::putBackupBack);
        launchAll();
        waitForQuorum();
    }

    @Override
    public Set<Long> sessionIds() {
        return server(leaderIndex()).sessionIds();
    }

    @Override
    public Map<String, Long> ephemeralNodes() {
        return server(leaderIndex()).ephemeralNodes();
    }

    /** As {@link ServerProcess#expireSession(long)}. */
    @Override
    public void expireSession(long sessionId) {
        SessionTakeover.close(this, sessionId);
    }

    /**
     * What has been applied, from the leader's own log. Stops the servers.
     *
     * @return each write, in order
     */
    public List<TransactionLog.Entry> stopAndReadLog() {
        ServerProcess leader = server(leaderIndex());
        stop();
        return TransactionLog.read(leader.data());
    }

    @Override
    public void close() {
        servers.forEach(ServerProcess::close);
    }

    private void restart(int index) {
        server(index).restart();
        waitForQuorum();
    }

    private boolean hasQuorum() {
        List<Optional<String>> modes = servers.stream()
                .filter(server -> server.isAlive() && !server.isPaused())
                .map(ServerProcess::mode)
                .toList();
        long leaders = modes.stream().filter(Optional.of("leader")::equals).count();
        long followers = modes.stream().filter(Optional.of("follower")::equals).count();
        return leaders == 1 && leaders + followers == modes.size() && modes.size() > size() / 2;
    }

    private Optional<Integer> findLeader() {
        return IntStream.range(0, size())
                .boxed()
                .filter(index -> server(index).mode().equals(Optional.of("leader")))
                .findFirst();
    }

    private void writeIds() {
        for (int index = 0; index < size(); index++) {
            try {
                Files.createDirectories(server(index).data());
                Files.writeString(server(index).data().resolve("myid"), Integer.toString(index + 1));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** Settings of a {@link ZooKeeperEnsemble}. */
    public static final class Builder extends ServerOptions<Builder> {
        private static final int DEFAULT_SYNC_LIMIT = 20;

        private final int size;
        private int syncLimit = DEFAULT_SYNC_LIMIT;

        Builder(int size) {
            if (size < 1) {
                throw new IllegalArgumentException("an ensemble has at least one server, not " + size);
            }
            this.size = size;
            config("initLimit=40");
            for (int id = 1; id <= size; id++) {
                config("server.%d=%s:%d:%d".formatted(id, Ports.HOST, Ports.free(), Ports.free()));
            }
        }

        @Override
        Builder self() {
            return this;
        }

        /**
         * How long a leader and a follower may be out of touch before they separate. Default 20 ticks, long enough for
         * a slow machine.
         *
         * @param ticks in ticks
         * @return this
         */
        public Builder syncLimit(int ticks) {
            syncLimit = ticks;
            return this;
        }

        /**
         * A server without a quorum serves those clients that accept a read-only one. Sessions are local until they
         * create an ephemeral node: such a server makes no other sessions, and takes over no global one.
         *
         * @return this
         */
        public Builder readOnlyMode() {
            config("localSessionsEnabled=true");
            config("localSessionsUpgradingEnabled=true");
            return jvmOption("-Dreadonlymode.enabled=true");
        }

        /**
         * Starts the servers and waits until they all serve.
         *
         * @return a running ensemble
         */
        public ZooKeeperEnsemble start() {
            config("syncLimit=" + syncLimit);
            ZooKeeperEnsemble ensemble = new ZooKeeperEnsemble(this);
            try {
                ensemble.waitForQuorum();
                return ensemble;
            } catch (RuntimeException | Error e) {
                ensemble.close();
                throw e;
            }
        }
    }
}
