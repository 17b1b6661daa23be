package io.perennial.internal.ephemeral;

import static io.perennial.internal.ephemeral.Nodes.awaitHeld;
import static io.perennial.testing.Data.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.perennial.ResilientSession;
import io.perennial.ephemeral.EphemeralNode;
import io.perennial.ephemeral.EphemeralNode.Status;
import io.perennial.internal.restore.Attachment;
import io.perennial.test.IndependentClient;
import io.perennial.test.NoLeaks;
import io.perennial.test.ZooKeeperEnsemble;
import io.perennial.testing.SessionRig;
import io.perennial.testing.Sessions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.zookeeper.ZooDefs.OpCode;
import org.apache.zookeeper.client.ZKClientConfig;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What a server can just take, and what it cannot. */
@ExtendWith(NoLeaks.class)
class EphemeralLimitsIT {
    private static final int MAX_PACKET = 0xfffff;
    private static final String LONG_PARENT = "/a-rather-long-name-of-a-service/instances";

    @AutoClose
    private final SessionRig rig = SessionRig.steady();

    @Test
    @Tag("soak")
    @Tag("S-25")
    @DisplayName("S-25: and by an ensemble, whose members still start afterwards")
    void letsAnEnsembleCloseAndRestart_whenThePathsAreAsLongAsAllowed() throws Exception {
        try (var ensemble = ZooKeeperEnsemble.start();
                var observer = new IndependentClient(ensemble.connectString())) {
            try (ResilientSession session = ResilientSession.builder()
                    .connectString(ensemble.connectString())
                    .build()
                    .start()) {
                List<EphemeralNode> nodes = registerAllThatAreAllowed(session);
                await().atMost(Duration.ofMinutes(1))
                        .untilAsserted(
                                () -> assertThat(session.report().nodesHeld()).isEqualTo(nodes.size()));
            }
            await().atMost(SessionRig.PATIENCE).untilAsserted(() -> assertThat(observer.children(LONG_PARENT))
                    .isEmpty());
            ensemble.rollingRestart();
            assertThat(observer.children(LONG_PARENT)).isEmpty();
        }
    }

    @Test
    @Tag("S-25")
    @DisplayName("S-25: what is not refused can be closed, and read again from the server's log")
    void letsTheServerCloseAndRestart_whenThePathsAreAsLongAsAllowed() throws Exception {
        ResilientSession session = rig.connect();
        List<EphemeralNode> nodes = registerAllThatAreAllowed(session);
        awaitHeld(nodes);
        int bytes = nodes.stream().mapToInt(node -> node.path().length() + 4).sum();
        assertThat(bytes).isGreaterThan(1_570_000);

        long id = Sessions.idOf(session);
        session.close();
        assertThat(rig.server().isSessionAlive(id)).isFalse();
        assertThat(rig.observer().children(LONG_PARENT)).isEmpty();
        rig.server().restart();
        assertThat(rig.observer().children(LONG_PARENT)).isEmpty();
    }

    @Test
    @Tag("N6")
    @Tag("N7")
    @Tag("S-25")
    @DisplayName("N6, N7: the chroot counts in bytes, and a client's own jute.maxbuffer raises nothing on the servers")
    void letsTheServerCloseAndRestart_whenTheChrootIsLongInBytesAndTheClientsLimitIsRaised() throws Exception {
        String chroot = rig.observer().create("/" + "\u65e5".repeat(300), new byte[0]);
        var raised = new ZKClientConfig();
        raised.setProperty("jute.maxbuffer", "8388608");
        ResilientSession session = rig.connect(builder ->
                builder.connectString(rig.proxy().connectString() + chroot).clientConfig(raised));
        assertThatThrownBy(() -> session.ephemerals().register("/large", new byte[MAX_PACKET]))
                .hasMessageContaining("jute.maxbuffer is " + MAX_PACKET)
                .hasMessageContaining("serverMaxBuffer");
        List<EphemeralNode> nodes = registerWhileAllowed(session, "/n-");
        assertThat(nodes.size() * (4L + 901 + "/n-1000".length())).isBetween(1_560_000L, 1_572_798L);
        awaitHeld(nodes);
        closeAndRestart(session);
        assertThat(rig.observer().children(chroot)).isEmpty();
    }

