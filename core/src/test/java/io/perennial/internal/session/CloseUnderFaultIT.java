package io.perennial.internal.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.perennial.ResilientSession;
import io.perennial.SessionState;
import io.perennial.test.EmbeddedServer;
import io.perennial.test.FaultProxy;
import io.perennial.test.NoLeaks;
import io.perennial.test.ServerProcess;
import io.perennial.test.Sockets;
import io.perennial.test.ZooKeeperServers;
import io.perennial.testing.Blocking;
import io.perennial.testing.CapturedLog;
import io.perennial.testing.SessionRig;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.curator.framework.api.CuratorEventType;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.ZooKeeper;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Closing a session whose server is not well. */
@ExtendWith(NoLeaks.class)
@Tag("S-47")
class CloseUnderFaultIT {
    private static final byte[] DATA = {1};
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(1);
    /** So that a machine that stands still for a moment does not have two of the close's steps come together. */
    private static final Duration LONG_ENOUGH = Duration.ofSeconds(4);
    /** No step waits for its share of it. */
    private static final Duration FAR_AWAY = Duration.ofMinutes(2);
    /** What a busy machine may add; still far below the session timeout, which raw ZooKeeper waits. */
    private static final Duration MARGIN = Duration.ofSeconds(5);

    @AutoClose
    private final SessionRig rig = new SessionRig();

    private final EmbeddedServer server = rig.server();
    private final FaultProxy proxy = rig.proxy();

    private static ResilientSession.Builder builder(String connectString) {
        return ResilientSession.builder()
                .name("closing")
                .connectString(connectString)
                .sessionTimeout(Duration.ofSeconds(40))
                .connectTimeout(Duration.ofSeconds(20))
                .closeTimeout(CLOSE_TIMEOUT);
    }

    private ResilientSession.Builder builder() {
        return builder(proxy.connectString());
    }

    /** A session with an ephemeral node and a watch to give up. */
    private ResilientSession working(String connectString) throws Exception {
        ResilientSession session = rig.connect(builder(connectString));
        session.ephemerals().register("/node", DATA).whenHeld().get(30, TimeUnit.SECONDS);
        session.watches().node("/node", change -> {}).whenArmed().get(30, TimeUnit.SECONDS);
        return session;
    }

    private static void assertClosesInTime(ResilientSession session, int port) {
        long begun = System.nanoTime();
        session.close();
        Duration took = Duration.ofNanos(System.nanoTime() - begun);

        assertThat(took).isLessThan(CLOSE_TIMEOUT.plus(MARGIN));
        // With so short a timeout, the close goes on for a while where the machine stands still.
        await().untilAsserted(() -> {
            assertThat(session.state()).isEqualTo(SessionState.CLOSED);
            assertThat(NoLeaks.clientThreads()).isEmpty();
            assertThat(Sockets.connectedTo(port)).isZero();
        });
    }

    @Test
    void returnsWithinCloseTimeout_whenNeverConnected() {
        proxy.refuse();
        ResilientSession session = rig.start(builder());

        assertClosesInTime(session, proxy.port());
    }

    @Test
    void returnsWithinCloseTimeout_whenNeverConnected_andServerAcceptsSilently() {
        proxy.blackholeNewConnections();
        ResilientSession session = rig.start(builder());
        await().untilAsserted(() -> assertThat(proxy.openConnections()).isPositive());

        assertClosesInTime(session, proxy.port());
    }

    @Test
    void returnsWithinCloseTimeout_whenServerIsDown() throws Exception {
        ResilientSession session = working(server.connectString());
        server.stop();
        await().untilAsserted(() -> assertThat(session.state()).isEqualTo(SessionState.SUSPENDED));

        assertClosesInTime(session, server.port());
    }

    @Test
    void returnsWithinCloseTimeout_whenServerRefuses() throws Exception {
        ResilientSession session = working(proxy.connectString());
        rig.disconnect(session);

        assertClosesInTime(session, proxy.port());
    }

