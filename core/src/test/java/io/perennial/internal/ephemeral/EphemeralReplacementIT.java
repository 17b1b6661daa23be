package io.perennial.internal.ephemeral;

import static io.perennial.testing.Data.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.perennial.ephemeral.EphemeralNode;
import io.perennial.ephemeral.EphemeralNode.Status;
import io.perennial.ephemeral.EphemeralSpec;
import io.perennial.internal.restore.Attachment;
import io.perennial.test.EmbeddedServer;
import io.perennial.test.FaultProxy;
import io.perennial.test.IndependentClient;
import io.perennial.test.NoLeaks;
import io.perennial.testing.SessionRig;
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
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Nodes that an earlier session of ours has left behind, which the server has not reaped when the next one is there.
 */
@ExtendWith(NoLeaks.class)
class EphemeralReplacementIT {
    private static final Duration LONG = Duration.ofSeconds(30);

    @AutoClose
    private final SessionRig rig = new SessionRig();

    private final EmbeddedServer server = rig.server();
    private final FaultProxy proxy = rig.proxy();
    private final IndependentClient observer = rig.observer();
    private final DrivenNodes driven = rig.open(new DrivenNodes().start());
    private ZooKeeper first;
    private CompletableFuture<Void> restored;

    @BeforeEach
    void connect() {
        first = driven.connect(proxy.connectString(), LONG);
    }

    @Test
    @Tag("S-13")
    @Tag("S-14")
    @DisplayName(
            "S-13, S-14: a left-over of ours is replaced in one transaction, never absent, and outlives its reaping")
    void replacesLeftOversInOneTransaction_whenTheServerHasNotReapedTheEarlierSession() throws Exception {
        List<EphemeralNode> nodes = register(50);
        driven.attachAndWait(first, Attachment.NEW_SESSION);
        List<WatchedEvent> seen = new CopyOnWriteArrayList<>();
        observer.raw().addWatch("/fleet", seen::add, AddWatchMode.PERSISTENT_RECURSIVE);

        driven.lose();
        ZooKeeper second = driven.connect(proxy.connectString(), LONG);
        proxy.resetCounters();
        driven.attachAndWait(second, Attachment.NEW_SESSION);

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
        assertThat(driven.restorations).hasValue(2);
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
        driven.attachAndWait(first, Attachment.NEW_SESSION);
        driven.lose();
        ZooKeeper second = driven.connect(proxy.connectString(), LONG);
        proxy.resetCounters();
        proxy.freezeResponsesFrom(op -> op == OpCode.exists);
        restored = driven.attach(second, Attachment.NEW_SESSION);
        await().pollInterval(Duration.ofMillis(5))
                .untilAsserted(() -> assertThat(proxy.requests(OpCode.exists)).isEqualTo(50));
        assertThat(proxy.operations(OpCode.delete)).isZero();
        return second;
    }

    @Test
    @DisplayName("a sequential left-over is deleted once its successor stands")
    void deletesTheSequentialLeftOver_whenItsSuccessorStands() {
        EphemeralNode node = driven.nodes.register(EphemeralSpec.at("/queue/q-").sequential(true));
        driven.attachAndWait(first, Attachment.NEW_SESSION);
        String firstPath = node.path();
        assertThat(observer.ownerOf(firstPath)).hasValue(first.getSessionId());

        driven.lose();
        assertThat(node.path()).isEqualTo("/queue/q-");
        ZooKeeper second = driven.connect(proxy.connectString(), LONG);
        driven.attachAndWait(second, Attachment.NEW_SESSION);

        assertThat(node.path()).isNotEqualTo(firstPath);
        assertThat(observer.ownerOf(node.path())).hasValue(second.getSessionId());
        await().untilAsserted(() -> assertThat(observer.children("/queue")).hasSize(1));
    }

    @Test
    @DisplayName("a node released after its session was lost is deleted where the server has not reaped it")
    void deletesTheLeftOverOfAReleasedNode_whenTheNextSessionIsThere() throws Exception {
        register(2);
        driven.attachAndWait(first, Attachment.NEW_SESSION);
        driven.detach();
        var gone = driven.nodes.nodes().get(0).release();
        driven.onLoop(driven.nodes::lost);
        assertThat(gone).isNotDone();

        ZooKeeper second = driven.connect(proxy.connectString(), LONG);
        driven.attachAndWait(second, Attachment.NEW_SESSION);
        gone.get(20, TimeUnit.SECONDS);

        assertThat(observer.children("/fleet")).containsExactly("n1");
        assertThat(observer.ownerOf("/fleet/n1")).hasValue(second.getSessionId());
    }

    private List<EphemeralNode> register(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> driven.nodes.register("/fleet/n" + i, bytes("data " + i)))
                .toList();
    }

    private void assertOwner(ZooKeeper owner) {
        for (EphemeralNode node : driven.nodes.nodes()) {
            assertThat(observer.ownerOf(node.path())).as(node.path()).hasValue(owner.getSessionId());
        }
    }
}
