package io.perennial.internal.ephemeral;

import static io.perennial.internal.ephemeral.Nodes.assertOwned;
import static io.perennial.internal.ephemeral.Nodes.awaitHeld;
import static io.perennial.internal.ephemeral.Nodes.held;
import static io.perennial.internal.ephemeral.Nodes.register;
import static io.perennial.testing.Data.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.perennial.ResilientSession;
import io.perennial.RestorePolicy;
import io.perennial.SessionState;
import io.perennial.ephemeral.EphemeralNode;
import io.perennial.ephemeral.EphemeralNode.Status;
import io.perennial.ephemeral.EphemeralSpec;
import io.perennial.internal.restore.Attachment;
import io.perennial.test.NoLeaks;
import io.perennial.testing.SessionRig;
import io.perennial.testing.Sessions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.zookeeper.ZooDefs.Ids;
import org.apache.zookeeper.ZooDefs.OpCode;
import org.apache.zookeeper.ZooKeeper;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The session is gone, a new one takes its place. */
@ExtendWith(NoLeaks.class)
class EphemeralReplayIT {
    @AutoClose
    private final SessionRig rig = SessionRig.steady();

    @Test
    @Tag("S-04")
    void recreatesAllNodesInBulk_whenTheSessionHasExpired() throws Exception {
        ResilientSession session = rig.connect();
        List<EphemeralNode> nodes = register(session, "/fleet/n", 2_500);
        awaitHeld(nodes);
        assertThat(session.report().nodesHeld()).isEqualTo(2_500);
        long first = Sessions.idOf(session);
        rig.awaitWatches(2_500);
        rig.proxy().resetCounters();

        rig.server().expireSession(first);
        await().atMost(SessionRig.PATIENCE).untilAsserted(() -> {
            assertThat(session.state()).isEqualTo(SessionState.CONNECTED);
            assertThat(session.info().map(info -> info.sessionId()))
                    .isPresent()
                    .isNotEqualTo(java.util.Optional.of(first));
        });

        assertThat(nodes).allMatch(node -> node.status() == Status.HELD);
        assertThat(rig.observer().children("/fleet")).hasSize(2_500);
        assertThat(rig.observer().ownerOf("/fleet/n2499")).hasValue(Sessions.idOf(session));
        assertThat(rig.observer().data("/fleet/n2499")).isEqualTo(bytes("data 2499"));
        // Three for the replay; some more for deletions that were heard of before the end of the session itself.
        assertThat(rig.proxy().requests(OpCode.multi)).isBetween(3, 20);
    }

    @Test
    @Tag("S-18")
    void replaysTheLatestData_whenUpdatedBeforeTheNewSession() throws Exception {
        ResilientSession session = rig.connect(builder -> builder.sessionTimeout(Duration.ofSeconds(5)));
        EphemeralNode node = held(session, "/n", bytes("old"));
        long first = Sessions.idOf(session);
        rig.proxy().disconnect();
        rig.server().expireSession(first);
        Sessions.awaitState(session, SessionState.LOST);
        assertThat(node.status()).isEqualTo(Status.PENDING);
        var updated = node.update(bytes("new"));
        rig.proxy().resetCounters();
        rig.proxy().accept();

        updated.get(20, TimeUnit.SECONDS);
        assertThat(rig.observer().data("/n")).isEqualTo(bytes("new"));
        assertThat(rig.proxy().requests(OpCode.setData)).isZero();
        assertThat(rig.proxy().operations(OpCode.create)).isEqualTo(1);
    }

    @Test
    @DisplayName("a sequential node gets a new path in a new session, and its handle tells")
    void givesASequentialNodeANewPath_whenTheSessionHasExpired() throws Exception {
        ResilientSession session = rig.connect();
        EphemeralNode node = session.ephemerals()
                .register(EphemeralSpec.at("/queue/q-").sequential(true).data(bytes("x")));
        node.whenHeld().get(20, TimeUnit.SECONDS);
        String path = node.path();
        rig.server().expireSession(Sessions.idOf(session));
        await().atMost(SessionRig.PATIENCE).untilAsserted(() -> {
            assertThat(node.path()).isNotEqualTo(path).startsWith("/queue/_c_");
            assertThat(node.status()).isEqualTo(Status.HELD);
        });
        assertThat(rig.observer().children("/queue")).hasSize(1);
        assertOwned(rig, session, List.of(node));
        assertThat(ProtectedName.idIn(node.path())).isNotEmpty().isNotEqualTo(ProtectedName.idIn(path));

        node.update(bytes("y")).get(20, TimeUnit.SECONDS);
        assertThat(rig.observer().data(node.path())).isEqualTo(bytes("y"));
        node.release().get(20, TimeUnit.SECONDS);
        assertThat(rig.observer().children("/queue")).isEmpty();
    }

