package io.perennial.internal.operation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.perennial.ResilientSession;
import io.perennial.operation.BackgroundCall;
import io.perennial.operation.Effect;
import io.perennial.operation.OperationFailedException;
import io.perennial.operation.Operations;
import io.perennial.operation.OutcomeUnknownException;
import io.perennial.operation.SessionClosedException;
import io.perennial.operation.SessionReplacedException;
import io.perennial.operation.SessionUnavailableException;
import io.perennial.test.EmbeddedServer;
import io.perennial.test.FaultProxy;
import io.perennial.test.IndependentClient;
import io.perennial.test.NoLeaks;
import io.perennial.testing.SessionRig;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.framework.api.CuratorEvent;
import org.apache.curator.retry.RetryOneTime;
import org.apache.curator.utils.DefaultZookeeperFactory;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.ZooDefs.OpCode;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.client.ZKClientConfig;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Calls in Curator's background, through trouble. */
@ExtendWith(NoLeaks.class)
class BackgroundCallIT {
    private static final byte[] OLD = {1};
    private static final byte[] NEW = {2};
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final BackgroundCall READ =
            (c, in) -> c.getData().inBackground(in.callback(), in.context()).forPath("/node");
    private static final BackgroundCall WRITE =
            (c, in) -> c.setData().inBackground(in.callback(), in.context()).forPath("/node", NEW);

    @AutoClose
    private final SessionRig rig = SessionRig.steady("background");

    private final EmbeddedServer server = rig.server();
    private final FaultProxy proxy = rig.proxy();
    private final IndependentClient observer = rig.observer();

    private ResilientSession connected() throws InterruptedException {
        observer.create("/node", OLD);
        ResilientSession session = rig.connect();
        proxy.resetCounters();
        return session;
    }

    private int version() {
        return observer.stat("/node").orElseThrow().getVersion();
    }

    @Test
    void givesCuratorsEvent_offTheEventThread() throws Exception {
        ResilientSession session = connected();

        CompletableFuture<String> thread = session.operations()
                .callInBackground(Effect.READ, READ)
                .thenApply(event -> {
                    assertThat(event.getData()).isEqualTo(OLD);
                    return Thread.currentThread().getName();
                });

        assertThat(thread.get(30, TimeUnit.SECONDS)).doesNotContain("EventThread");
    }

    @Test
    void doesEachKindOfOperation() throws Exception {
        ResilientSession session = connected();
        Operations operations = session.operations();

        CuratorEvent created = operations
                .callInBackground(Effect.ONCE, (c, in) -> c.create()
                        .withMode(CreateMode.EPHEMERAL)
                        .inBackground(in.callback(), in.context())
                        .forPath("/made", NEW))
                .get(30, TimeUnit.SECONDS);
        CuratorEvent children = operations
                .callInBackground(Effect.READ, (c, in) -> c.getChildren()
                        .inBackground(in.callback(), in.context())
                        .forPath("/"))
                .get(30, TimeUnit.SECONDS);
        CuratorEvent exists = operations
                .callInBackground(Effect.READ, (c, in) -> c.checkExists()
                        .inBackground(in.callback(), in.context())
                        .forPath("/made"))
                .get(30, TimeUnit.SECONDS);
        CuratorEvent together = operations
                .callInBackground(Effect.ONCE, (c, in) -> c.transaction()
                        .inBackground(in.callback(), in.context())
                        .forOperations(
                                c.transactionOp().setData().forPath("/node", NEW),
                                c.transactionOp().delete().forPath("/made")))
                .get(30, TimeUnit.SECONDS);

        assertThat(created.getName()).isEqualTo("/made");
        assertThat(children.getChildren()).contains("made", "node");
        assertThat(exists.getStat().getEphemeralOwner())
                .isEqualTo(session.info().orElseThrow().sessionId());
        assertThat(together.getOpResults()).hasSize(2);
        assertThat(version()).isEqualTo(1);
    }

    @Test
    void repeatsRead_whenTheConnectionDrops() throws Exception {
        ResilientSession session = connected();
        CompletableFuture<Void> lost = proxy.loseAcknowledgement(op -> op == OpCode.getData);

        CompletableFuture<CuratorEvent> read = session.operations().callInBackground(Effect.READ, READ);

        assertThat(read)
                .succeedsWithin(PATIENCE)
                .extracting(CuratorEvent::getData)
                .isEqualTo(OLD);
        assertThat(lost).isCompleted();
        assertThat(proxy.requests(OpCode.getData)).isEqualTo(2);
    }

    @Test
    @Tag("S-41")
    void doesNotRepeatOnce_norDoesCurator() throws Exception {
        ResilientSession session = connected();
        proxy.loseAcknowledgement(op -> op == OpCode.setData);

        assertThat(session.operations().callInBackground(Effect.ONCE, WRITE))
                .failsWithin(PATIENCE)
                .withThrowableThat()
                .havingCause()
                .isInstanceOf(OutcomeUnknownException.class)
                .withMessageContaining("acknowledgement was lost");

        assertThat(session.awaitConnected(PATIENCE)).isTrue();
        assertThat(session.operations().callInBackground(Effect.READ, READ)).succeedsWithin(PATIENCE);
        assertThat(proxy.requests(OpCode.setData)).isEqualTo(1);
        assertThat(version()).isEqualTo(1);
    }

    @Test
    void tellsTheServersAnswer() throws Exception {
        ResilientSession session = connected();

        assertThat(session.operations().callInBackground(Effect.READ, (c, in) -> c.getData()
                        .inBackground(in.callback(), in.context())
                        .forPath("/none")))
                .failsWithin(PATIENCE)
                .withThrowableThat()
                .havingCause()
                .isInstanceOfSatisfying(OperationFailedException.class, e -> assertThat(e.code())
                        .isEqualTo(Code.NONODE));
    }

