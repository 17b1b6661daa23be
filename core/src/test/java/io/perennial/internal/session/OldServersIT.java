package io.perennial.internal.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.perennial.ResilientSession;
import io.perennial.SessionState;
import io.perennial.ephemeral.EphemeralNode;
import io.perennial.ephemeral.EphemeralNode.Status;
import io.perennial.ephemeral.EphemeralSpec;
import io.perennial.operation.OperationFailedException;
import io.perennial.test.FaultProxy;
import io.perennial.test.NoLeaks;
import io.perennial.test.ServerProcess;
import io.perennial.testing.OldServers;
import io.perennial.watch.Watch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.zookeeper.ZooDefs.OpCode;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Servers that do not know everything: they answer what they do not know with UNIMPLEMENTED, and hang up. */
@ExtendWith(NoLeaks.class)
@Tag("C3")
@Tag("S-58")
class OldServersIT {
    private static final int MANY = 50;

    @ParameterizedTest
    @ValueSource(strings = {"3.4.14", "3.5.10"})
    void serveAllButTrees_whichAreRefusedAtOnce(String release) throws Exception {
        try (ServerProcess server = OldServers.of(release).start();
                FaultProxy proxy = new FaultProxy(server.port());
                ResilientSession session = sessionAt(proxy)) {
            List<EphemeralNode> nodes = new ArrayList<>();
            List<Watch> watches = new ArrayList<>();
            for (int i = 0; i < MANY; i++) {
                nodes.add(session.ephemerals().register("/parent/nodes/n" + i, new byte[0]));
                watches.add(session.watches().node("/parent/nodes/n" + i, change -> {}));
            }
            nodes.add(session.ephemerals()
                    .register(EphemeralSpec.at("/parent/numbered/n-").sequential(true)));
            Watch tree = session.watches().tree("/parent", change -> {});
            session.start();

            assertThat(tree.whenArmed())
                    .failsWithin(30, TimeUnit.SECONDS)
                    .withThrowableThat()
                    .havingCause()
                    .isInstanceOf(OperationFailedException.class)
                    .withMessageContaining("a persistent watch is armed on /parent, which came with ZooKeeper 3.6");
            assertInPlace(session, nodes, watches);
            assertThat(proxy.connectionsAccepted()).isLessThanOrEqualTo(3);

            tree.close();
            watches.remove(0).close();
            proxy.loseAcknowledgement(opCode -> opCode == OpCode.multi);
            EphemeralNode inDoubt = session.ephemerals()
                    .register(EphemeralSpec.at("/parent/numbered/n-").sequential(true));
            nodes.add(inDoubt);
            assertInPlace(session, nodes, watches);
            assertThat(session.curator().getChildren().forPath("/parent/numbered"))
                    .hasSize(2);

            resume(session, server, proxy);
            assertInPlace(session, nodes, watches);
            assertThat(session.curator().getChildren().forPath("/parent/numbered"))
                    .hasSize(2);
        }
    }

    /** The session is taken over by another handle, which verifies the nodes. */
    private static void resume(ResilientSession session, ServerProcess server, FaultProxy proxy) {
        long id = session.info().orElseThrow().sessionId();
        proxy.refuse();
        server.kill();
        eventually(() -> assertThat(session.state()).isEqualTo(SessionState.LOST));
        server.start();
        proxy.accept();
        eventually(() -> assertThat(session.state()).isEqualTo(SessionState.CONNECTED));
        assertThat(session.info().orElseThrow().sessionId()).isEqualTo(id);
    }

    private static ResilientSession sessionAt(FaultProxy proxy) {
        return ResilientSession.builder()
                .name("tested")
                .connectString(proxy.connectString())
                .sessionTimeout(Duration.ofSeconds(6))
                .build();
    }

    private static void assertInPlace(ResilientSession session, List<EphemeralNode> nodes, List<Watch> watches) {
        eventually(() -> assertThat(nodes).allSatisfy(node -> assertThat(node.status())
                .as("%s: %s", node, node.problem())
                .isEqualTo(Status.HELD)));
        eventually(() -> assertThat(watches).allMatch(Watch::isArmed));
        eventually(() -> assertThat(session.state()).isEqualTo(SessionState.CONNECTED));
    }

    private static void eventually(ThrowingRunnable assertion) {
        await().atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(10))
                .untilAsserted(assertion);
    }
}
