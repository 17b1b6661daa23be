package io.perennial.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.Watcher.Event.KeeperState;
import org.apache.zookeeper.ZooDefs.Ids;
import org.apache.zookeeper.ZooDefs.OpCode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Shows, with a raw ZooKeeper client, that each fault of the harness really happens. */
@ExtendWith(NoLeaks.class)
@Timeout(120)
class FaultHarnessIT {
    private static final byte[] DATA = {1};

    private final CopyOnWriteArrayList<AutoCloseable> opened = new CopyOnWriteArrayList<>();

    @AfterEach
    void closeAll() throws Exception {
        for (int last = opened.size() - 1; last >= 0; last--) {
            opened.get(last).close();
        }
    }

    private <T extends AutoCloseable> T open(T resource) {
        opened.add(resource);
        return resource;
    }

    private RawClient connect(String connectString, Duration sessionTimeout) throws IOException {
        RawClient client = open(new RawClient(connectString, sessionTimeout));
        client.awaitState(KeeperState.SyncConnected);
        return client;
    }

    @Nested
    class Server {
        private final EmbeddedServer server = open(EmbeddedServer.start());

        @Test
        void expiresSessionItself_whenAsked() throws Exception {
            RawClient client = connect(server.connectString(), Duration.ofSeconds(20));
            IndependentClient observer = open(new IndependentClient(server.connectString()));
            client.zooKeeper().create("/mine", DATA, Ids.OPEN_ACL_UNSAFE, CreateMode.EPHEMERAL);
            assertThat(observer.ownerOf("/mine")).contains(client.zooKeeper().getSessionId());

            server.expireSession(client.zooKeeper().getSessionId());

            assertThat(observer.exists("/mine")).isFalse();
            assertThat(server.sessionIds()).containsExactly(observer.sessionId());
            client.awaitState(KeeperState.Expired);
        }

        @Test
        void keepsSessionAndData_whenRestarted() throws Exception {
            RawClient client = connect(server.connectString(), Duration.ofSeconds(20));
            client.zooKeeper().create("/mine", DATA, Ids.OPEN_ACL_UNSAFE, CreateMode.EPHEMERAL);
            long session = client.zooKeeper().getSessionId();

            server.stop();
            client.awaitState(KeeperState.Disconnected);
            client.forget();
            server.restart();

            client.awaitState(KeeperState.SyncConnected);
            assertThat(client.zooKeeper().getSessionId()).isEqualTo(session);
            assertThat(client.zooKeeper().exists("/mine", true).getEphemeralOwner())
                    .isEqualTo(session);
            assertThat(server.watchCount()).isEqualTo(1);
            assertThat(server.connectionCount()).isEqualTo(1);
            assertThat(server.connectionsAccepted()).isGreaterThanOrEqualTo(2);
            assertThat(Sockets.connectedTo(server.port())).isEqualTo(1);
        }

        @Test
        void forgetsEverything_whenWiped() {
            IndependentClient before = open(new IndependentClient(server.connectString()));
            before.create("/lasting", DATA);
            before.close();

            server.wipe();

            assertThat(open(new IndependentClient(server.connectString())).exists("/lasting"))
                    .isFalse();
        }

        @Test
        void grantsLess_whenMaximumIsLower() throws Exception {
            EmbeddedServer strict = open(EmbeddedServer.builder()
                    .maxSessionTimeout(Duration.ofSeconds(4))
                    .start());

            RawClient client = connect(strict.connectString(), Duration.ofSeconds(60));

            assertThat(client.zooKeeper().getSessionTimeout()).isEqualTo(4_000);
        }

        @Test
        void closesSession_whenStolenByIdAndPassword() throws Exception {
            RawClient client = connect(server.connectString(), Duration.ofSeconds(3));
            IndependentClient observer = open(new IndependentClient(server.connectString()));

            observer.closeSessionOf(
                    client.zooKeeper().getSessionId(), client.zooKeeper().getSessionPasswd());

            assertThat(server.isSessionAlive(client.zooKeeper().getSessionId())).isFalse();
            client.awaitState(KeeperState.Expired);
        }