    @Test
    @DisplayName("does not wait for a server when every one refuses: there is nobody to tell")
    void returnsAtOnce_whenEveryServerRefuses() throws Exception {
        ResilientSession session = rig.connect(
                builder(server.connectString() + "," + proxy.connectString()).closeTimeout(FAR_AWAY));
        server.stop();
        proxy.refuse();
        await().untilAsserted(
                        () -> assertThat(session.report().problems()).asString().contains("refuses connections"));

        assertClosesInTime(session, proxy.port());
    }

    @Test
    @DisplayName("tries once more before it gives up: the server may be back")
    void removesNodes_whenTheServerIsBackUnnoticed() throws Exception {
        ResilientSession session = rig.connect(builder(server.connectString()).closeTimeout(FAR_AWAY));
        session.ephemerals().register("/node", DATA).whenHeld().get(30, TimeUnit.SECONDS);
        server.stop();
        await().untilAsserted(
                        () -> assertThat(session.report().problems()).asString().contains("refuses connections"));
        server.restart();

        session.close();

        assertThat(rig.observer().exists("/node")).isFalse();
    }

    @Test
    void returnsWithinCloseTimeout_whenServerAcceptsSilently() throws Exception {
        ResilientSession session = working(proxy.connectString());
        proxy.blackholeNewConnections();
        int accepted = proxy.connectionsAccepted();
        proxy.cut();
        await().untilAsserted(() -> assertThat(proxy.connectionsAccepted()).isGreaterThan(accepted));

        assertClosesInTime(session, proxy.port());
    }

    @Test
    @DisplayName("returns within the close timeout when the network freezes: KAFKA-9189, raw ZooKeeper waits for the"
            + " session timeout")
    void returnsWithinCloseTimeout_whenNetworkFreezes() throws Exception {
        ResilientSession session = working(proxy.connectString());
        proxy.freeze();

        assertClosesInTime(session, proxy.port());
    }

    @Test
    void removesNodes_whenOnlyTheAnswersAreLost() throws Exception {
        ResilientSession session = working(proxy.connectString());
        var observer = rig.observer();
        proxy.freezeResponses();

        assertClosesInTime(session, proxy.port());

        await().untilAsserted(() -> assertThat(observer.exists("/node")).isFalse());
    }

    @Test
    void returnsWithinCloseTimeout_whenServerProcessStandsStill() throws Exception {
        ServerProcess process = rig.open(ZooKeeperServers.process().start());
        ResilientSession session = working(process.connectString());
        process.pause();

        assertClosesInTime(session, process.port());
    }

    @Test
    void returnsWithinCloseTimeout_whenItIsVeryShort() throws Exception {
        ResilientSession session =
                rig.connect(builder().closeTimeout(Duration.ofMillis(1)).sessionTimeout(Duration.ofSeconds(20)));
        proxy.freeze();

        session.close();

        await().untilAsserted(() -> assertThat(NoLeaks.clientThreads()).isEmpty());
        assertThat(session.state()).isEqualTo(SessionState.CLOSED);
    }

    @Test
    void returnsWithinCloseTimeout_whenAListenerNeverReturns() throws Exception {
        var blocked = new CountDownLatch(1);
        ResilientSession session = rig.connect(builder().listener(transition -> {
            if (transition.to() == SessionState.CONNECTED) {
                Blocking.until(blocked);
            }
        }));

        long begun = System.nanoTime();
        session.close();

        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(CLOSE_TIMEOUT.plus(MARGIN));
        await().untilAsserted(() -> assertThat(NoLeaks.clientThreads()).isEmpty());
    }

    @Test
    @Tag("K5")
    @Tag("S-63")
    void interruptsACuratorListenerThatBlocksAtTheClose() throws Exception {
        ResilientSession session = rig.connect(builder().closeTimeout(LONG_ENOUGH));
        ZooKeeper handle = session.curator().getZookeeperClient().getZooKeeper();
        var aliveThen = new CompletableFuture<Boolean>();
        session.curator().getCuratorListenable().addListener((curator, event) -> {
            if (event.getType() == CuratorEventType.CLOSING) {
                Blocking.until(new CountDownLatch(1));
                aliveThen.complete(handle.getState().isAlive());
            }
        });

        assertClosesInTime(session, proxy.port());

        assertThat(aliveThen)
                .as("Curator's close goes on while the handle lives")
                .isCompletedWithValue(true);
        // With so short a timeout a slow machine may have the threads named that are about to end.
        await().untilAsserted(() -> assertThat(session.report().problems()).isEmpty());
    }

