package io.perennial.internal.operation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.perennial.ResilientSession;
import io.perennial.SessionState;
import io.perennial.operation.Effect;
import io.perennial.operation.SessionUnavailableException;
import io.perennial.operation.Write;
import io.perennial.operation.WriteOutcome;
import io.perennial.test.FaultProxy;
import io.perennial.test.NoLeaks;
import io.perennial.testing.SessionRig;
import io.perennial.testing.Sessions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.curator.framework.api.CuratorEventType;
import org.apache.zookeeper.Watcher.Event.KeeperState;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The few threads of asynchronous calls: no waiting call holds one, and no deadline needs one. */
@ExtendWith(NoLeaks.class)
class CallThreadsIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @AutoClose
    private final SessionRig rig = new SessionRig();

    private final FaultProxy proxy = rig.proxy();

    @BeforeEach
    void createNode() {
        rig.observer().create("/node", new byte[] {1});
    }

    @Test
    @Tag("S-42")
    void holdsNoThread_whileCallsWaitForTheSession() throws Exception {
        ResilientSession session = rig.connect(rig.builder()
                .sessionTimeout(Duration.ofSeconds(2))
                .connectTimeout(Duration.ofMillis(500))
                .closeTimeout(Duration.ofSeconds(2)));
        proxy.disconnect();
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(session.state()).isEqualTo(SessionState.LOST));

        List<CompletableFuture<byte[]>> waiting = IntStream.range(0, 200)
                .mapToObj(i -> session.operations()
                        .callAsync(Effect.READ, c -> c.getData().forPath("/node")))
                .toList();
        CompletableFuture<byte[]> impatient = session.operations()
                .within(Duration.ofMillis(100))
                .callAsync(Effect.READ, c -> c.getData().forPath("/node"));

        assertThat(impatient)
                .failsWithin(PATIENCE)
                .withThrowableThat()
                .havingCause()
                .isInstanceOf(SessionUnavailableException.class)
                .withMessageContaining("limit 100 ms");
        assertThat(waiting).noneMatch(CompletableFuture::isDone);
        proxy.accept();
        assertThat(waiting).allSatisfy(one -> assertThat(one).succeedsWithin(PATIENCE));
    }

    @Test
    @Tag("S-42")
    void endsAtItsDeadline_whenAllThreadsForCallsAreTaken() throws Exception {
        ResilientSession session = rig.connect(rig.builder()
                .sessionTimeout(Duration.ofSeconds(20))
                .connectTimeout(Duration.ofSeconds(10))
                .closeTimeout(Duration.ofSeconds(2)));
        var leave = new CountDownLatch(1);
        var taken = new CountDownLatch(4);
        List<CompletableFuture<String>> stuck = IntStream.range(0, 4)
                .mapToObj(i -> session.operations().callAsync(Effect.READ, c -> {
                    taken.countDown();
                    leave.await();
                    return "left";
                }))
                .toList();
        assertThat(taken.await(30, TimeUnit.SECONDS)).isTrue();

        CompletableFuture<byte[]> behind = session.operations()
                .within(Duration.ofMillis(100))
                .callAsync(Effect.READ, c -> c.getData().forPath("/node"));

        assertThat(behind)
                .failsWithin(Duration.ofSeconds(10))
                .withThrowableThat()
                .havingCause()
                .isInstanceOf(SessionUnavailableException.class)
                .withMessageContaining("nothing was sent");
        leave.countDown();
        assertThat(stuck).allSatisfy(one -> assertThat(one).succeedsWithin(PATIENCE));
    }

    @Test
    @Tag("S-42")
    void takesNoThread_forWritesUnderWay() {
        ResilientSession session = rig.connect(rig.builder().name("underway").sessionTimeout(Duration.ofMinutes(1)));
        proxy.resetCounters();
        proxy.freezeResponses();

        List<CompletableFuture<WriteOutcome>> writes = IntStream.range(0, 100)
                .mapToObj(i -> session.operations()
                        .transactionAsync(Write.setData("/node", new byte[] {2}, Write.ANY_VERSION)))
                .toList();

        await().atMost(PATIENCE).untilAsserted(() -> assertThat(proxy.writes()).isEqualTo(100));
        assertThat(Sessions.threadsNamed("perennial-underway-operation"))
                .flatMap(thread -> List.of(thread.getStackTrace()))
                .as("threads for calls that wait for an answer")
                .noneMatch(frame -> frame.getClassName().startsWith("org.apache.zookeeper"));
        assertThat(writes).noneMatch(CompletableFuture::isDone);
        proxy.thaw();
        assertThat(writes).allSatisfy(one -> assertThat(one)
                .succeedsWithin(PATIENCE)
                .extracting(WriteOutcome::isApplied)
                .isEqualTo(true));
    }

    @Test
    @Tag("S-42")
    void writesAtOnce_whileAListenerKeepsCuratorFromHearingOfTheConnection() throws Exception {
        ResilientSession session = rig.connect(rig.builder().sessionTimeout(Duration.ofSeconds(20)));
        var stuck = new CountDownLatch(1);
        var leave = new CountDownLatch(1);
        session.curator().getCuratorListenable().addListener((curator, event) -> {
            if (event.getType() == CuratorEventType.WATCHED
                    && event.getWatchedEvent().getState() == KeeperState.Disconnected) {
                stuck.countDown();
                leave.await();
            }
        });
        try {
            proxy.cut();
            assertThat(stuck.await(30, TimeUnit.SECONDS)).isTrue();
            Sessions.awaitState(session, SessionState.CONNECTED);

            assertThat(session.curator().getZookeeperClient().isConnected()).isFalse();

            CompletableFuture<WriteOutcome> write = session.operations()
                    .within(Duration.ofSeconds(10)) // less than Curator holds back what is in its background
                    .transactionAsync(Write.setData("/node", new byte[] {2}, Write.ANY_VERSION));

            assertThat(write)
                    .succeedsWithin(PATIENCE)
                    .extracting(WriteOutcome::isApplied)
                    .isEqualTo(true);
            assertThat(leave.getCount()).isEqualTo(1);
        } finally {
            leave.countDown();
        }
    }
}
