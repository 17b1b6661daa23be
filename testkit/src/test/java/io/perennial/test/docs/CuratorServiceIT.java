package io.perennial.test.docs;

import static io.perennial.test.ZooKeeperAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.test.EmbeddedServer;
import io.perennial.test.FaultNetwork;
import io.perennial.test.IndependentClient;
import io.perennial.test.ZooKeeperTest;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.retry.ExponentialBackoffRetry;
import org.apache.zookeeper.CreateMode;
import org.junit.jupiter.api.Test;

/** Of {@code docs/testing.md}. */
@ZooKeeperTest
class CuratorServiceIT {

    // [curator]
    @Test
    void curatorComesBack_andTheNodeDoesNot(EmbeddedServer server, FaultNetwork network, IndependentClient observer)
            throws Exception {
        try (CuratorFramework curator =
                CuratorFrameworkFactory.newClient(network.connectString(), new ExponentialBackoffRetry(100, 3))) {
            curator.start();
            curator.create().withMode(CreateMode.EPHEMERAL).forPath("/instance");

            server.expireSession(curator.getZookeeperClient().getZooKeeper().getSessionId());

            assertThat(curator).recovers();
            assertThat(observer.exists("/instance")).isFalse(); // until you write the code that makes it anew
        }
    }
    // [end]
}
