package io.perennial.ephemeral;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.perennial.ResilientSession;
import io.perennial.SessionState;
import io.perennial.ephemeral.EphemeralNode.Status;
import io.perennial.test.NoLeaks;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.zookeeper.ZooDefs.OpCode;
import org.apache.zookeeper.data.Stat;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The connection goes and comes back within the session timeout, at every bad moment. */
@ExtendWith(NoLeaks.class)
class EphemeralReconnectIT {
    @AutoClose
    private final Site site = new Site();

    @Test
    @Tag("S-01")
    void keepsNodesUntouched_whenConnectionDropsWithinTimeout() throws Exception {
        ResilientSession session = site.connected();
        List<EphemeralNode> nodes = Site.register(session, "/fleet/n", 200);
        Site.awaitHeld(nodes);
        site.awaitGuarded(200);
        List<Stat> before = nodes.stream().map(site::stat).toList();
        long id = Site.id(session);

        site.proxy.refuse();
        site.proxy.cut();
        Site.awaitState(session, SessionState.SUSPENDED);
        assertThat(nodes).allMatch(node -> node.status() == Status.HELD);
        site.proxy.resetCounters();
        site.proxy.accept();
        Site.awaitState(session, SessionState.CONNECTED);

        assertThat(Site.id(session)).isEqualTo(id);
        assertThat(session.info().orElseThrow().generation()).isEqualTo(1);
        assertThat(nodes.stream().map(site::stat).toList()).isEqualTo(before);
        assertThat(site.proxy.writes()).isZero();
        assertThat(site.proxy.requests(OpCode.getEphemerals)).isZero();
        site.awaitGuarded(200);
    }

    @Test
    @Tag("S-39")
    void findsItsNodes_whenTheAcknowledgementOfABatchIsLost() throws Exception {
        ResilientSession session = site.session();
        List<EphemeralNode> nodes = Site.register(session, "/fleet-", 100);
        var lost = site.proxy.loseAcknowledgement(op -> op == OpCode.multi);
        session.start();
        lost.get(20, TimeUnit.SECONDS);
        List<Stat> before = nodes.stream().map(site::stat).toList();

        assertThat(session.awaitConnected(Site.PATIENCE)).isTrue();
        Site.awaitHeld(nodes);
        assertThat(nodes.stream().map(site::stat).toList()).isEqualTo(before);
        assertThat(site.creates()).isEqualTo(100);
        site.assertOwned(session, nodes);
    }

    @Test
    @Tag("S-39")
    void createsItsNodes_whenTheBatchItselfIsLost() throws Exception {
        ResilientSession session = site.session();
        List<EphemeralNode> nodes = Site.register(session, "/fleet-", 100);
        var lost = site.proxy.loseRequest(op -> op == OpCode.multi);
        session.start();
        lost.get(20, TimeUnit.SECONDS);

        assertThat(session.awaitConnected(Site.PATIENCE)).isTrue();
        site.assertOwned(session, nodes);
    }

    @Test
    @Tag("S-39")
    void findsItsNode_whenTheAcknowledgementOfASingleCreateIsLost() throws Exception {
        ResilientSession session = site.connected();
        // Three batches fail for one of their nodes each; then what is left of them is sent one by one.
        site.observer.create("/plain", new byte[0]);
        for (int i = 0; i < 3; i++) {
            site.observer.create("/locked" + i, new byte[0]);
            site.observer.raw().setACL("/locked" + i, org.apache.zookeeper.ZooDefs.Ids.READ_ACL_UNSAFE, -1);
        }
        var lost = site.proxy.loseAcknowledgement(op -> op == OpCode.create);
        ResilientSession other = site.session();
        for (int i = 0; i < 3; i++) {
            other.ephemerals().register("/locked" + i + "/n", new byte[0]);
        }
        EphemeralNode good = other.ephemerals().register("/plain/n", new byte[0]);
        other.start();
        lost.get(20, TimeUnit.SECONDS);
        Stat created = site.stat(good);

        Site.awaitStatus(good, Status.HELD);
        assertThat(other.awaitConnected(Site.PATIENCE)).isTrue();
        assertThat(site.stat(good)).isEqualTo(created);
        assertThat(session.state()).isIn(SessionState.CONNECTED, SessionState.SUSPENDED, SessionState.RESTORING);
    }

