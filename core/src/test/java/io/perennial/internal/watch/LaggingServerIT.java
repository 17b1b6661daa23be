package io.perennial.internal.watch;

import static io.perennial.testing.Data.bytes;
import static io.perennial.testing.Sessions.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.ResilientSession;
import io.perennial.SessionState;
import io.perennial.test.FaultProxy;
import io.perennial.test.IndependentClient;
import io.perennial.test.NoLeaks;
import io.perennial.test.ServerProcess;
import io.perennial.test.ZooKeeperEnsemble;
import io.perennial.watch.NodeChange;
import io.perennial.watch.TreeChange;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.zookeeper.data.Stat;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Moves between servers of an ensemble of which some lag behind. */
@ExtendWith(NoLeaks.class)
@Tag("S-30")
class LaggingServerIT {
    @AutoClose
    private final ZooKeeperEnsemble ensemble = ZooKeeperEnsemble.start();

    @AutoClose
    private final FaultProxy proxy =
            new FaultProxy(ensemble.server(ensemble.leaderIndex()).port());

    @AutoClose
    private final IndependentClient writer =
            new IndependentClient(ensemble.server(ensemble.leaderIndex()).connectString());

    @AutoClose
    private final ResilientSession session = ResilientSession.builder()
            .name("moving")
            .connectString(proxy.connectString())
            .sessionTimeout(Duration.ofSeconds(6))
            .build();

    @Test
    void neverGoesBackInTime_whileServersChangeAndLag() throws Exception {
        writer.create("/a", bytes("-1"));
        Recorder<NodeChange> node = new Recorder<>();
        Recorder<TreeChange> tree = new Recorder<>();
        session.watches().node("/a", node);
        session.watches().tree("/a", tree);
        session.start();
        awaitConnected();
        AtomicBoolean enough = new AtomicBoolean();
        CompletableFuture<Integer> writing = CompletableFuture.supplyAsync(() -> write(enough));

        int leader = ensemble.leaderIndex();
        for (int round = 1; round <= 4; round++) {
            ServerProcess follower = ensemble.server((leader + 1 + round % 2) % ensemble.size());
            moveTo(follower, round % 2 == 0);
        }

        enough.set(true);
        int last = writing.get(10, TimeUnit.SECONDS);
        eventually(() -> {
            assertThat(node.last().data()).isEqualTo(bytes("" + last));
            assertThat(tree.last().stat().getMzxid())
                    .isEqualTo(node.last().stat().getMzxid());
        });
        assertThat(node.heard())
                .extracting(change -> change.stat().getMzxid())
                .isSorted()
                .doesNotHaveDuplicates();
        assertThat(tree.heard())
                .extracting(change -> change.stat().getMzxid())
                .isSorted()
                .doesNotHaveDuplicates();
        assertThat(node.heard()).extracting(NodeChange::generation).isSorted().contains(3L);
    }

    /** The server stands still while the others go on; the session comes to it the moment it goes on, too. */
    private void moveTo(ServerProcess server, boolean newSession) throws Exception {
        Stat before = writer.stat("/a").orElseThrow();
        server.pause();
        eventually(
                () -> assertThat(writer.stat("/a").orElseThrow().getVersion()).isGreaterThan(before.getVersion() + 20));
        if (newSession) {
            var zooKeeper = session.curator().getZookeeperClient().getZooKeeper();
            writer.closeSessionOf(zooKeeper.getSessionId(), zooKeeper.getSessionPasswd());
        }
        int connections = proxy.connectionsAccepted();
        proxy.setTarget("127.0.0.1", server.port());
        proxy.cut();
        eventually(() -> assertThat(proxy.connectionsAccepted()).isGreaterThan(connections));
        server.resume();
        awaitConnected();
    }

    private void awaitConnected() {
        eventually(() -> assertThat(session.state()).isEqualTo(SessionState.CONNECTED));
    }

    private int write(AtomicBoolean enough) {
        int number = 0;
        writer.setData("/a", bytes("0"));
        while (!enough.get()) {
            number++;
            writer.setData("/a", bytes("" + number));
        }
        return number;
    }
}