    @Test
    @Tag("S-07")
    void coalescesReplays_whenTheSessionExpiresAgainAndAgain() throws Exception {
        ResilientSession session = rig.connect();
        List<EphemeralNode> nodes = register(session, "/fleet/n", 500);
        awaitHeld(nodes);
        for (int i = 0; i < 10; i++) {
            long id = Sessions.idOf(session);
            rig.server().expireSession(id);
            await().atMost(SessionRig.PATIENCE)
                    .pollInterval(Duration.ofMillis(2))
                    .untilAsserted(() -> assertThat(session.info().map(info -> info.sessionId()))
                            .isPresent()
                            .isNotEqualTo(java.util.Optional.of(id)));
        }
        Sessions.awaitState(session, SessionState.CONNECTED);
        awaitHeld(nodes);
        assertThat(session.info().orElseThrow().generation()).isEqualTo(11);
        assertThat(rig.observer().children("/fleet")).hasSize(500);
        assertOwned(rig, session, nodes);
    }

    @Test
    @Tag("S-07")
    @DisplayName("S-07: an abandoned restoration reports nothing, the last one reports once, nothing is created twice")
    void abandonsARestoration_whenTheNextSessionIsThere() throws Exception {
        try (var driven = new DrivenNodes().start()) {
            for (int i = 0; i < 300; i++) {
                driven.nodes.register("/fleet-" + i, new byte[0]);
            }
            List<CompletableFuture<Void>> abandoned = new ArrayList<>();
            ZooKeeper last = null;
            for (int i = 0; i < 10; i++) {
                if (last != null) {
                    driven.lose();
                }
                last = driven.connect(rig.proxy().connectString(), Duration.ofSeconds(20));
                rig.proxy().freezeResponses();
                abandoned.add(driven.attach(last, Attachment.NEW_SESSION));
                driven.onLoop(() -> {});
                if (i < 9) {
                    await().untilAsserted(() ->
                            assertThat(rig.proxy().operations(OpCode.create)).isPositive());
                    driven.lose();
                    rig.proxy().thaw();
                    last.close();
                    last = null;
                }
            }
            rig.proxy().thaw();
            abandoned.remove(9).get(20, TimeUnit.SECONDS);
            assertThat(abandoned).noneMatch(CompletableFuture::isDone);
            assertThat(driven.restorations).hasValue(1);
            for (EphemeralNode node : driven.nodes.nodes()) {
                assertThat(rig.observer().ownerOf(node.path())).hasValue(last.getSessionId());
            }
        }
    }

    @Test
    @Tag("S-19")
    void leavesNoPhantom_whenANodeIsReleasedWhileItIsBeingCreated() throws Exception {
        ResilientSession session = rig.connect();
        rig.proxy().freezeResponses();
        List<EphemeralNode> nodes = register(session, "/fleet-", 20);
        await().untilAsserted(
                        () -> assertThat(rig.observer().exists("/fleet-0")).isTrue());
        var gone = nodes.get(0).release();
        EphemeralNode late = session.ephemerals().register("/late", new byte[0]);
        var lateGone = late.release();
        assertThat(nodes.get(0).status()).isEqualTo(Status.RELEASED);
        rig.proxy().thaw();

        gone.get(20, TimeUnit.SECONDS);
        lateGone.get(20, TimeUnit.SECONDS);
        assertThat(rig.observer().exists("/fleet-0")).isFalse();
        awaitHeld(nodes.subList(1, 20));
        assertThat(rig.observer().exists("/late")).isFalse();
        assertThat(session.ephemerals().nodes()).hasSize(19);
    }

    @Test
    @Tag("S-19")
    void neverSendsANode_whenItIsReleasedWhileItWaitsForItsTurn() throws Exception {
        ResilientSession session = rig.connect(builder -> builder.restore(RestorePolicy.defaults()
                .withMaxBatchOperations(1)
                .withMaxBatchBytes(100_000)
                .withMaxBatchesInFlight(1)));
        rig.proxy().freezeResponses();
        EphemeralNode first = session.ephemerals().register("/first", new byte[0]);
        await().untilAsserted(() -> assertThat(rig.observer().exists("/first")).isTrue());
        EphemeralNode second = session.ephemerals().register("/second", new byte[0]);
        EphemeralNode third = session.ephemerals().register("/third", new byte[0]);
        second.release().get(20, TimeUnit.SECONDS);
        rig.proxy().thaw();
        awaitHeld(List.of(first, third));
        assertThat(rig.proxy().operations(OpCode.create)).isEqualTo(2);
    }

