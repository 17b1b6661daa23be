package io.perennial.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.Watcher.Event.KeeperState;
import org.apache.zookeeper.ZooDefs.OpCode;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** What the network's verbs do, seen by a raw client; those of a single proxy that are older are in FaultHarnessIT. */
@ExtendWith(NoLeaks.class)
@Timeout(120)
class NetworkFaultsIT {
    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    @AutoClose
    private final Opened opened = new Opened();

    private final EmbeddedServer server = opened.add(ZooKeeperServers.embedded().start());
    private final FaultNetwork network = opened.add(FaultNetwork.inFrontOf(server));

    private RawClient connect() throws Exception {
        return opened.add(RawClient.connected(network.connectString(), TIMEOUT));
    }

    @Test
    void acceptsAndHangsUp_whenSlammedShut() throws Exception {
        network.slamShut();

        try (Socket socket = new Socket(Ports.HOST, network.to(0).port())) {
            assertThat(socket.getInputStream().read()).isNegative();
        }
        assertThat(network.to(0).connectionsAccepted()).isEqualTo(1);
        assertThat(server.connectionsAccepted()).isZero();
        network.accept();
        connect().create("/a");
    }

    @Test
    void disconnects_untilItAcceptsAgain() throws Exception {
        RawClient client = connect();
        long session = client.sessionId();
        client.forget();

        network.disconnect();

        client.awaitState(KeeperState.Disconnected);
        assertThatThrownBy(() -> new Socket(Ports.HOST, network.to(0).port())).isInstanceOf(IOException.class);
        network.accept();
        client.awaitState(KeeperState.SyncConnected);
        assertThat(client.sessionId()).isEqualTo(session);
    }

    @Test
    void losesTheAcknowledgementOfTheNextWrite() throws Exception {
        RawClient client = connect();
        CompletableFuture<Void> lost = network.loseAcknowledgement();

        client.zooKeeper().exists("/", false); // not a write
        assertThatThrownBy(() -> client.create("/a")).isInstanceOf(KeeperException.ConnectionLossException.class);

        lost.get(10, TimeUnit.SECONDS);
        assertThat(opened.add(new IndependentClient(server.connectString())).exists("/a"))
                .isTrue();
    }

    @Test
    void losesTheNextRequest() throws Exception {
        RawClient client = connect();
        CompletableFuture<Void> lost = network.loseRequest(opCode -> opCode == OpCode.create);

        assertThatThrownBy(() -> client.create("/a")).isInstanceOf(KeeperException.ConnectionLossException.class);

        lost.get(10, TimeUnit.SECONDS);
        assertThat(opened.add(new IndependentClient(server.connectString())).exists("/a"))
                .isFalse();
    }

    @Test
    void delaysAnswers_andStaysSilentToNewConnections() throws Exception {
        RawClient client = connect();
        network.delayResponses(Duration.ofMillis(200));
        network.blackholeNewConnections();

        RawClient late = opened.add(new RawClient(network.connectString(), TIMEOUT));
        long start = System.nanoTime();
        client.create("/existing-connections-go-on");
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(Duration.ofMillis(200));
        assertThat(late.heard(KeeperState.SyncConnected)).isFalse();

        network.thaw();
        late.awaitState(KeeperState.SyncConnected);
    }

    @Test
    void makesNewSessionsOfResumptions() throws Exception {
        RawClient client = connect();
        long session = client.sessionId();

        network.forgetSessions();
        network.cut();

        await().atMost(TIMEOUT).until(() -> client.heard(KeeperState.Expired) || client.sessionId() != session);
    }

    @Test
    void movesToOtherAddresses() throws Exception {
        RawClient client = connect();
        String before = network.connectString();

        String after = network.changeAddresses();

        assertThat(after).isEqualTo(network.connectString()).isNotEqualTo(before);
        client.awaitState(KeeperState.Disconnected);
        RawClient stays = opened.add(new RawClient(before, TIMEOUT));
        connect().create("/at-the-new-address");
        assertThat(stays.heard(KeeperState.SyncConnected)).isFalse();
    }

    @Test
    void endsEveryFault_whenHealed() throws Exception {
        network.freeze();
        network.slamShut();
        network.refuse();
        network.delayResponses(Duration.ofMinutes(1));
        network.forgetSessions();
        CompletableFuture<Void> lost = network.loseAcknowledgement();

        network.heal();

        connect().create("/a");
        assertThat(lost).isCompletedExceptionally();
    }
}