    @Test
    @Tag("K5")
    @Tag("S-63")
    void interruptsACuratorListenerAgain_thatHasSwallowedTheFirstInterrupt() throws Exception {
        ResilientSession session = rig.connect(builder().closeTimeout(LONG_ENOUGH));
        session.curator().getCuratorListenable().addListener((curator, event) -> {
            if (event.getType() == CuratorEventType.CLOSING) {
                Blocking.untilInterrupted();
                Blocking.untilInterrupted();
            }
        });

        session.close();

        await().untilAsserted(() -> {
            assertThat(NoLeaks.clientThreads()).isEmpty();
            assertThat(session.report().problems()).isEmpty();
        });
    }

    @Test
    @Tag("K5")
    @Tag("S-63")
    void interruptsTheListenerThatBlocks_andBeginsNoOther_whenThereIsNoTimeAnyMore() throws Exception {
        ResilientSession session = rig.connect(builder());
        for (int i = 0; i < 5; i++) {
            session.addListener(transition -> Blocking.untilInterrupted());
        }

        assertClosesInTime(session, proxy.port());
    }

    @Test
    @Tag("K5")
    @Tag("S-63")
    void namesAThreadThatDoesNotEnd_withItsStack() throws Exception {
        var unblock = new CountDownLatch(1);
        try (var log = CapturedLog.ofSessions()) {
            ResilientSession session = rig.connect(builder());
            session.curator().getCuratorListenable().addListener((curator, event) -> {
                if (event.getType() == CuratorEventType.CLOSING) {
                    Blocking.stubbornlyUntil(unblock);
                }
            });

            session.close();

            // On a slow machine the close goes on for a while.
            await().untilAsserted(() -> {
                assertThat(session.report().problems())
                        .singleElement()
                        .asString()
                        .contains("perennial-closing-close-curator")
                        .contains(CloseUnderFaultIT.class.getSimpleName());
                assertThat(log.lines())
                        .filteredOn(line -> line.contains("are still alive after the close"))
                        .singleElement()
                        .asString()
                        .contains(CloseUnderFaultIT.class.getSimpleName());
            });
            unblock.countDown();
            await().untilAsserted(() -> assertThat(session.report().problems()).isEmpty());
        } finally {
            unblock.countDown();
        }
    }

    @Test
    @DisplayName("nodes go at once when the connection was cut the moment before, twice")
    void removesNodes_whenConnectionWasJustCut() throws Exception {
        var observer = rig.observer();
        for (int round = 0; round < 2; round++) {
            ResilientSession session = rig.connect(builder().closeTimeout(Duration.ofSeconds(5)));
            String node = "/cut-" + round;
            session.curator().create().withMode(CreateMode.EPHEMERAL).forPath(node, DATA);

            proxy.cut();
            if (round % 2 == 0) {
                await().pollInterval(Duration.ofMillis(1))
                        .untilAsserted(() -> assertThat(session.state()).isNotEqualTo(SessionState.CONNECTED));
            }
            session.close();

            assertThat(observer.exists(node)).as("%s after close", node).isFalse();
        }
    }

    @Test
    @DisplayName("nodes go at once when the session was given up but the server still has it")
    void removesNodes_whenTheSessionWasJustResumable() throws Exception {
        var observer = rig.observer();
        ResilientSession session =
                rig.connect(builder().sessionTimeout(Duration.ofSeconds(2)).closeTimeout(Duration.ofSeconds(5)));
        session.curator().create().withMode(CreateMode.EPHEMERAL).forPath("/node", DATA);
        server.stop();
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(session.state()).isEqualTo(SessionState.LOST));
        server.restart();

        session.close();

        assertThat(observer.exists("/node")).isFalse();
    }
}