    @Test
    @Tag("S-19")
    void recreatesAPathInOrder_whenItIsRegisteredAgainWhileItsDeletionIsUnderWay() throws Exception {
        ResilientSession session = rig.connect();
        EphemeralNode old = held(session, "/n", bytes("old"));
        rig.proxy().delayResponses(Duration.ofMillis(100));
        var gone = old.release();
        EphemeralNode anew = session.ephemerals().register("/n", bytes("new"));

        anew.whenHeld().get(20, TimeUnit.SECONDS);
        assertThat(gone).isDone();
        assertThat(rig.observer().data("/n")).isEqualTo(bytes("new"));
        assertThat(old.status()).isEqualTo(Status.RELEASED);
        assertThat(session.ephemerals().nodes()).containsExactly(anew);
    }

    @Test
    void takesAPathThroughManyRoundsOfRegisterAndRelease() throws Exception {
        ResilientSession session = rig.connect();
        for (int i = 0; i < 300; i++) {
            EphemeralNode node = session.ephemerals().register("/n", bytes("" + i));
            if (i % 3 == 0) {
                node.whenHeld().get(20, TimeUnit.SECONDS);
            }
            if (i % 100 == 50) {
                rig.proxy().cut();
            }
            node.release();
        }
        EphemeralNode last = session.ephemerals().register("/n", bytes("last"));
        last.whenHeld().get(20, TimeUnit.SECONDS);
        assertThat(rig.observer().data("/n")).isEqualTo(bytes("last"));
        assertThat(session.report().nodesHeld()).isEqualTo(1);
        assertThat(session.report().nodesWanted()).isEqualTo(1);
    }

    @Test
    @Tag("S-24")
    void replaysNodesThatOnlyTheirCreatorMayTouch_whenTheSessionHasExpired() throws Exception {
        ResilientSession session = rig.connect(builder -> builder.authorization("digest", bytes("me:secret")));
        List<EphemeralNode> nodes = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            nodes.add(session.ephemerals()
                    .register(EphemeralSpec.at("/private/n" + i).acl(Ids.CREATOR_ALL_ACL)));
        }
        awaitHeld(nodes);
        long first = Sessions.idOf(session);
        rig.server().expireSession(first);
        await().atMost(SessionRig.PATIENCE)
                .untilAsserted(() -> assertThat(session.info().map(info -> info.sessionId()))
                        .isPresent()
                        .isNotEqualTo(java.util.Optional.of(first)));
        awaitHeld(nodes);
        rig.observer().raw().addAuthInfo("digest", bytes("me:secret"));
        assertOwned(rig, session, nodes);
        assertThat(rig.observer()
                        .raw()
                        .getACL("/private/n0", null)
                        .get(0)
                        .getId()
                        .getScheme())
                .isEqualTo("digest");
    }

    @Test
    void releasesAndWaits_whenANodeIsClosed() throws Exception {
        ResilientSession session = rig.connect();
        EphemeralNode node = held(session, "/n", new byte[0]);
        node.close();
        assertThat(rig.observer().exists("/n")).isFalse();
        assertThat(session.report().nodesHeld()).isZero();
    }

    @Test
    void keepsTheInterrupt_whenANodeIsClosedByAnInterruptedThread() throws Exception {
        ResilientSession session = rig.connect();
        EphemeralNode node = held(session, "/n", new byte[0]);
        Thread.currentThread().interrupt();
        node.close();
        assertThat(Thread.interrupted()).isTrue();
        await().untilAsserted(() -> assertThat(rig.observer().exists("/n")).isFalse());
    }

    @Test
    void doesNotWaitForItself_whenANodeIsClosedInAContinuation() throws Exception {
        ResilientSession session = rig.connect(builder -> builder.closeTimeout(Duration.ofSeconds(30)));
        EphemeralNode node = session.ephemerals().register("/n", new byte[0]);
        long begun = System.nanoTime();
        node.whenHeld().thenAccept(EphemeralNode::close).get(20, TimeUnit.SECONDS);
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(10));
        assertThat(rig.observer().exists("/n")).isFalse();
    }
}
