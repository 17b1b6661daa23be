package io.perennial.ephemeral;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.perennial.ResilientSession;
import io.perennial.RestorePolicy;
import io.perennial.SessionState;
import io.perennial.ephemeral.EphemeralNode.Status;
import io.perennial.handle.Attachment;
import io.perennial.test.NoLeaks;
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
    private final Site site = new Site();

    @Test
    @Tag("S-04")
    void recreatesAllNodesInBulk_whenTheSessionHasExpired() throws Exception {
        ResilientSession session = site.connected();
        List<EphemeralNode> nodes = Site.register(session, "/fleet/n", 2_500);
        Site.awaitHeld(nodes);
        assertThat(session.report().nodesHeld()).isEqualTo(2_500);
        long first = Site.id(session);
        site.awaitGuarded(2_500);
        site.proxy.resetCounters();

        site.server.expireSession(first);
        await().atMost(Site.PATIENCE).untilAsserted(() -> {
            assertThat(session.state()).isEqualTo(SessionState.CONNECTED);
            assertThat(session.info().map(info -> info.sessionId()))
                    .isPresent()
                    .isNotEqualTo(java.util.Optional.of(first));
        });

        assertThat(nodes).allMatch(node -> node.status() == Status.HELD);
        assertThat(site.observer.children("/fleet")).hasSize(2_500);
        assertThat(site.observer.ownerOf("/fleet/n2499")).hasValue(Site.id(session));
        assertThat(site.observer.data("/fleet/n2499")).isEqualTo(Site.bytes("data 2499"));
        // Three for the replay; some more for deletions that were heard of before the end of the session itself.
        assertThat(site.proxy.requests(OpCode.multi)).isBetween(3, 20);
    }

    @Test
    @Tag("S-18")
    void replaysTheLatestData_whenUpdatedBeforeTheNewSession() throws Exception {
        ResilientSession session = site.connected(builder -> builder.sessionTimeout(Duration.ofSeconds(5)));
        EphemeralNode node = session.ephemerals().register("/n", Site.bytes("old"));
        Site.awaitStatus(node, Status.HELD);
        long first = Site.id(session);
        site.proxy.refuse();
        site.proxy.cut();
        site.server.expireSession(first);
        Site.awaitState(session, SessionState.LOST);
        assertThat(node.status()).isEqualTo(Status.PENDING);
        var updated = node.update(Site.bytes("new"));
        site.proxy.resetCounters();
        site.proxy.accept();

        updated.get(20, TimeUnit.SECONDS);
        assertThat(site.observer.data("/n")).isEqualTo(Site.bytes("new"));
        assertThat(site.proxy.requests(OpCode.setData)).isZero();
        assertThat(site.creates()).isEqualTo(1);
    }

    @Test
    @DisplayName("a sequential node gets a new path in a new session, and its handle tells")
    void givesASequentialNodeANewPath_whenTheSessionHasExpired() throws Exception {
        ResilientSession session = site.connected();
        EphemeralNode node = session.ephemerals()
                .register(EphemeralSpec.at("/queue/q-").sequential(true).data(Site.bytes("x")));
        node.whenHeld().get(20, TimeUnit.SECONDS);
        String path = node.path();
        site.server.expireSession(Site.id(session));
        await().atMost(Site.PATIENCE).untilAsserted(() -> {
            assertThat(node.path()).isNotEqualTo(path).startsWith("/queue/_c_");
            assertThat(node.status()).isEqualTo(Status.HELD);
        });
        assertThat(site.observer.children("/queue")).hasSize(1);
        site.assertOwned(session, List.of(node));
        assertThat(Protection.idIn(node.path())).isNotEmpty().isNotEqualTo(Protection.idIn(path));

        node.update(Site.bytes("y")).get(20, TimeUnit.SECONDS);
        assertThat(site.observer.data(node.path())).isEqualTo(Site.bytes("y"));
        node.release().get(20, TimeUnit.SECONDS);
        assertThat(site.observer.children("/queue")).isEmpty();
    }

    @Test
    @Tag("S-07")
    void coalescesReplays_whenTheSessionExpiresAgainAndAgain() throws Exception {
        ResilientSession session = site.connected();
        List<EphemeralNode> nodes = Site.register(session, "/fleet/n", 500);
        Site.awaitHeld(nodes);
        for (int i = 0; i < 10; i++) {
            long id = Site.id(session);
            site.server.expireSession(id);
            await().atMost(Site.PATIENCE).pollInterval(Duration.ofMillis(2)).untilAsserted(() -> assertThat(
                            session.info().map(info -> info.sessionId()))
                    .isPresent()
                    .isNotEqualTo(java.util.Optional.of(id)));
        }
        Site.awaitState(session, SessionState.CONNECTED);
        Site.awaitHeld(nodes);
        assertThat(session.info().orElseThrow().generation()).isEqualTo(11);
        assertThat(site.observer.children("/fleet")).hasSize(500);
        site.assertOwned(session, nodes);
    }

    @Test
    @Tag("S-07")
    @DisplayName("S-07: an abandoned restoration reports nothing, the last one reports once, nothing is created twice")
    void abandonsARestoration_whenTheNextSessionIsThere() throws Exception {
        try (var rig = new Rig().start()) {
            for (int i = 0; i < 300; i++) {
                rig.nodes.register("/fleet-" + i, new byte[0]);
            }
            List<CompletableFuture<Void>> abandoned = new ArrayList<>();
            ZooKeeper last = null;
            for (int i = 0; i < 10; i++) {
                if (last != null) {
                    rig.lose();
                }
                last = rig.connect(site.proxy.connectString(), Duration.ofSeconds(20));
                site.proxy.freezeResponses();
                abandoned.add(rig.attach(last, Attachment.NEW_SESSION));
                rig.onLoop(() -> {});
                if (i < 9) {
                    await().untilAsserted(() -> assertThat(site.creates()).isPositive());
                    rig.lose();
                    site.proxy.thaw();
                    last.close();
                    last = null;
                }
            }
            site.proxy.thaw();
            abandoned.remove(9).get(20, TimeUnit.SECONDS);
            assertThat(abandoned).noneMatch(CompletableFuture::isDone);
            assertThat(rig.restorations).hasValue(1);
            for (EphemeralNode node : rig.nodes.nodes()) {
                assertThat(site.observer.ownerOf(node.path())).hasValue(last.getSessionId());
            }
        }
    }

    @Test
    @Tag("S-19")
    void leavesNoPhantom_whenANodeIsReleasedWhileItIsBeingCreated() throws Exception {
        ResilientSession session = site.connected();
        site.proxy.freezeResponses();
        List<EphemeralNode> nodes = Site.register(session, "/fleet-", 20);
        await().untilAsserted(() -> assertThat(site.observer.exists("/fleet-0")).isTrue());
        var gone = nodes.get(0).release();
        EphemeralNode late = session.ephemerals().register("/late", new byte[0]);
        var lateGone = late.release();
        assertThat(nodes.get(0).status()).isEqualTo(Status.RELEASED);
        site.proxy.thaw();

        gone.get(20, TimeUnit.SECONDS);
        lateGone.get(20, TimeUnit.SECONDS);
        assertThat(site.observer.exists("/fleet-0")).isFalse();
        Site.awaitHeld(nodes.subList(1, 20));
        assertThat(site.observer.exists("/late")).isFalse();
        assertThat(session.ephemerals().nodes()).hasSize(19);
    }

    @Test
    @Tag("S-19")
    void neverSendsANode_whenItIsReleasedWhileItWaitsForItsTurn() throws Exception {
        ResilientSession session = site.connected(
                builder -> builder.restore(RestorePolicy.defaults().withBatches(1, 100_000, 1)));
        site.proxy.freezeResponses();
        EphemeralNode first = session.ephemerals().register("/first", new byte[0]);
        await().untilAsserted(() -> assertThat(site.observer.exists("/first")).isTrue());
        EphemeralNode second = session.ephemerals().register("/second", new byte[0]);
        EphemeralNode third = session.ephemerals().register("/third", new byte[0]);
        second.release().get(20, TimeUnit.SECONDS);
        site.proxy.thaw();
        Site.awaitHeld(List.of(first, third));
        assertThat(site.creates()).isEqualTo(2);
    }

    @Test
    @Tag("S-19")
    void recreatesAPathInOrder_whenItIsRegisteredAgainWhileItsDeletionIsUnderWay() throws Exception {
        ResilientSession session = site.connected();
        EphemeralNode old = session.ephemerals().register("/n", Site.bytes("old"));
        Site.awaitStatus(old, Status.HELD);
        site.proxy.delayResponses(Duration.ofMillis(100));
        var gone = old.release();
        EphemeralNode anew = session.ephemerals().register("/n", Site.bytes("new"));

        anew.whenHeld().get(20, TimeUnit.SECONDS);
        assertThat(gone).isDone();
        assertThat(site.observer.data("/n")).isEqualTo(Site.bytes("new"));
        assertThat(old.status()).isEqualTo(Status.RELEASED);
        assertThat(session.ephemerals().nodes()).containsExactly(anew);
    }

    @Test
    void takesAPathThroughManyRoundsOfRegisterAndRelease() throws Exception {
        ResilientSession session = site.connected();
        for (int i = 0; i < 300; i++) {
            EphemeralNode node = session.ephemerals().register("/n", Site.bytes("" + i));
            if (i % 3 == 0) {
                node.whenHeld().get(20, TimeUnit.SECONDS);
            }
            if (i % 100 == 50) {
                site.proxy.cut();
            }
            node.release();
        }
        EphemeralNode last = session.ephemerals().register("/n", Site.bytes("last"));
        last.whenHeld().get(20, TimeUnit.SECONDS);
        assertThat(site.observer.data("/n")).isEqualTo(Site.bytes("last"));
        assertThat(session.report().nodesHeld()).isEqualTo(1);
        assertThat(session.report().nodesWanted()).isEqualTo(1);
    }

    @Test
    @Tag("S-24")
    void replaysNodesThatOnlyTheirCreatorMayTouch_whenTheSessionHasExpired() throws Exception {
        ResilientSession session = site.connected(builder -> builder.authorization("digest", Site.bytes("me:secret")));
        List<EphemeralNode> nodes = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            nodes.add(session.ephemerals()
                    .register(EphemeralSpec.at("/private/n" + i).acl(Ids.CREATOR_ALL_ACL)));
        }
        Site.awaitHeld(nodes);
        long first = Site.id(session);
        site.server.expireSession(first);
        await().atMost(Site.PATIENCE)
                .untilAsserted(() -> assertThat(session.info().map(info -> info.sessionId()))
                        .isPresent()
                        .isNotEqualTo(java.util.Optional.of(first)));
        Site.awaitHeld(nodes);
        site.observer.raw().addAuthInfo("digest", Site.bytes("me:secret"));
        site.assertOwned(session, nodes);
        assertThat(site.observer
                        .raw()
                        .getACL("/private/n0", null)
                        .get(0)
                        .getId()
                        .getScheme())
                .isEqualTo("digest");
    }

    @Test
    void releasesAndWaits_whenANodeIsClosed() throws Exception {
        ResilientSession session = site.connected();
        EphemeralNode node = session.ephemerals().register("/n", new byte[0]);
        Site.awaitStatus(node, Status.HELD);
        node.close();
        assertThat(site.observer.exists("/n")).isFalse();
        assertThat(session.report().nodesHeld()).isZero();
    }

    @Test
    void keepsTheInterrupt_whenANodeIsClosedByAnInterruptedThread() throws Exception {
        ResilientSession session = site.connected();
        EphemeralNode node = session.ephemerals().register("/n", new byte[0]);
        Site.awaitStatus(node, Status.HELD);
        Thread.currentThread().interrupt();
        node.close();
        assertThat(Thread.interrupted()).isTrue();
        await().untilAsserted(() -> assertThat(site.observer.exists("/n")).isFalse());
    }

    @Test
    void doesNotWaitForItself_whenANodeIsClosedInAContinuation() throws Exception {
        ResilientSession session = site.connected(builder -> builder.closeTimeout(Duration.ofSeconds(30)));
        EphemeralNode node = session.ephemerals().register("/n", new byte[0]);
        long begun = System.nanoTime();
        node.whenHeld().thenAccept(EphemeralNode::close).get(20, TimeUnit.SECONDS);
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(10));
        assertThat(site.observer.exists("/n")).isFalse();
    }
}