    @Test
    @DisplayName("a parent whose creation was not acknowledged is as good as any")
    void goesOn_whenTheAcknowledgementOfAParentIsLost() throws Exception {
        ResilientSession session = site.session();
        EphemeralNode node = session.ephemerals().register("/a/b/c/n", new byte[0]);
        var lost = site.proxy.loseAcknowledgement(op -> op == OpCode.create);
        session.start();
        lost.get(20, TimeUnit.SECONDS);
        assertThat(session.awaitConnected(Site.PATIENCE)).isTrue();
        site.assertOwned(session, List.of(node));
    }

    @Test
    @Tag("S-20")
    void makesNoDuplicateOfASequentialNode_whenItsAcknowledgementIsLost() throws Exception {
        site.observer.create("/queue", new byte[0]);
        ResilientSession session = site.session();
        var spec = EphemeralSpec.at("/queue/q-").sequential(true);
        EphemeralNode one = session.ephemerals().register(spec.data(Site.bytes("one")));
        EphemeralNode two = session.ephemerals().register(spec.data(Site.bytes("two")));
        var lost = site.proxy.loseAcknowledgement(op -> op == OpCode.multi);
        session.start();
        lost.get(20, TimeUnit.SECONDS);

        assertThat(session.awaitConnected(Site.PATIENCE)).isTrue();
        Site.awaitHeld(List.of(one, two));
        assertThat(site.observer.children("/queue")).hasSize(2);
        assertThat(one.path())
                .startsWith("/queue/_c_")
                .matches(".*-q-[0-9]{10}")
                .isNotEqualTo(two.path());
        assertThat(site.observer.data(one.path())).isEqualTo(Site.bytes("one"));
        assertThat(site.observer.data(two.path())).isEqualTo(Site.bytes("two"));
        assertThat(site.creates()).isEqualTo(2);
        assertThat(site.proxy.requests(OpCode.getEphemerals)).isEqualTo(1);
    }

    @Test
    @Tag("S-20")
    @DisplayName("S-20: the same below a chroot and a namespace, which the server's answers name")
    void makesNoDuplicateOfASequentialNode_whenThereIsAChroot() throws Exception {
        site.observer.create("/a", new byte[0]);
        ResilientSession session = site.session(builder ->
                builder.connectString(site.proxy.connectString() + "/a").namespace("a"));
        var spec = EphemeralSpec.at("/a/q-").sequential(true);
        EphemeralNode before = session.ephemerals().register(spec);
        session.start();
        before.whenHeld().get(20, TimeUnit.SECONDS);
        var lost = site.proxy.loseAcknowledgement(op -> op == OpCode.multi);
        EphemeralNode node = session.ephemerals().register(spec);
        lost.get(20, TimeUnit.SECONDS);

        node.whenHeld().get(20, TimeUnit.SECONDS);
        assertThat(site.observer.children("/a/a/a")).hasSize(2);
        assertThat(node.path()).startsWith("/a/_c_");
        assertThat(site.observer.ownerOf("/a/a" + node.path())).hasValue(Site.id(session));
        assertThat(site.observer.ownerOf("/a/a" + before.path())).hasValue(Site.id(session));
        node.release().get(20, TimeUnit.SECONDS);
        assertThat(site.observer.children("/a/a/a")).hasSize(1);
    }

    @Test
    @Tag("S-20")
    void createsASequentialNodeOnce_whenItsRequestIsLost() throws Exception {
        site.observer.create("/queue", new byte[0]);
        ResilientSession session = site.session(builder -> builder.namespace("ns"));
        EphemeralNode node =
                session.ephemerals().register(EphemeralSpec.at("/queue/q-").sequential(true));
        var lost = site.proxy.loseRequest(op -> op == OpCode.multi);
        session.start();
        lost.get(20, TimeUnit.SECONDS);
        assertThat(session.awaitConnected(Site.PATIENCE)).isTrue();
        assertThat(site.observer.children("/ns/queue")).hasSize(1);
        assertThat(site.observer.ownerOf("/ns" + node.path())).hasValue(Site.id(session));
    }

