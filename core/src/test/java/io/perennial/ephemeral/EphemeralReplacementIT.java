package io.perennial.ephemeral;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.perennial.ephemeral.EphemeralNode.Status;
import io.perennial.handle.Attachment;
import io.perennial.test.EmbeddedServer;
import io.perennial.test.FaultProxy;
import io.perennial.test.IndependentClient;
import io.perennial.test.NoLeaks;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.zookeeper.AddWatchMode;
import org.apache.zookeeper.WatchedEvent;
import org.apache.zookeeper.ZooDefs.OpCode;
import org.apache.zookeeper.ZooKeeper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Nodes that an earlier session of ours has left behind, which the server has not reaped when the next one is there. */
@ExtendWith(NoLeaks.class)
class EphemeralReplacementIT {
    private static final Duration LONG = Duration.ofSeconds(30);

    private final EmbeddedServer server = EmbeddedServer.start();
    private final FaultProxy proxy = new FaultProxy(server.port());
    private final IndependentClient observer = new IndependentClient(server.connectString());
    private final Rig rig = new Rig().start();
    private ZooKeeper first;
    private CompletableFuture<Void> restored;

    @BeforeEach
    void connect() {
        first = rig.connect(proxy.connectString(), LONG);
    }

    @AfterEach
    void close() throws Exception {
        rig.close();
        observer.close();
        proxy.close();
        server.close();
    }

    @Test
    @Tag("S-13")
    @Tag("S-14")
    @DisplayName(
            "S-13, S-14: a left-over of ours is replaced in one transaction, never absent, and outlives its reaping")
    void replacesLeftOversInOneTransaction_whenTheServerHasNotReapedTheEarlierSession() throws Exception {
        List<EphemeralNode> nodes = register(50);
        rig.attachAndWait(first, Attachment.NEW_SESSION);
        List<WatchedEvent> seen = new CopyOnWriteArrayList<>();
        observer.raw().addWatch("/fleet", seen::add, AddWatchMode.PERSISTENT_RECURSIVE);

        rig.lose();
        ZooKeeper second = rig.connect(proxy.connectString(), LONG);
        proxy.resetCounters();
        rig.attachAndWait(second, Attachment.NEW_SESSION);

        assertThat(nodes).allMatch(node -> node.status() == Status.HELD);
        assertOwner(second);
        assertThat(observer.data("/fleet/n7")).isEqualTo(bytes("data 7"));
        // Deleted and created at the same instant: the same transaction, so nobody can have seen it absent.
        assertThat(observer.stat("/fleet/n7").orElseThrow().getCzxid())
                .isEqualTo(observer.stat("/fleet/n8").orElseThrow().getCzxid());
        await().untilAsserted(() -> assertThat(seen).hasSize(100));
        assertThat(seen.stream().map(WatchedEvent::getZxid).distinct()).hasSize(1);

        first.close();
        assertThat(server.isSessionAlive(first.getSessionId())).isFalse();
        assertOwner(second);
        assertThat(rig.restorations).hasValue(2);
    }

    @Test
    @Tag("S-16")
    void createsANodeAndGoesOnWithTheOthers_whenItsLeftOverVanishesBetweenLookAndDelete() throws Exception {
        ZooKeeper second = replayUpToTheAnswersToTheLooks();
        observer.delete("/fleet/n25");
        proxy.thaw();
        restored.get(20, TimeUnit.SECONDS);
        assertOwner(second);
    }

    @Test
    @Tag("S-16")
    void createsAllNodes_whenTheEarlierSessionIsReapedBetweenLookAndDelete() throws Exception {
        ZooKeeper second = replayUpToTheAnswersToTheLooks();
        server.expireSession(first.getSessionId());
        proxy.thaw();
        restored.get(20, TimeUnit.SECONDS);
        assertOwner(second);
    }

    /** The server has answered what stands at the paths, and the answers are held. */
    private ZooKeeper replayUpToTheAnswersToTheLooks() {
        register(50);
        rig.attachAndWait(first, Attachment.NEW_SESSION);
        rig.lose();
        ZooKeeper second = rig.connect(proxy.connectString(), LONG);
        proxy.resetCounters();
        proxy.freezeResponsesFrom(op -> op == OpCode.exists);
        restored = rig.attach(second, Attachment.NEW_SESSION);
        await().pollInterval(Duration.ofMillis(5))
                .untilAsserted(() -> assertThat(proxy.requests(OpCode.exists)).isEqualTo(50));
        assertThat(proxy.operations(OpCode.delete)).isZero();
        return second;
    }

    @Test
    @DisplayName("a sequential left-over is deleted once its successor stands")
    void deletesTheSequentialLeftOver_whenItsSuccessorStands() {
        EphemeralNode node = rig.nodes.register(EphemeralSpec.at("/queue/q-").sequential(true));
        rig.attachAndWait(first, Attachment.NEW_SESSION);
        String firstPath = node.path();
        assertThat(observer.ownerOf(firstPath)).hasValue(first.getSessionId());

        rig.lose();
        assertThat(node.path()).isEqualTo("/queue/q-");
        ZooKeeper second = rig.connect(proxy.connectString(), LONG);
        rig.attachAndWait(second, Attachment.NEW_SESSION);

        assertThat(node.path()).isNotEqualTo(firstPath);
        assertThat(observer.ownerOf(node.path())).hasValue(second.getSessionId());
        await().untilAsserted(() -> assertThat(observer.children("/queue")).hasSize(1));
    }

    @Test
    @DisplayName("a node released after its session was lost is deleted where the server has not reaped it")
    void deletesTheLeftOverOfAReleasedNode_whenTheNextSessionIsThere() throws Exception {
        register(2);
        rig.attachAndWait(first, Attachment.NEW_SESSION);
        rig.detach();
        var gone = rig.nodes.nodes().get(0).release();
        rig.onLoop(rig.nodes::lost);
        assertThat(gone).isNotDone();

        ZooKeeper second = rig.connect(proxy.connectString(), LONG);
        rig.attachAndWait(second, Attachment.NEW_SESSION);
        gone.get(20, TimeUnit.SECONDS);

        assertThat(observer.children("/fleet")).containsExactly("n1");
        assertThat(observer.ownerOf("/fleet/n1")).hasValue(second.getSessionId());
    }

    private List<EphemeralNode> register(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> rig.nodes.register("/fleet/n" + i, bytes("data " + i)))
                .toList();
    }

    private void assertOwner(ZooKeeper owner) {
        for (EphemeralNode node : rig.nodes.nodes()) {
            assertThat(observer.ownerOf(node.path())).as(node.path()).hasValue(owner.getSessionId());
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
