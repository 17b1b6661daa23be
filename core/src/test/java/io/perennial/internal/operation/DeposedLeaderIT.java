package io.perennial.internal.operation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.perennial.ResilientSession;
import io.perennial.operation.Effect;
import io.perennial.operation.Write;
import io.perennial.operation.WriteOutcome;
import io.perennial.operation.WriteOutcome.Kind;
import io.perennial.test.FaultProxy;
import io.perennial.test.IndependentClient;
import io.perennial.test.NoLeaks;
import io.perennial.test.ServerProcess;
import io.perennial.test.ZooKeeperEnsemble;
import io.perennial.test.ZooKeeperServers;
import io.perennial.testing.OpenedSessions;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.ZooDefs.OpCode;
import org.apache.zookeeper.data.Stat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A leader that stood still, was deposed, and does not know it yet: it answers a {@code sync} as before. */
@ExtendWith(NoLeaks.class)
@Tag("O1")
class DeposedLeaderIT {
    private static final byte[] DATA = {1};
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final OpenedSessions opened = new OpenedSessions();
    private final ZooKeeperEnsemble ensemble = opened.add(ZooKeeperServers.ensemble(3)
            .tickTime(Duration.ofSeconds(1))
            .syncLimit(3)
            .start());

    @AfterEach
    void closeAll() throws Exception {
        opened.close();
    }

    @Test
    @Tag("S-62")
    @DisplayName("A deposed leader is not believed that a write was not applied")
    void looksPastADeposedLeader() throws Exception {
        ServerProcess old = ensemble.server(ensemble.leaderIndex());
        FaultProxy proxy = opened.add(new FaultProxy(follower().port()));
        IndependentClient observer = opened.add(new IndependentClient(ensemble.connectString()));
        observer.create("/queue", DATA);
        ResilientSession session = opened.connected(ResilientSession.builder()
                .name("deposed")
                .connectString(proxy.connectString())
                .sessionTimeout(Duration.ofSeconds(40))
                .operationTimeout(PATIENCE)
                .closeTimeout(Duration.ofSeconds(2)));
        old.pause();
        ensemble.waitForQuorum();
        // A server without transactions of the new epoch yet: what this client has seen the old leader has seen too.
        proxy.setTarget("127.0.0.1", follower().port());
        proxy.cut();
        Stat queue = session.operations().call(Effect.READ, c -> c.checkExists().forPath("/queue"));
        assertThat(queue.getNumChildren()).isZero();
        int connections = proxy.connectionsAccepted();

        CompletableFuture<Void> lost = proxy.loseAcknowledgement(op -> op == OpCode.create2 || op == OpCode.create)
                .thenRun(() -> proxy.setTarget("127.0.0.1", old.port()));
        CompletableFuture<WriteOutcome> outcome = session.operations()
                .transactionAsync(Write.create("/queue/n-", DATA, CreateMode.PERSISTENT_SEQUENTIAL));
        assertThat(lost).succeedsWithin(PATIENCE);
        await().until(() -> proxy.connectionsAccepted() > connections);
        old.resume();

        assertThat(outcome).succeedsWithin(PATIENCE);
        assertThat(outcome.join().kind()).as(outcome.join().explanation()).isEqualTo(Kind.APPLIED);
        assertThat(observer.children("/queue")).as("made once").hasSize(1);
        assertThat(outcome.join().path())
                .isEqualTo("/queue/" + observer.children("/queue").get(0));
    }

    private ServerProcess follower() {
        int leader = ensemble.leaderIndex();
        return IntStream.range(0, ensemble.size())
                .filter(index -> index != leader && !ensemble.server(index).isPaused())
                .mapToObj(ensemble::server)
                .findFirst()
                .orElseThrow();
    }
}