    @Test
    @Tag("S-18")
    void writesOnlyTheLastOfSeveralUpdates_whenTheyAreMadeWhileDisconnected() throws Exception {
        ResilientSession session = site.connected();
        EphemeralNode node = session.ephemerals().register("/n", Site.bytes("old"));
        Site.awaitStatus(node, Status.HELD);
        site.awaitGuarded(1);
        site.proxy.refuse();
        site.proxy.cut();
        Site.awaitState(session, SessionState.SUSPENDED);
        var first = node.update(Site.bytes("one"));
        var second = node.update(Site.bytes("two"));
        var third = node.update(Site.bytes("three"));
        assertThat(node.spec().data()).isEqualTo(Site.bytes("three"));
        assertThat(first).isNotDone();
        site.proxy.resetCounters();
        site.proxy.accept();

        for (var future : List.of(first, second, third)) {
            future.get(20, TimeUnit.SECONDS);
        }
        assertThat(site.observer.data("/n")).isEqualTo(Site.bytes("three"));
        assertThat(site.proxy.requests(OpCode.setData)).isEqualTo(1);
        assertThat(site.creates()).isZero();
    }

    @Test
    @Tag("S-18")
    void keepsTheLatestData_whenTheAcknowledgementOfAnUpdateIsLost() throws Exception {
        ResilientSession session = site.connected();
        EphemeralNode node = session.ephemerals().register("/n", Site.bytes("old"));
        Site.awaitStatus(node, Status.HELD);
        var lost = site.proxy.loseAcknowledgement(op -> op == OpCode.setData);
        var updated = node.update(Site.bytes("new"));
        lost.get(20, TimeUnit.SECONDS);
        var later = node.update(Site.bytes("newer"));

        updated.get(20, TimeUnit.SECONDS);
        later.get(20, TimeUnit.SECONDS);
        assertThat(site.observer.data("/n")).isEqualTo(Site.bytes("newer"));
        assertThat(node.status()).isEqualTo(Status.HELD);
    }

    @Test
    @Tag("S-18")
    void writesAgain_whenTheRequestOfAnUpdateIsLost() throws Exception {
        ResilientSession session = site.connected();
        EphemeralNode node = session.ephemerals().register("/n", Site.bytes("old"));
        Site.awaitStatus(node, Status.HELD);
        var lost = site.proxy.loseRequest(op -> op == OpCode.setData);
        var updated = node.update(Site.bytes("new"));
        lost.get(20, TimeUnit.SECONDS);
        updated.get(20, TimeUnit.SECONDS);
        assertThat(site.observer.data("/n")).isEqualTo(Site.bytes("new"));
    }

    @Test
    @Tag("S-18")
    void coalescesUpdates_whenTheyComeFasterThanTheServerAnswers() throws Exception {
        ResilientSession session = site.connected();
        EphemeralNode node = session.ephemerals().register("/n", Site.bytes("0"));
        Site.awaitStatus(node, Status.HELD);
        site.proxy.resetCounters();
        site.proxy.delayResponses(Duration.ofMillis(50));
        var last = node.update(Site.bytes("0"));
        for (int i = 1; i <= 500; i++) {
            last = node.update(Site.bytes("" + i));
        }
        last.get(20, TimeUnit.SECONDS);
        assertThat(site.observer.data("/n")).isEqualTo(Site.bytes("500"));
        assertThat(site.proxy.requests(OpCode.setData)).isLessThan(20);
    }

    @Test
    @Tag("S-19")
    void leavesNoPhantom_whenTheAcknowledgementOfADeleteIsLost() throws Exception {
        ResilientSession session = site.connected();
        EphemeralNode node = session.ephemerals().register("/n", new byte[0]);
        Site.awaitStatus(node, Status.HELD);
        var lost = site.proxy.loseAcknowledgement(op -> op == OpCode.delete);
        var gone = node.release();
        lost.get(20, TimeUnit.SECONDS);
        gone.get(20, TimeUnit.SECONDS);
        assertThat(site.observer.exists("/n")).isFalse();
        assertThat(node.status()).isEqualTo(Status.RELEASED);
    }

