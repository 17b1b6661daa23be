package io.perennial.test.docs;

import static io.perennial.test.PerennialAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.perennial.operation.WriteOutcome;
import io.perennial.test.ClientFaults;
import io.perennial.test.EmbeddedServer;
import io.perennial.test.FaultNetwork;
import io.perennial.test.IndependentClient;
import io.perennial.test.ServerProcess;
import io.perennial.test.ZooKeeperEnsemble;
import io.perennial.test.ZooKeeperTest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.apache.zookeeper.CreateMode;
import org.junit.jupiter.api.Test;

/** Of {@code docs/testing.md}. */
// [expiry]
@ZooKeeperTest
class ServiceIT {

    @Test
    void isFoundAgain_andUpToDate_whenItsSessionHasExpired(
            EmbeddedServer server, FaultNetwork network, IndependentClient observer) {
        observer.create("/config", bytes("old"));
        try (Service service = new Service(network.connectString())) {
            assertThat(service.session).recovers();

            server.expireSession(service.session.info().orElseThrow().sessionId());
            observer.setData("/config", bytes("new"));

            assertThat(service.session).recovers().within(Duration.ofSeconds(20));
            assertThat(service.session).holds("/instance").hasNoGhostNodes(server);
            await().untilAsserted(() -> assertThat(service.config).isEqualTo("new"));
        }
    }
    // [end]

    // [partition]
    @Test
    void isNotMissed_whenTheNetworkFallsSilent(EmbeddedServer server, FaultNetwork network) {
        try (Service service = new Service(network.connectString())) {
            assertThat(service.session).holds("/instance");
            long before = service.session.info().orElseThrow().sessionId();

            network.freeze(); // no packet passes, not even the end of a connection
            await().atMost(Duration.ofSeconds(20)).until(() -> !server.isSessionAlive(before));
            network.heal();

            assertThat(service.session).recovers();
            assertThat(service.session).holds("/instance").hasNoGhostNodes(server);
        }
    }
    // [end]

    // [lost-acknowledgement]
    @Test
    void knowsWhatItHasWritten_whenTheAnswerIsLost(FaultNetwork network, IndependentClient observer) {
        try (Service service = new Service(network.connectString())) {
            assertThat(service.session).holds("/instance");

            network.loseAcknowledgement(); // of the next write
            WriteOutcome outcome = service.session
                    .operations()
                    .create("/order-1", bytes("paid"), CreateMode.PERSISTENT)
                    .assumingSoleWriter(); // nobody else writes these bytes: matching data mean success

            assertThat(outcome.kind()).isEqualTo(WriteOutcome.Kind.APPLIED);
            assertThat(observer.exists("/order-1")).isTrue();
        }
    }
    // [end]

    // [leader]
    @Test
    void survivesTheEndOfTheLeader(ZooKeeperEnsemble ensemble, FaultNetwork network) {
        try (Service service = new Service(network.connectString())) {
            assertThat(service.session).holds("/instance");

            ensemble.killLeader();

            assertThat(service.session).recovers().within(Duration.ofSeconds(50));
            assertThat(service.session).holds("/instance").hasNoGhostNodes(ensemble);
        }
    }
    // [end]

    // [pause]
    @Test
    void comesBack_whenItsOwnJvmHasStoodStill(ServerProcess server) {
        try (Service service = new Service(server.connectString())) {
            assertThat(service.session).holds("/instance");

            ClientFaults.pauseThisJvm(Duration.ofSeconds(7)); // longer than the session's timeout

            assertThat(service.session).recovers();
            assertThat(service.session).holds("/instance").hasNoGhostNodes(server);
        }
    }
    // [end]

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
