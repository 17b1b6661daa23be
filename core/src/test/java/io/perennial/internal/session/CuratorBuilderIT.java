package io.perennial.internal.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.perennial.ResilientSession;
import io.perennial.SessionState;
import io.perennial.test.EmbeddedServer;
import io.perennial.test.FaultProxy;
import io.perennial.test.IndependentClient;
import io.perennial.test.NoLeaks;
import io.perennial.testing.SessionRig;
import io.perennial.testing.Sessions;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.curator.RetrySleeper;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.framework.api.ACLProvider;
import org.apache.curator.framework.state.ConnectionState;
import org.apache.curator.framework.state.ConnectionStateListenerManagerFactory;
import org.apache.curator.retry.RetryNTimes;
import org.apache.curator.retry.RetryOneTime;
import org.apache.curator.utils.ZookeeperFactory;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.ZooDefs.Ids;
import org.apache.zookeeper.ZooDefs.OpCode;
import org.apache.zookeeper.ZooDefs.Perms;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.client.ZKClientConfig;
import org.apache.zookeeper.data.ACL;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What a caller has set on a Curator builder of his own is kept. */
@ExtendWith(NoLeaks.class)
class CuratorBuilderIT {
    private static final byte[] DATA = {1};

    @AutoClose
    private final SessionRig rig = new SessionRig();

    private final EmbeddedServer server = rig.server();
    private final FaultProxy proxy = rig.proxy();
    private final IndependentClient observer = rig.observer();

    private CuratorFrameworkFactory.Builder base() {
        return CuratorFrameworkFactory.builder()
                .connectString(proxy.connectString())
                .sessionTimeoutMs(10_000)
                .connectionTimeoutMs(5_000)
                .retryPolicy(new RetryOneTime(1));
    }

    private ResilientSession connected(CuratorFrameworkFactory.Builder base) throws InterruptedException {
        return rig.connect(ResilientSession.builder().name("based").curator(base));
    }

    @Test
    @Tag("C11")
    @DisplayName("Another session is built on the same builder: refused, and the first one goes on through an expiry")
    void servesOneSession() throws Exception {
        CuratorFrameworkFactory.Builder base = base();
        ResilientSession session = connected(base);

        assertThatThrownBy(() ->
                        ResilientSession.builder().name("second").curator(base).build())
                .hasMessageContaining("another session");

        server.expireSession(session.info().orElseThrow().sessionId());
        Sessions.awaitGeneration(session, 2);
        assertThat(session.curator().getData().forPath("/")).isNotNull();
    }

    @Test
    void keepsServersAndTimeouts() throws Exception {
        ResilientSession session = connected(base());

        assertThat(session.info().orElseThrow().requestedTimeout()).isEqualTo(Duration.ofSeconds(10));
        assertThat(session.info().orElseThrow().negotiatedTimeout()).isEqualTo(Duration.ofSeconds(10));
        assertThat(proxy.connectionsAccepted()).isEqualTo(1);
    }

    @Test
    @Tag("C22")
    @DisplayName("A connection timeout of next to nothing is how long a call waits, not how long a handle may connect")
    void connects_whenCuratorsConnectionTimeoutIsNextToNothing() throws Exception {
        ResilientSession session = connected(base().connectionTimeoutMs(1));

        session.curator().create().forPath("/made", DATA);

        assertThat(session.curator().getZookeeperClient().getConnectionTimeoutMs())
                .isEqualTo(1);
    }

    @Test
    @Tag("C23")
    @DisplayName("One retry after a millisecond is enough for a call that meets an expired handle")
    void repeatsOnTheNextHandle_whatMeetsOneThatHasExpired() throws Exception {
        ResilientSession session = connected(base());
        session.curator().create().forPath("/made", DATA);

        for (int i = 0; i < 20; i++) {
            Sessions.handleOf(session).getTestable().injectSessionExpiration();
            assertThat(session.curator().checkExists().forPath("/made")).isNotNull();
        }
    }

    @Test
    void prefersWhatIsSetOnTheSessionsBuilder() throws Exception {
        ResilientSession session = rig.connect(ResilientSession.builder()
                .connectString(server.connectString())
                .sessionTimeout(Duration.ofSeconds(7))
                .namespace("ours")
                .curator(base().namespace("theirs")));

        assertThat(session.info().orElseThrow().negotiatedTimeout()).isEqualTo(Duration.ofSeconds(7));
        assertThat(session.curator().getNamespace()).isEqualTo("ours");
        assertThat(proxy.connectionsAccepted()).isZero();
    }

