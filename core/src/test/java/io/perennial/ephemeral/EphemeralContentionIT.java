package io.perennial.ephemeral;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.perennial.ephemeral.EphemeralNode.Status;
import io.perennial.ephemeral.EphemeralSpec.OnConflict;
import io.perennial.handle.Attachment;
import io.perennial.testing.EmbeddedServer;
import io.perennial.testing.FaultProxy;
import io.perennial.testing.IndependentClient;
import io.perennial.testing.NoLeaks;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.ZooDefs.Ids;
import org.apache.zookeeper.ZooDefs.OpCode;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.data.Stat;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Two sessions, and perhaps a third party, want the same paths at the same moments. */
@ExtendWith(NoLeaks.class)
class EphemeralContentionIT {
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final EphemeralSpec REPLACING =
            EphemeralSpec.at("/n").data(bytes("ours")).onConflict(OnConflict.REPLACE);

    @AutoClose
    private final EmbeddedServer server = EmbeddedServer.start();

    @AutoClose
    private final IndependentClient observer = new IndependentClient(server.connectString());

    @AutoClose
    private final Contender one = new Contender(server);

    @AutoClose
    private final Contender other = new Contender(server);

    @Test
    @Tag("N1")
    @DisplayName(
            "N1: what was a persistent left-over at the look, and is a live node at the transaction, is left alone")
    void leavesALiveNode_whenItTookThePlaceOfTheLeftOverSinceTheLook() throws Exception {
        observer.create("/n", bytes("left"));
        one.attach();
        other.proxy.delayResponses(Duration.ofSeconds(1));
        EphemeralNode late = other.rig.nodes.register(REPLACING);
        var unused = other.rig.attach(other.handle, Attachment.NEW_SESSION);
        await().pollInterval(Duration.ofMillis(5)).untilAsserted(() -> assertThat(other.proxy.requests(OpCode.exists))
                .isEqualTo(1));
        other.proxy.freezeResponses();

        EphemeralNode early = one.rig.nodes.register(REPLACING);
        early.whenHeld().get(20, TimeUnit.SECONDS);
        Stat live = observer.stat("/n").orElseThrow();
        other.proxy.delayResponses(Duration.ZERO);
        other.proxy.thaw();

        Site.awaitStatus(late, Status.CONFLICT);
        assertThat(observer.stat("/n")).hasValue(live);
        assertThat(live.getEphemeralOwner()).isEqualTo(one.handle.getSessionId());
        assertThat(late.problem()).contains("a node of another owner");
        early.release().get(20, TimeUnit.SECONDS);
        late.whenHeld().get(20, TimeUnit.SECONDS);
    }

    @Test
    @Tag("N1")
    @Tag("S-68")
    void givesEachPathToOneSession_whenTwoStartTogetherOverPersistentLeftOvers() throws Exception {
        for (int round = 0; round < 10; round++) {
            List<String> paths = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                paths.add(observer.create("/n-" + round + "-" + i, bytes("left")));
            }
            List<EphemeralNode> first = one.register(paths);
            List<EphemeralNode> second = other.register(paths);
            if (round == 0) {
                var unused = one.rig.attach(one.handle, Attachment.NEW_SESSION);
                unused = other.rig.attach(other.handle, Attachment.NEW_SESSION);
            }
            for (int i = 0; i < paths.size(); i++) {
                EphemeralNode a = first.get(i);
                EphemeralNode b = second.get(i);
                await().atMost(Site.PATIENCE).pollInterval(Duration.ofMillis(2)).untilAsserted(() -> assertThat(
                                List.of(a.status(), b.status()))
                        .containsExactlyInAnyOrder(Status.HELD, Status.CONFLICT));
                // A session that held it once holds it still: nobody has taken it away.
                assertThat(a.whenHeld().isDone()).isEqualTo(a.status() == Status.HELD);
                assertThat(b.whenHeld().isDone()).isEqualTo(b.status() == Status.HELD);
            }
        }
    }

    @Test
    @Tag("N1")
    void waitsAndSaysWhy_whenTheLeftOversAclDoesNotLetItAskForTheOwner() throws Exception {
        observer.raw().create("/n", bytes("left"), new ArrayList<>(Ids.READ_ACL_UNSAFE), CreateMode.PERSISTENT);
        EphemeralNode node = one.rig.nodes.register(REPLACING);
        EphemeralNode neighbour = one.rig.nodes.register("/m", new byte[0]);
        one.attach();
        Site.awaitStatus(node, Status.CONFLICT);
        assertThat(neighbour.status()).isEqualTo(Status.HELD);
        assertThat(node.problem()).contains("ACL does not let this session", "onConflict REPLACE");
        assertThat(observer.data("/n")).isEqualTo(bytes("left"));
        observer.delete("/n");
        Site.awaitStatus(node, Status.HELD);
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** One of them: a proxy, a server session through it, and the nodes. */
    private static final class Contender implements AutoCloseable {
        final FaultProxy proxy;
        final Rig rig = new Rig().start();
        final ZooKeeper handle;

        Contender(EmbeddedServer server) {
            proxy = new FaultProxy(server.port());
            handle = rig.connect(proxy.connectString(), LONG);
        }

        void attach() {
            rig.attachAndWait(handle, Attachment.NEW_SESSION);
        }

        List<EphemeralNode> register(List<String> paths) {
            return paths.stream()
                    .map(path -> rig.nodes.register(EphemeralSpec.at(path).onConflict(OnConflict.REPLACE)))
                    .toList();
        }

        @Override
        public void close() throws Exception {
            rig.close();
            proxy.close();
        }
    }
}