    @Test
    @Tag("N8")
    @Tag("S-25")
    @DisplayName("N8: a released node counts until it is gone from the server")
    void letsTheServerCloseAndRestart_whenAllNodesAreReleasedAndAsManyRegistered() throws Exception {
        ResilientSession session = rig.connect();
        String out = "/" + "x".repeat(1_000) + "-out-";
        String in = "/" + "x".repeat(1_000) + "-in-";
        List<EphemeralNode> nodes = registerWhileAllowed(session, out);
        awaitHeld(nodes);
        rig.proxy().freeze();
        nodes.forEach(EphemeralNode::release);
        assertThatThrownBy(() -> session.ephemerals().register(in, new byte[0]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("to the 0 nodes of session")
                .hasMessageContaining(nodes.size() + " released ones that are not gone yet")
                .hasMessageContaining("wait for release() to complete");
        rig.proxy().thaw();
        for (EphemeralNode node : nodes) {
            node.release().get(20, TimeUnit.SECONDS);
        }
        List<EphemeralNode> others = registerWhileAllowed(session, in);
        assertThat(others.size()).isGreaterThanOrEqualTo(nodes.size());
        awaitHeld(others);
        closeAndRestart(session);
    }

    @Test
    @Tag("N7")
    void goesByTheServersLimit_whereItIsGiven() {
        ResilientSession session = rig.build(builder -> builder.serverMaxBuffer(100_000));
        assertThatThrownBy(() -> session.ephemerals().register("/large", new byte[100_000]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("jute.maxbuffer is 100000");
        assertThatThrownBy(() -> ResilientSession.builder().serverMaxBuffer(1_000))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("serverMaxBuffer is 1000; it must be at least 1024");
    }

    private static List<EphemeralNode> registerWhileAllowed(ResilientSession session, String prefix) {
        List<EphemeralNode> nodes = new ArrayList<>();
        while (nodes.size() < 10_000) {
            try {
                nodes.add(session.ephemerals().register(prefix + (1_000 + nodes.size()), new byte[0]));
            } catch (IllegalArgumentException refused) {
                assertThat(refused).hasMessageContaining("may take 1572798");
                return nodes;
            }
        }
        throw new AssertionError("never refused");
    }

    /** The server writes one transaction that names all nodes, and must be able to read it again. */
    private void closeAndRestart(ResilientSession session) {
        long id = Sessions.idOf(session);
        session.close();
        assertThat(rig.server().isSessionAlive(id)).isFalse();
        rig.server().restart();
        assertThat(rig.observer().exists("/zookeeper")).isTrue();
    }

    @Test
    @Tag("S-26")
    void harmsNoSession_whenDataAreAsLargeAsAllowedOrLarger() throws Exception {
        ResilientSession session = rig.connect();
        EphemeralNode small = session.ephemerals().register("/small", new byte[0]);
        int limit = MAX_PACKET - 1024 - 2 * (4 + "/large".length()) - bytesOfDefaultAcl();
        assertThatThrownBy(() -> session.ephemerals().register("/large", new byte[limit + 1]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("data of '/large' are " + (limit + 1) + " bytes")
                .hasMessageContaining("may hold " + limit);
        EphemeralNode large = session.ephemerals().register("/large", new byte[limit]);
        large.whenHeld().get(20, TimeUnit.SECONDS);
        large.update(bytes("small now")).get(20, TimeUnit.SECONDS);
        large.update(new byte[limit]).get(20, TimeUnit.SECONDS);
        assertThatThrownBy(() -> large.update(new byte[limit + 1])).isInstanceOf(IllegalArgumentException.class);
        assertThat(small.status()).isEqualTo(Status.HELD);
        assertThat(rig.proxy().connectionsAccepted()).isEqualTo(1);
    }

    @Test
    @Tag("S-26")
    @DisplayName("S-26: the largest node can be replaced in one transaction, too")
    void replacesTheLargestNode() throws Exception {
        try (var driven = new DrivenNodes().start()) {
            int limit = MAX_PACKET - 1024 - 2 * (4 + "/large".length()) - bytesOfDefaultAcl();
            EphemeralNode large = driven.nodes.register("/large", new byte[limit]);
            driven.attachAndWait(
                    driven.connect(rig.proxy().connectString(), Duration.ofSeconds(20)), Attachment.NEW_SESSION);
            driven.lose();
            var second = driven.connect(rig.proxy().connectString(), Duration.ofSeconds(20));
            driven.attachAndWait(second, Attachment.NEW_SESSION);
            assertThat(large.status()).isEqualTo(Status.HELD);
            assertThat(rig.observer().ownerOf("/large")).hasValue(second.getSessionId());
            assertThat(rig.proxy().connectionsAccepted()).isEqualTo(2);
        }
    }

    @Test
    void keepsTransactionsBelowTheirBounds_whenNodesAreMany() throws Exception {
        ResilientSession session = rig.build();
        for (int i = 0; i < 400; i++) {
            session.ephemerals().register("/large-" + i, new byte[10_000]);
        }
        session.start();
        assertThat(session.awaitConnected(SessionRig.PATIENCE)).isTrue();
        assertThat(session.report().nodesHeld()).isEqualTo(400);
        // 400 times 10 kB in transactions of 256 KiB
        assertThat(rig.proxy().requests(OpCode.multi)).isBetween(16, 17);
        assertThat(rig.proxy().connectionsAccepted()).isEqualTo(1);
    }

    @Test
    void holdsFiftyThousandNodesInOneSession_throughAnExpiry() throws Exception {
        ResilientSession session = rig.build(builder -> builder.sessionTimeout(Duration.ofSeconds(20)));
        int threads = Thread.activeCount();
        for (int i = 0; i < 50_000; i++) {
            session.ephemerals().register("/workers/worker-0000" + (10_000 + i), new byte[8]);
        }
        session.start();
        assertThat(session.awaitConnected(Duration.ofSeconds(60))).isTrue();
        assertThat(session.report().nodesHeld()).isEqualTo(50_000);
        // The client's, Curator's and the session's own, its watchdog among them.
        assertThat(Thread.activeCount() - threads).isLessThan(14);

        long first = Sessions.idOf(session);
        rig.server().expireSession(first);
        await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
            assertThat(session.info().map(info -> info.sessionId()))
                    .isPresent()
                    .isNotEqualTo(java.util.Optional.of(first));
            assertThat(session.awaitConnected(Duration.ZERO)).isTrue();
        });
        assertThat(session.report().nodesHeld()).isEqualTo(50_000);
        assertThat(rig.observer().ownerOf("/workers/worker-000059999")).hasValue(Sessions.idOf(session));
        assertThat(session.report().problems()).isEmpty();
    }

    @Test
    @DisplayName("a resumed session whose list of nodes does not fit into one answer is verified node by node")
    void verifiesNodeByNode_whenTheListWouldNotFitIntoOneAnswer() throws Exception {
        try (var driven = new DrivenNodes().start()) {
            for (int i = 0; i < 40_000; i++) {
                driven.nodes.register("/workers/worker-0000" + (10_000 + i), new byte[0]);
            }
            var handle = driven.connect(rig.proxy().connectString(), Duration.ofSeconds(20));
            driven.attachAndWait(handle, Attachment.NEW_SESSION);
            driven.lose();
            rig.observer().delete("/workers/worker-000012345");
            rig.proxy().resetCounters();
            driven.attachAndWait(handle, Attachment.RESUMED);
            assertThat(driven.nodes.standing()).isEqualTo(40_000);
            assertThat(rig.proxy().requests(OpCode.getEphemerals)).isZero();
            assertThat(rig.proxy().operations(OpCode.create)).isEqualTo(1);
            assertThat(rig.proxy().connectionsAccepted()).isEqualTo(1);
        }
    }

    private static List<EphemeralNode> registerAllThatAreAllowed(ResilientSession session) {
        List<EphemeralNode> nodes = new ArrayList<>();
        while (true) {
            String path = LONG_PARENT + "/instance-0000" + (100_000 + nodes.size());
            try {
                nodes.add(session.ephemerals().register(path, new byte[0]));
            } catch (IllegalArgumentException refused) {
                assertThat(refused).hasMessageContaining("may take 1572798");
                return nodes;
            }
        }
    }

    private static int bytesOfDefaultAcl() {
        return 4 + 12 + 3 * "world".length() + 3 * "anyone".length();
    }
}
