package io.perennial.internal.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.perennial.ResilientSession;
import io.perennial.SessionState;
import io.perennial.ephemeral.EphemeralNode;
import io.perennial.ephemeral.EphemeralNode.Status;
import io.perennial.operation.OperationFailedException;
import io.perennial.test.FaultProxy;
import io.perennial.test.IndependentClient;
import io.perennial.test.NoLeaks;
import io.perennial.test.ServerProcess;
import io.perennial.test.ZooKeeperServers;
import io.perennial.watch.Watch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Requests that are longer than the servers take, though not than the client does: they hang up (ZOOKEEPER-3593). */
@ExtendWith(NoLeaks.class)
@Tag("C3")
@Tag("S-58")
class PoisonedWritesIT {
    private static final int MOST_BYTES_AT_SERVER = 20_000;
    private static final int MANY = 500;

    @AutoClose
    private final ServerProcess server =
            ZooKeeperServers.process().maxBuffer(MOST_BYTES_AT_SERVER).start();

    @AutoClose
    private final FaultProxy proxy = new FaultProxy(server.port());

    @AutoClose
    private final IndependentClient observer = new IndependentClient(server.connectString());

    @AutoClose
    private final ResilientSession session = ResilientSession.builder()
            .name("tested")
            .connectString(proxy.connectString())
            .sessionTimeout(Duration.ofSeconds(10))
            .build();

    @Test
    void areRefused_whileAllElseIsInPlace_andABatchIsTakenApart() {
        List<EphemeralNode> nodes = new ArrayList<>();
        List<Watch> watches = new ArrayList<>();
        EphemeralNode poison = null;
        for (int i = 0; i < MANY; i++) {
            nodes.add(session.ephemerals().register("/nodes/n" + i, new byte[0])); // 500 are too many for one batch
            watches.add(session.watches().node("/nodes/n" + i, change -> {}));
            if (i == MANY / 2) {
                poison = session.ephemerals().register("/nodes/large", new byte[50_000]);
            }
        }
        session.start();

        assertThat(poison.whenHeld())
                .failsWithin(60, TimeUnit.SECONDS)
                .withThrowableThat()
                .havingCause()
                .isInstanceOf(OperationFailedException.class)
                .withMessageContaining("/nodes/large")
                .withMessageContaining("the connection breaks whenever")
                .withMessageContaining("jute.maxbuffer");
        assertInPlace(nodes, watches);
        assertThat(session.report().problems()).singleElement().asString().contains("/nodes/large");

        for (int i = 0; i < 2; i++) {
            proxy.cut();
            eventually(() -> assertThat(session.state()).isNotEqualTo(SessionState.CONNECTED));
            assertInPlace(nodes, watches);
        }

        poison.update(new byte[10]);
        EphemeralNode healed = poison;
        eventually(() -> assertThat(healed.status()).isEqualTo(Status.HELD));
        assertThat(observer.exists("/nodes/large")).isTrue();
        assertThat(session.report().problems()).isEmpty();
    }

    @Test
    void leaveANodeItsOldData_whenItsUpdateIsTooLong() {
        session.start();
        EphemeralNode node = session.ephemerals().register("/node", new byte[10]);
        EphemeralNode other = session.ephemerals().register("/other", new byte[10]);
        eventually(() -> assertThat(node.status()).isEqualTo(Status.HELD));

        assertThat(node.update(new byte[50_000]))
                .failsWithin(30, TimeUnit.SECONDS)
                .withThrowableThat()
                .havingCause()
                .isInstanceOf(OperationFailedException.class)
                .withMessageContaining("/node")
                .withMessageContaining("jute.maxbuffer");
        assertThat(other.update(new byte[20])).succeedsWithin(10, TimeUnit.SECONDS);
        assertThat(node.status()).isEqualTo(Status.HELD);
        assertThat(session.report().problems()).singleElement().asString().contains("/node");
        assertThat(observer.stat("/node").orElseThrow().getDataLength()).isEqualTo(10);

        assertThat(node.update(new byte[30])).succeedsWithin(10, TimeUnit.SECONDS);
        assertThat(session.report().problems()).isEmpty();
    }

    private void assertInPlace(List<EphemeralNode> nodes, List<Watch> watches) {
        eventually(() -> assertThat(session.state()).isEqualTo(SessionState.CONNECTED));
        eventually(() -> assertThat(nodes).allMatch(node -> node.status() == Status.HELD));
        eventually(() -> assertThat(watches).allMatch(Watch::isArmed));
    }

    private static void eventually(ThrowingRunnable assertion) {
        await().atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(10))
                .untilAsserted(assertion);
    }
}
