package io.perennial.test;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.apache.zookeeper.Watcher.Event.KeeperState;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** What the client's faults do, seen by a raw client. */
@ExtendWith(NoLeaks.class)
@Timeout(60)
class ClientFaultsIT {
    @AutoClose
    private final Opened opened = new Opened();

    @Test
    void clientTakesItsSessionForExpired_andTheServerDoesNot() throws Exception {
        EmbeddedServer server = opened.add(ZooKeeperServers.embedded().start());
        RawClient client = opened.add(RawClient.connected(server.connectString(), Duration.ofSeconds(20)));
        client.createEphemeral("/mine");

        ClientFaults.expire(client.zooKeeper());

        client.awaitState(KeeperState.Expired);
        assertThat(server.isSessionAlive(client.sessionId())).isTrue();
        assertThat(server.ephemeralNodes()).containsOnlyKeys("/mine");
    }

    @Test
    void clientThatHasEndedIsLeftAlone() throws Exception {
        EmbeddedServer server = opened.add(ZooKeeperServers.embedded().start());
        RawClient client = opened.add(RawClient.connected(server.connectString(), Duration.ofSeconds(20)));
        assertThat(client.zooKeeper().close(10_000)).isTrue();

        ClientFaults.expire(client.zooKeeper());

        assertThat(client.zooKeeper().getState().isAlive()).isFalse();
    }

    @Test
    void wholeJvmStandsStill_andItsSessionExpires() throws Exception {
        ServerProcess server = opened.add(ZooKeeperServers.process().start());
        RawClient client = opened.add(RawClient.connected(server.connectString(), Duration.ofSeconds(1)));
        long start = System.nanoTime();

        ClientFaults.pauseThisJvm(Duration.ofMillis(2_500));

        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(Duration.ofMillis(2_500));
        client.awaitState(KeeperState.Expired);
    }
}