    @Test
    void waitsForTheSession() throws Exception {
        ResilientSession session = connected();
        rig.disconnect(session);
        List<CompletableFuture<CuratorEvent>> waiting = IntStream.range(0, 100)
                .mapToObj(i -> session.operations().callInBackground(Effect.READ, READ))
                .toList();
        CompletableFuture<CuratorEvent> impatient =
                session.operations().within(Duration.ofMillis(100)).callInBackground(Effect.ONCE, WRITE);

        assertThat(impatient)
                .failsWithin(PATIENCE)
                .withThrowableThat()
                .havingCause()
                .isInstanceOf(SessionUnavailableException.class)
                .withMessageContaining("nothing was sent");
        proxy.accept();

        assertThat(waiting).allSatisfy(read -> assertThat(read).succeedsWithin(PATIENCE));
        assertThat(version()).isZero();
    }

    @Test
    @Tag("S-42")
    void givesUpAtItsDeadline_whenTheServerIsSilent() throws Exception {
        ResilientSession session = connected();
        proxy.freeze();

        CompletableFuture<CuratorEvent> once = session.operations()
                .within(Duration.ofSeconds(3)) // enough to be sent, however slow the machine is
                .callInBackground(Effect.ONCE, WRITE);
        CompletableFuture<CuratorEvent> read =
                session.operations().within(Duration.ofMillis(300)).callInBackground(Effect.READ, READ);

        assertThat(once)
                .failsWithin(Duration.ofSeconds(10))
                .withThrowableThat()
                .havingCause()
                .isInstanceOf(OutcomeUnknownException.class)
                .withMessageContaining("limit 3000 ms");
        assertThat(read)
                .failsWithin(Duration.ofSeconds(10))
                .withThrowableThat()
                .havingCause()
                .isInstanceOf(SessionUnavailableException.class);
        proxy.thaw();
    }

    @Test
    void survivesCuts_withAThousandUnderWay() throws Exception {
        ResilientSession session = connected();
        List<CompletableFuture<CuratorEvent>> reads = IntStream.range(0, 1_000)
                .mapToObj(i -> {
                    if (i % 300 == 299) {
                        proxy.cut();
                    }
                    return session.operations().callInBackground(Effect.READ, READ);
                })
                .toList();

        assertThat(reads).allSatisfy(read -> assertThat(read)
                .succeedsWithin(PATIENCE)
                .extracting(CuratorEvent::getData)
                .isEqualTo(OLD));
    }

    @Test
    void refusesOperation_thatIsHandedOverWithoutItsContext() throws Exception {
        ResilientSession session = connected();

        assertThat(session.operations().callInBackground(Effect.READ, (c, in) -> c.getData()
                        .inBackground(in.callback())
                        .forPath("/node")))
                .failsWithin(PATIENCE)
                .withThrowableThat()
                .havingCause()
                .isInstanceOf(IllegalStateException.class)
                .withMessageContaining("in.context()");
    }

    @Test
    @Tag("S-40")
    void refusesOperation_whoseSessionIsReplacedOnTheWay() throws Exception {
        ResilientSession session = connected();
        Operations bound = session.operations().inGeneration(1);

        CompletableFuture<CuratorEvent> written = bound.callInBackground(Effect.ONCE, (c, in) -> {
            server.expireSession(session.info().orElseThrow().sessionId());
            await().untilAsserted(() -> assertThat(session.lease().generation()).isEqualTo(2));
            assertThat(session.awaitConnected(PATIENCE)).isTrue();
            WRITE.run(c, in);
        });

        assertThat(written)
                .failsWithin(PATIENCE)
                .withThrowableThat()
                .havingCause()
                .isInstanceOf(SessionReplacedException.class);
        assertThat(version()).isZero();
    }

    @Test
    void endsWithTheSession() throws Exception {
        ResilientSession session = connected();
        rig.disconnect(session);
        CompletableFuture<CuratorEvent> waiting = session.operations().callInBackground(Effect.READ, READ);

        session.close();

        assertThat(waiting)
                .failsWithin(PATIENCE)
                .withThrowableThat()
                .havingCause()
                .isInstanceOf(SessionClosedException.class);
    }

    /** Found by the random run: refused, with the reason that a factory of the caller's makes the handles. */
    @Test
    void readsOnce_inASessionThatIsNotResumed() throws Exception {
        observer.create("/node", OLD);
        ResilientSession session = rig.connect(rig.builder().resume(false));

        CompletableFuture<CuratorEvent> read = session.operations().callInBackground(Effect.READ, READ);

        assertThat(read.get(PATIENCE.toSeconds(), TimeUnit.SECONDS).getData()).isEqualTo(OLD);
    }

    @Test
    void isRefused_whereAnothersFactoryMakesTheHandles() throws Exception {
        observer.create("/node", OLD);
        ResilientSession session = rig.connect(ResilientSession.builder()
                .name("background")
                .curator(CuratorFrameworkFactory.builder()
                        .connectString(server.connectString())
                        .retryPolicy(new RetryOneTime(1))
                        .zookeeperFactory(new DefaultZookeeperFactory() {
                            @Override
                            public ZooKeeper newZooKeeper(
                                    String hosts, int timeout, Watcher watcher, boolean readOnly, ZKClientConfig config)
                                    throws Exception {
                                return super.newZooKeeper(hosts, timeout, watcher, readOnly, config);
                            }
                        })));

        assertThatThrownBy(() -> session.operations().callInBackground(Effect.READ, READ))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContainingAll("session 'background'", "ZookeeperFactory", "callAsync");
    }
}