    @Test
    void keepsTheNamespace_forCuratorNodesAndWatches() throws Exception {
        ResilientSession session = connected(base().namespace("shop"));

        session.curator().create().forPath("/made", DATA);
        session.ephemerals().register("/held", DATA).whenHeld().get(30, TimeUnit.SECONDS);

        assertThat(session.curator().getNamespace()).isEqualTo("shop");
        assertThat(observer.children("/shop")).containsExactly("held", "made");
    }

    @Test
    void keepsTheAclProvider_forCuratorAndNodes() throws Exception {
        // Not List.of: ZooKeeper asks it whether it contains null.
        List<ACL> readable = Collections.singletonList(new ACL(Perms.READ | Perms.DELETE, Ids.ANYONE_ID_UNSAFE));
        ACLProvider provider = new ACLProvider() {
            @Override
            public List<ACL> getDefaultAcl() {
                return readable;
            }

            @Override
            public List<ACL> getAclForPath(String path) {
                return readable;
            }
        };
        ResilientSession session = connected(base().aclProvider(provider));

        session.curator().create().forPath("/made", DATA);
        session.ephemerals().register("/held", DATA).whenHeld().get(30, TimeUnit.SECONDS);

        assertThat(session.curator().getACL().forPath("/made")).isEqualTo(readable);
        assertThat(session.curator().getACL().forPath("/held")).isEqualTo(readable);
    }

    @Test
    @DisplayName("sends the credentials of both builders, and again on the next handle")
    void sendsTheCredentialsOfBothBuilders() throws Exception {
        ResilientSession session = rig.connect(ResilientSession.builder()
                .authorization("digest", "ours:secret".getBytes(StandardCharsets.UTF_8))
                .curator(base().authorization("digest", "theirs:secret".getBytes(StandardCharsets.UTF_8))));
        session.curator().create().withACL(Ids.CREATOR_ALL_ACL).forPath("/made", DATA);

        // ZooKeeper's client sends one twice that was added while it was connecting.
        assertThat(proxy.requests(OpCode.auth)).isBetween(2, 4);
        assertThat(session.curator().getACL().forPath("/made"))
                .extracting(acl -> acl.getId().getId().split(":")[0])
                .containsExactlyInAnyOrder("ours", "theirs");

        server.expireSession(session.info().orElseThrow().sessionId());

        await().untilAsserted(() -> assertThat(session.lease().generation()).isEqualTo(2));
        assertThat(session.awaitConnected(Duration.ofSeconds(30))).isTrue();
        assertThat(session.curator().getData().forPath("/made")).isEqualTo(DATA);
    }

    @Test
    void keepsDefaultData() throws Exception {
        ResilientSession session = connected(base().defaultData(DATA));

        session.curator().create().forPath("/made");

        assertThat(observer.data("/made")).isEqualTo(DATA);
    }

    @Test
    void keepsTheRetryPolicy_forCallsOnCurator() throws Exception {
        var asked = new AtomicInteger();
        ResilientSession session = connected(base().retryPolicy(new RetryNTimes(3, 200) {
            @Override
            public boolean allowRetry(int retryCount, long elapsedTimeMs, RetrySleeper sleeper) {
                asked.incrementAndGet();
                return super.allowRetry(retryCount, elapsedTimeMs, sleeper);
            }
        }));
        observer.create("/node", DATA);
        proxy.loseAcknowledgement(op -> op == OpCode.getData);

        byte[] data = session.curator().getData().forPath("/node");

        assertThat(data).isEqualTo(DATA);
        assertThat(asked).hasPositiveValue();
    }

    @Test
    void keepsTheThreadFactoryAndTheRunSafeService_andEndsTheirThreads() throws Exception {
        var made = new CopyOnWriteArrayList<Thread>();
        var executor = rig.open(new TestExecutor());
        ResilientSession session = connected(base().threadFactory(task -> {
                    var thread = new Thread(task, "test-made");
                    thread.setDaemon(true);
                    made.add(thread);
                    return thread;
                })
                .runSafeService(executor));

        assertThat(made).isNotEmpty();

        session.close();

        assertThat(made).noneMatch(Thread::isAlive);
        executor.execute(() -> {}); // the caller's: not shut down
    }

