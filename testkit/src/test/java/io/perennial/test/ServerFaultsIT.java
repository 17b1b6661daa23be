package io.perennial.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.Watcher.Event.KeeperState;
import org.apache.zookeeper.ZooDefs.OpCode;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What the servers' verbs and settings do, seen by a raw client. */
@ExtendWith(NoLeaks.class)
@Timeout(120)
class ServerFaultsIT {
    private static final Duration TIMEOUT = Duration.ofSeconds(20);
    private static final byte[] DATA = {1};

    @AutoClose
    private final Opened opened = new Opened();

    private RawClient connect(ZooKeeperService service) throws Exception {
        return opened.add(RawClient.connected(service.connectString(), TIMEOUT));
    }

    private IndependentClient observe(ZooKeeperService service) {
        return opened.add(new IndependentClient(service.connectString()));
    }

    private void assertThatSessionsExpire(ZooKeeperService service) throws Exception {
        RawClient client = connect(service);
        client.createEphemeral("/mine");
        assertThat(service.ephemeralNodes()).isEqualTo(Map.of("/mine", client.sessionId()));

        service.expireSession(client.sessionId());

        assertThat(service.isSessionAlive(client.sessionId())).isFalse();
        assertThat(service.ephemeralNodes()).isEmpty();
        client.awaitState(KeeperState.Expired);
        assertThatThrownBy(() -> service.expireSession(client.sessionId()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(Long.toHexString(client.sessionId()));
    }

    private void assertThatBackupsAreRestored(ZooKeeperService service) {
        observe(service).create("/before", DATA);
        service.backUp();
        service.restart();
        observe(service).create("/since", DATA);

        service.restoreBackup();

        IndependentClient after = observe(service);
        assertThat(after.exists("/before")).isTrue();
        assertThat(after.exists("/since")).isFalse();
    }

    private void assertThatNothingIsLeft_whenWiped(ZooKeeperService service) {
        IndependentClient before = observe(service);
        before.create("/lasting", DATA);
        before.close();

        service.wipe();

        assertThat(observe(service).exists("/lasting")).isFalse();
    }

    @Nested
    class Embedded {
        private final EmbeddedServer server =
                opened.add(ZooKeeperServers.embedded().start());

        @Test
        void expiresSessions() throws Exception {
            assertThatSessionsExpire(server);
        }

        @Test
        void restoresBackups() {
            assertThatBackupsAreRestored(server);
        }

        @Test
        void hasNoBackupToRestore_withoutOne() {
            assertThatThrownBy(server::restoreBackup)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("backUp()");
        }

        @Test
        void isGoneForAsLongAsAsked_andKeepsSessions() throws Exception {
            RawClient client = connect(server);
            long start = System.nanoTime();

            server.stopFor(Duration.ofMillis(300));

            assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(Duration.ofMillis(300));
            client.awaitState(KeeperState.Disconnected);
            assertThat(server.isSessionAlive(client.sessionId())).isTrue();
        }

        @Test
        void leavesTheNodesOfExpiredSessions_untilTheyAreReaped() throws Exception {
            RawClient expired = connect(server);
            expired.createEphemeral("/expired");
            server.delayReaping();

            server.expireSession(expired.sessionId());
            expired.awaitState(KeeperState.Expired);
            assertThat(observe(server).ownerOf("/expired")).contains(expired.sessionId());
            assertThat(connect(server).zooKeeper().exists("/expired", false)).isNotNull();

            server.reap();
            assertThat(server.ephemeralNodes()).isEmpty();
        }

        @Test
        void leavesTheNodesOfSessionsThatTimeOut_untilTheyAreReaped() throws Exception {
            FaultProxy proxy = opened.add(new FaultProxy(server.port()));
            RawClient client = opened.add(RawClient.connected(proxy.connectString(), Duration.ofSeconds(1)));
            client.createEphemeral("/mine");
            server.delayReaping();

            proxy.freeze();
            await().atMost(TIMEOUT).until(() -> server.expired().contains(client.sessionId()));
            proxy.heal();

            client.awaitState(KeeperState.Expired);
            assertThat(server.ephemeralNodes()).containsOnlyKeys("/mine");
            server.reap();
            assertThat(server.ephemeralNodes()).isEmpty();
        }

        @Test
        void demandsCredentials_whenAuthenticationIsRequired() throws Exception {
            EmbeddedServer strict = opened.add(
                    ZooKeeperServers.embedded().requireAuthentication().start());
            RawClient stranger = connect(strict);

            assertThatThrownBy(() -> stranger.zooKeeper().exists("/", false)).isInstanceOf(KeeperException.class);
            assertThat(observe(strict).exists("/")).isTrue();
            assertThat(observe(server).exists("/")).isTrue(); // the other one demands nothing
        }

        @Test
        void throttles_whatIsChosen() throws Exception {
            RawClient client = connect(server);
            server.throttle(opCode -> opCode == OpCode.create);

            assertThatThrownBy(() -> client.create("/a")).isInstanceOf(KeeperException.class);

            assertThat(client.zooKeeper().exists("/a", false)).isNull();
            server.throttle(opCode -> false);
            client.create("/a");
        }
    }

    @Nested
    class Process {
        private final ServerProcess server =
                opened.add(ZooKeeperServers.process().maxBuffer(20_000).start());

        @Test
        void expiresSessions_restoresBackups_andForgetsEverything() throws Exception {
            assertThatSessionsExpire(server);
            assertThatBackupsAreRestored(server);
            assertThatNothingIsLeft_whenWiped(server);
        }

        @Test
        void hangsUpOnLongRequests_whichItsClientsMaySend() throws Exception {
            RawClient client = connect(server);

            assertThatThrownBy(() -> client.zooKeeper().setData("/", new byte[30_000], -1))
                    .isInstanceOf(KeeperException.ConnectionLossException.class);
        }

        @Test
        void demandsCredentials_andStillExpiresSessions() throws Exception {
            ServerProcess strict = opened.add(
                    ZooKeeperServers.process().requireAuthentication().start());
            RawClient client = connect(strict);
            client.zooKeeper().addAuthInfo("digest", "any:body".getBytes(StandardCharsets.UTF_8));
            client.createEphemeral("/mine");

            strict.expireSession(client.sessionId());

            client.awaitState(KeeperState.Expired);
        }

        @Test
        void speaksTls(@TempDir Path directory) throws Exception {
            TlsKeys keys = TlsKeys.make(directory, "server");
            ServerProcess secure =
                    opened.add(ZooKeeperServers.process().tls(keys).start());

            RawClient client = opened.add(new RawClient(secure.secureConnectString(), TIMEOUT, keys.clientConfig()));
            RawClient plain = opened.add(new RawClient(secure.secureConnectString(), TIMEOUT));

            client.awaitState(KeeperState.SyncConnected);
            client.create("/over-tls");
            assertThat(observe(secure).exists("/over-tls")).isTrue();
            assertThat(plain.heard(KeeperState.SyncConnected)).isFalse();
            assertThatThrownBy(server::secureConnectString).hasMessageContaining("tls(...)");
        }
    }

    @Nested
    class Ensemble {
        @Test
        void hasEveryVerb() throws Exception {
            ZooKeeperEnsemble ensemble = opened.add(ZooKeeperEnsemble.start());
            assertThat(ensemble.ports()).hasSize(3).doesNotHaveDuplicates();
            assertThatSessionsExpire(ensemble);
            assertThatBackupsAreRestored(ensemble);
            assertThatNothingIsLeft_whenWiped(ensemble);
            RawClient client = connect(ensemble);

            int first = ensemble.killLeader();

            assertThat(ensemble.server(first).isAlive()).isFalse();
            ensemble.waitForQuorum();
            assertThat(ensemble.leaderIndex()).isNotEqualTo(first);
            assertThat(ensemble.isSessionAlive(client.sessionId())).isTrue();
        }
    }
}
