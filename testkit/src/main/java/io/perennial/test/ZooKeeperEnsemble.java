package io.perennial.test;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.zookeeper.server.quorum.QuorumPeerMain;

/**
 * Three ZooKeeper servers, each in a JVM of its own, that form an ensemble on 127.0.0.1.
 *
 * <p>Faults: those of {@link ServerProcess}, server by server. Killing two of three leaves no quorum; with {@link
 * #startWithReadOnlyMode()} the third then serves read-only clients. Servers are numbered from 0.
 */
public final class ZooKeeperEnsemble implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final int SIZE = 3;
    private static final Duration TICK_TIME = Duration.ofMillis(500);
    private static final int SYNC_LIMIT = 20;

    private final List<ServerProcess> servers = new ArrayList<>();

    private ZooKeeperEnsemble(boolean readOnlyMode, Duration tickTime, int syncLimit) {
        List<String> members = IntStream.rangeClosed(1, SIZE)
                .mapToObj(id -> "server.%d=%s:%d:%d".formatted(id, Ports.HOST, Ports.free(), Ports.free()))
                .toList();
        String config = """
                initLimit=40
                syncLimit=%d
                localSessionsEnabled=%s
                localSessionsUpgradingEnabled=%<s
                %s
                """.formatted(syncLimit, readOnlyMode, String.join("\n", members));
        var timeouts = new ServerProcess.SessionTimeouts(tickTime, Duration.ofMillis(500), Duration.ofSeconds(60));
        for (int id = 1; id <= SIZE; id++) {
            ServerProcess server = new ServerProcess(
                    QuorumPeerMain.class,
                    Ports.free(),
                    timeouts,
                    config,
                    List.of("-Dreadonlymode.enabled=" + readOnlyMode));
            writeId(server, id);
            servers.add(server);
        }
        servers.forEach(ServerProcess::launch);
    }

    /** Starts the three servers and waits until they all serve. */
    public static ZooKeeperEnsemble start() {
        return start(false, TICK_TIME, SYNC_LIMIT);
    }

    /**
     * Like {@link #start()}, and elects another leader within three seconds of the old one's standstill. One that goes on
     * after that takes itself for the leader for half a second more at least.
     */
    public static ZooKeeperEnsemble startThatDeposesSoon() {
        return start(false, Duration.ofSeconds(1), 3);
    }

    /**
     * Like {@link #start()}, and a server without a quorum serves those clients that accept a read-only one. Sessions are
     * local until they create an ephemeral node: such a server makes no other sessions, and takes over no global one.
     */
    public static ZooKeeperEnsemble startWithReadOnlyMode() {
        return start(true, TICK_TIME, SYNC_LIMIT);
    }

    public String connectString() {
        return servers.stream().map(ServerProcess::connectString).collect(Collectors.joining(","));
    }

    public int size() {
        return SIZE;
    }

    /**
     * One of the servers. {@link ServerProcess#restart()} waits until it serves again, so it needs a quorum of the
     * others.
     */
    public ServerProcess server(int index) {
        return servers.get(index);
    }

    /** The leader's index; waits until there is one. */
    public int leaderIndex() {
        return await("a leader")
                .atMost(PATIENCE)
                .until(this::findLeader, Optional::isPresent)
                .orElseThrow();
    }

    /** Launches those servers that are not alive, without waiting for them to serve. */
    public void launchAll() {
        servers.forEach(ServerProcess::launch);
    }

    /** Waits until every server that is alive and not paused serves, as leader or follower. */
    public void waitForQuorum() {
        await("a quorum").atMost(PATIENCE).until(this::hasQuorum);
    }

    /** Restarts one server after the other, each when the one before serves again; the leader comes last. */
    public void rollingRestart() {
        int leader = leaderIndex();
        for (int index = 0; index < SIZE; index++) {
            if (index != leader) {
                restart(index);
            }
        }
        restart(leader);
    }

    /** What has been applied, from the leader's own log. Stops the servers. */
    public List<TransactionLog.Entry> stopAndReadLog() {
        ServerProcess leader = server(leaderIndex());
        servers.forEach(ServerProcess::stop);
        return TransactionLog.read(leader.data());
    }

    @Override
    public void close() {
        servers.forEach(ServerProcess::close);
    }

    private static ZooKeeperEnsemble start(boolean readOnlyMode, Duration tickTime, int syncLimit) {
        ZooKeeperEnsemble ensemble = new ZooKeeperEnsemble(readOnlyMode, tickTime, syncLimit);
        try {
            ensemble.waitForQuorum();
            return ensemble;
        } catch (RuntimeException | Error e) {
            ensemble.close();
            throw e;
        }
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
        return leaders == 1 && leaders + followers == modes.size() && modes.size() > SIZE / 2;
    }

    private Optional<Integer> findLeader() {
        return IntStream.range(0, SIZE)
                .boxed()
                .filter(index -> server(index).mode().equals(Optional.of("leader")))
                .findFirst();
    }

    private static void writeId(ServerProcess server, int id) {
        try {
            Files.createDirectories(server.data());
            Files.writeString(server.data().resolve("myid"), Integer.toString(id));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