    @Test
    @Tag("S-19")
    void keepsOldAndNewApart_whenAPathIsRegisteredAgainAndItsDeletionWasLost() throws Exception {
        ResilientSession session = site.connected();
        EphemeralNode old = session.ephemerals().register("/n", Site.bytes("old"));
        Site.awaitStatus(old, Status.HELD);
        site.awaitGuarded(1);
        var lost = site.proxy.loseRequest(op -> op == OpCode.delete);
        lost.thenRun(site.proxy::refuse);
        var gone = old.release();
        lost.get(20, TimeUnit.SECONDS);
        EphemeralNode anew = session.ephemerals().register("/n", Site.bytes("new"));
        site.proxy.accept();

        anew.whenHeld().get(20, TimeUnit.SECONDS);
        assertThat(gone).isDone();
        assertThat(site.observer.data("/n")).isEqualTo(Site.bytes("new"));
        // The new one has taken over what the old one left (N3).
        assertThat(site.proxy.operations(OpCode.setData)).isEqualTo(1);
        assertThat(site.creates()).isEqualTo(1);
        // The new one is guarded under its path.
        site.awaitGuarded(1);
        long first = site.stat(anew).getCzxid();
        site.observer.delete("/n");
        await().atMost(Site.PATIENCE).untilAsserted(() -> assertThat(site.observer.stat("/n"))
                .hasValueSatisfying(stat -> assertThat(stat.getCzxid()).isGreaterThan(first)));
    }

    @Test
    @Tag("S-19")
    void leavesNoPhantom_whenReleasedWhileTheAcknowledgementOfItsCreationIsLost() throws Exception {
        ResilientSession session = site.session();
        List<EphemeralNode> nodes = Site.register(session, "/fleet-", 10);
        var lost = site.proxy.loseAcknowledgement(op -> op == OpCode.multi);
        lost.thenRun(site.proxy::refuse);
        session.start();
        lost.get(20, TimeUnit.SECONDS);
        var gone = nodes.get(3).release();
        assertThat(site.observer.exists("/fleet-3")).isTrue();
        assertThat(gone).isNotDone();
        site.proxy.accept();

        gone.get(20, TimeUnit.SECONDS);
        assertThat(site.observer.exists("/fleet-3")).isFalse();
        assertThat(session.awaitConnected(Site.PATIENCE)).isTrue();
        assertThat(session.report().nodesHeld()).isEqualTo(9);
    }

    @Test
    void createsANodeRegisteredWhileDisconnected() throws Exception {
        ResilientSession session = site.connected();
        site.proxy.refuse();
        site.proxy.cut();
        Site.awaitState(session, SessionState.SUSPENDED);
        EphemeralNode node = session.ephemerals().register("/n", new byte[0]);
        assertThat(node.status()).isEqualTo(Status.PENDING);
        site.proxy.accept();
        node.whenHeld().get(20, TimeUnit.SECONDS);
        site.assertOwned(session, List.of(node));
    }

    @Test
    @Tag("S-03")
    @DisplayName("S-03: a resumed session's nodes are verified together and not touched")
    void verifiesNodesTogether_whenTheServersWereDownForLongerThanTheTimeout() throws Exception {
        ResilientSession session = site.connected(
                builder -> builder.sessionTimeout(Duration.ofSeconds(5)).namespace("ns"));
        List<EphemeralNode> nodes = Site.register(session, "/fleet/n", 100);
        Site.awaitHeld(nodes);
        Stat before = site.observer.stat("/ns/fleet/n42").orElseThrow();
        long id = Site.id(session);

        site.server.stop();
        Site.awaitState(session, SessionState.LOST);
        site.proxy.resetCounters();
        site.server.restart();
        Site.awaitState(session, SessionState.CONNECTED);

        assertThat(Site.id(session)).isEqualTo(id);
        assertThat(nodes).allMatch(node -> node.status() == Status.HELD);
        assertThat(site.observer.stat("/ns/fleet/n42")).hasValue(before);
        assertThat(site.proxy.writes()).isZero();
        // One for the nodes, one for what Curator's recipes gave up (C8), whatever their number.
        assertThat(site.proxy.requests(OpCode.getEphemerals)).isEqualTo(2);
        await().untilAsserted(
                        () -> assertThat(site.proxy.requests(OpCode.exists)).isGreaterThanOrEqualTo(100));
    }
}