    @Test
    void keepsTheListenerManager() throws Exception {
        var heard = new CopyOnWriteArrayList<ConnectionState>();
        var managers = new AtomicInteger();
        ConnectionStateListenerManagerFactory factory = client -> {
            managers.incrementAndGet();
            var manager = ConnectionStateListenerManagerFactory.standard.newManager(client);
            manager.addListener((curator, state) -> heard.add(state));
            return manager;
        };

        ResilientSession session = connected(base().connectionStateListenerManagerFactory(factory));
        proxy.cut();

        await().untilAsserted(() -> assertThat(heard)
                .containsExactly(ConnectionState.CONNECTED, ConnectionState.SUSPENDED, ConnectionState.RECONNECTED));
        await().untilAsserted(() -> assertThat(session.state()).isEqualTo(SessionState.CONNECTED));
        assertThat(managers).hasValue(1);
    }

    @Test
    @Tag("C14")
    @DisplayName("Curator's ensemble tracker, on by default, takes its watch away at the server when Curator is closed")
    void closesCurator_whenNoServerIsReachable() throws Exception {
        ResilientSession session = connected(base().sessionTimeoutMs(2_000));
        proxy.disconnect();
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(session.state()).isEqualTo(SessionState.LOST));

        var closing = new Thread(session.curator()::close);
        closing.start();

        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(closing.isAlive()).isFalse());
        assertThat(session.state()).isEqualTo(SessionState.CLOSED);
    }

    @Test
    @DisplayName("has every handle made by the caller's factory, whose sessions cannot be resumed")
    void keepsTheZookeeperFactory() throws Exception {
        Set<ZooKeeper> made = ConcurrentHashMap.newKeySet();
        ZookeeperFactory factory = (servers, timeout, watcher, readOnly) -> {
            var handle = new ZooKeeper(servers, timeout, watcher, readOnly);
            made.add(handle);
            return handle;
        };
        ResilientSession session = connected(base().sessionTimeoutMs(5_000).zookeeperFactory(factory));
        session.ephemerals().register("/held", DATA).whenHeld().get(30, TimeUnit.SECONDS);
        assertThat(made).containsExactly(session.curator().getZookeeperClient().getZooKeeper());

        server.expireSession(session.info().orElseThrow().sessionId());
        await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
            assertThat(session.lease().generation()).isEqualTo(2);
            assertThat(session.state()).isEqualTo(SessionState.CONNECTED);
            assertThat(made)
                    .hasSize(2)
                    .contains(session.curator().getZookeeperClient().getZooKeeper());
        });
        server.stop();
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(session.state()).isEqualTo(SessionState.LOST));
        server.restart();

        await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
            assertThat(session.state()).isEqualTo(SessionState.CONNECTED);
            assertThat(session.lease().generation()).isEqualTo(3);
            assertThat(made).contains(session.curator().getZookeeperClient().getZooKeeper());
            assertThat(observer.ownerOf("/held"))
                    .contains(session.info().orElseThrow().sessionId());
        });
        session.close();
        assertThat(made).noneMatch(handle -> handle.getState().isAlive());
        assertThat(observer.exists("/held")).isFalse();
    }

    @Test
    void keepsTheZookeeperFactory_thatTakesAClientConfiguration() throws Exception {
        var config = new ZKClientConfig();
        config.setProperty(ZKClientConfig.ENABLE_CLIENT_SASL_KEY, "false");
        var given = new CopyOnWriteArrayList<ZKClientConfig>();
        ZookeeperFactory factory = new ZookeeperFactory() {
            @Override
            public ZooKeeper newZooKeeper(String servers, int timeout, Watcher watcher, boolean readOnly) {
                throw new AssertionError("the configuration would be lost");
            }

            @Override
            public ZooKeeper newZooKeeper(
                    String servers, int timeout, Watcher watcher, boolean readOnly, ZKClientConfig config)
                    throws Exception {
                given.add(config);
                return new ZooKeeper(servers, timeout, watcher, readOnly, config);
            }
        };

        ResilientSession session = connected(base().zookeeperFactory(factory).zkClientConfig(config));

        assertThat(given).containsExactly(config);
        session.curator().create().withMode(CreateMode.EPHEMERAL).forPath("/node", DATA);
    }
}