        @Test
        void closesSession_whenItsHolderTakesItBack() throws Exception {
            RawClient client = connect(server.connectString(), Duration.ofSeconds(20));
            client.createEphemeral("/mine");
            IndependentClient observer = open(new IndependentClient(server.connectString()));
            long session = client.sessionId();
            byte[] password = client.zooKeeper().getSessionPasswd();

            open(new ClingingHolder(server.port(), session, password)).takeBack(500);
            observer.closeSessionOf(session, password);

            assertThat(server.isSessionAlive(session)).isFalse();
            assertThat(observer.exists("/mine")).isFalse();
        }
    }

    @Nested
    class Network {
        private final EmbeddedServer server = open(EmbeddedServer.start());
        private final FaultProxy proxy = open(new FaultProxy(server.port()));
        private final IndependentClient observer = open(new IndependentClient(server.connectString()));

        @Test
        void losesAcknowledgement_ofWhatTheServerHasDone() throws Exception {
            RawClient client = connect(proxy.connectString(), Duration.ofSeconds(20));
            CompletableFuture<Void> lost = proxy.loseAcknowledgement(op -> op == OpCode.create || op == OpCode.create2);

            assertThat(client.zooKeeper().exists("/a", false)).isNull(); // not a victim
            assertThatThrownBy(() -> client.create("/a")).isInstanceOf(KeeperException.ConnectionLossException.class);

            lost.get(10, TimeUnit.SECONDS);
            assertThat(observer.exists("/a")).isTrue();
            await().untilAsserted(() ->
                    assertThat(client.zooKeeper().exists("/a", false)).isNotNull());
        }

        @Test
        void losesRequest_beforeTheServerSeesIt() throws Exception {
            RawClient client = connect(proxy.connectString(), Duration.ofSeconds(20));
            CompletableFuture<Void> lost = proxy.loseRequest(op -> op == OpCode.create);

            assertThatThrownBy(() -> client.create("/a")).isInstanceOf(KeeperException.ConnectionLossException.class);

            lost.get(10, TimeUnit.SECONDS);
            assertThat(observer.exists("/a")).isFalse();
            assertThat(proxy.requests(OpCode.create)).isZero();
        }

        @Test
        void countsRequestsByOpCode() throws Exception {
            RawClient client = connect(proxy.connectString(), Duration.ofSeconds(20));

            client.create("/a");
            client.zooKeeper()
                    .multi(List.of(
                            Op.setData("/a", DATA, -1),
                            Op.delete("/a", -1),
                            Op.create("/b", DATA, Ids.OPEN_ACL_UNSAFE, 0)));
            client.zooKeeper().exists("/a", false);

            assertThat(proxy.requests(OpCode.createSession)).isEqualTo(1);
            assertThat(proxy.requests(OpCode.create)).isEqualTo(1);
            assertThat(proxy.requests(OpCode.multi)).isEqualTo(1);
            assertThat(proxy.requests(OpCode.exists)).isEqualTo(1);
            assertThat(proxy.operations(OpCode.create)).isEqualTo(2);
            assertThat(proxy.operations(OpCode.delete)).isEqualTo(1);
            assertThat(proxy.writes()).isEqualTo(2);
        }

        @Test
        void keepsSession_whenCut() throws Exception {
            RawClient client = connect(proxy.connectString(), Duration.ofSeconds(20));
            long session = client.zooKeeper().getSessionId();

            client.forget();
            proxy.cut();

            client.awaitState(KeeperState.Disconnected);
            client.awaitState(KeeperState.SyncConnected);
            assertThat(client.zooKeeper().getSessionId()).isEqualTo(session);
            assertThat(proxy.connectionsAccepted()).isGreaterThanOrEqualTo(2);
            assertThat(proxy.openConnections()).isEqualTo(1);
        }

        @Test
        void refusesUntilTold_andKeepsItsPort() throws Exception {
            RawClient client = connect(proxy.connectString(), Duration.ofSeconds(20));

            proxy.refuse();
            client.create("/existing-connection-goes-on");
            assertThatThrownBy(() -> new Socket(Ports.HOST, proxy.port())).isInstanceOf(IOException.class);
            proxy.cut();
            client.awaitState(KeeperState.Disconnected);
            client.forget();
            proxy.accept();

            client.awaitState(KeeperState.SyncConnected);
        }

