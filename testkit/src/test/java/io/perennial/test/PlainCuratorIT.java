package io.perennial.test;

import static io.perennial.test.ZooKeeperAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.framework.state.ConnectionState;
import org.apache.curator.retry.RetryOneTime;
import org.apache.zookeeper.CreateMode;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The kit, for an application that knows nothing of Perennial. */
@ZooKeeperTest
@Timeout(120)
class PlainCuratorIT {
    private final CountDownLatch lost = new CountDownLatch(1);

    @AutoClose
    private CuratorFramework curator;

    @BeforeEach
    void connect(FaultNetwork network) throws InterruptedException {
        curator = CuratorFrameworkFactory.newClient(network.connectString(), 4_000, 2_000, new RetryOneTime(100));
        curator.getConnectionStateListenable().addListener((client, state) -> {
            if (state == ConnectionState.LOST) {
                lost.countDown();
            }
        });
        curator.start();
        curator.blockUntilConnected();
    }

    @Test
    void losesItsEphemeralNode_whenItsSessionExpires(EmbeddedServer server, IndependentClient observer)
            throws Exception {
        curator.create().withMode(CreateMode.EPHEMERAL).forPath("/instance");

        server.expireSession(sessionId());

        assertThat(lost.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(curator).recovers().within(Duration.ofSeconds(30));
        assertThat(observer.exists("/instance")).isFalse(); // and nobody has made it anew
        assertThat(server).hasNoGhostNodes(sessionId());
    }

    @Test
    void leavesAGhost_whenOnlyItsClientTakesTheSessionForExpired(EmbeddedServer server) throws Exception {
        curator.create().withMode(CreateMode.EPHEMERAL).forPath("/instance");
        long before = sessionId();

        ClientFaults.expire(curator);

        assertThat(lost.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(curator).recovers();
        assertThat(sessionId()).isNotEqualTo(before);
        long now = sessionId();
        assertThatThrownBy(() ->
                        assertThat(server).waitingAtMost(Duration.ofMillis(100)).hasNoGhostNodes(now))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("/instance");
        assertThat(server).hasNoGhostNodes(now); // when the server has expired the old one
    }

    @Test
    void recovers_whenTheNetworkDoes(FaultNetwork network) throws Exception {
        network.freeze();
        assertThatThrownBy(() -> assertThat(curator)
                        .waitingAtMost(Duration.ofMillis(100))
                        .recovers())
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("Curator recovers: not within PT0.1S");

        network.heal();

        assertThat(curator).recovers().within(Duration.ofSeconds(60));
        assertThat(curator.getZookeeperClient().getZooKeeper()).recovers();
    }

    private long sessionId() throws Exception {
        return curator.getZookeeperClient().getZooKeeper().getSessionId();
    }
}