        @Test
        void disconnectsBySilence_whenFrozen_andComesBackWhenThawed() throws Exception {
            RawClient client = connect(proxy.connectString(), Duration.ofSeconds(3));
            long session = client.zooKeeper().getSessionId();

            proxy.freeze();
            client.awaitState(KeeperState.Disconnected);
            await("expiry by the server").until(() -> !server.isSessionAlive(session));
            assertThat(client.heard(KeeperState.Expired)).isFalse();
            proxy.thaw();

            client.awaitState(KeeperState.Expired);
        }

        @Test
        void letsRequestsPass_whenOnlyResponsesAreFrozen() throws Exception {
            RawClient client = connect(proxy.connectString(), Duration.ofSeconds(20));

            proxy.freezeResponses();
            CompletableFuture<Integer> result = client.createAsync("/a");

            await().until(() -> observer.exists("/a"));
            assertThat(result).isNotDone();
            proxy.thaw();
            assertThat(result.get(10, TimeUnit.SECONDS)).isEqualTo(KeeperException.Code.OK.intValue());
        }

        @Test
        void freezesResponses_beforeThatToTheFirstMatchingRequest() throws Exception {
            RawClient client = connect(proxy.connectString(), Duration.ofSeconds(20));
            proxy.freezeResponsesFrom(op -> op == OpCode.create);

            assertThat(client.zooKeeper().exists("/a", false)).isNull(); // does not match
            CompletableFuture<Integer> result = client.createAsync("/a");
            await().until(() -> observer.exists("/a"));
            assertThat(result).isNotDone();
            proxy.thaw();
            assertThat(result.get(10, TimeUnit.SECONDS)).isEqualTo(KeeperException.Code.OK.intValue());
            assertThat(client.zooKeeper().exists("/a", false)).isNotNull();
        }

        @Test
        void staysSilentToNewConnections_whenBlackholed() throws Exception {
            RawClient client = connect(proxy.connectString(), Duration.ofSeconds(20));
            int handshakes = proxy.requests(OpCode.createSession);

            proxy.blackholeNewConnections();
            client.create("/existing-connection-goes-on");
            RawClient second = open(new RawClient(proxy.connectString(), Duration.ofSeconds(20)));
            await().until(() -> proxy.openConnections() == 2);

            assertThat(proxy.requests(OpCode.createSession)).isEqualTo(handshakes);
            assertThat(second.heard(KeeperState.SyncConnected)).isFalse();
            proxy.thaw();
            second.awaitState(KeeperState.SyncConnected);
        }

        @Test
        void delaysResponses() throws Exception {
            RawClient client = connect(proxy.connectString(), Duration.ofSeconds(20));
            proxy.delayResponses(Duration.ofMillis(300));

            long start = System.nanoTime();
            client.zooKeeper().exists("/", false);

            assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(Duration.ofMillis(300));
        }

        @Test
        void leadsElsewhere_whenTargetChanges() throws Exception {
            EmbeddedServer other = open(EmbeddedServer.start());
            proxy.setTarget(Ports.HOST, other.port());

            RawClient client = connect(proxy.connectString(), Duration.ofSeconds(20));

            assertThat(other.sessionIds()).containsExactly(client.zooKeeper().getSessionId());
        }

        @Test
        void leavesNoThread_whenClosed() {
            proxy.close();

            assertThat(Thread.getAllStackTraces().keySet())
                    .noneMatch(thread -> thread.getName().equals("test-proxy-" + proxy.port()));
        }
    }

    @Test
    void noLeaksSeesClientThreads_butNotThoseOfTheHarness() throws Exception {
        EmbeddedServer server = open(EmbeddedServer.start());
        IndependentClient observer = open(new IndependentClient(server.connectString()));
        observer.exists("/");
        var before = NoLeaks.clientThreads();
        connect(server.connectString(), Duration.ofSeconds(20));

        assertThat(NoLeaks.clientThreads())
                .filteredOn(thread -> !before.contains(thread))
                .hasSize(2)
                .noneMatch(thread -> thread.getName().startsWith("test-"));
    }
}
