package io.perennial.internal.ephemeral;

import static io.perennial.internal.ephemeral.Nodes.assertOwned;
import static io.perennial.internal.ephemeral.Nodes.awaitHeld;
import static io.perennial.internal.ephemeral.Nodes.awaitStatus;
import static io.perennial.internal.ephemeral.Nodes.held;
import static io.perennial.internal.ephemeral.Nodes.register;
import static io.perennial.testing.Data.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.perennial.ResilientSession;
import io.perennial.SessionState;
import io.perennial.ephemeral.EphemeralNode;
import io.perennial.ephemeral.EphemeralNode.Status;
import io.perennial.ephemeral.EphemeralSpec;
import io.perennial.test.NoLeaks;
import io.perennial.testing.SessionRig;
import io.perennial.testing.Sessions;
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
    private final SessionRig rig = SessionRig.steady();

    @Test
    @Tag("S-01")
    void keepsNodesUntouched_whenConnectionDropsWithinTimeout() throws Exception {
        ResilientSession session = rig.connect();
        List<EphemeralNode> nodes = register(session, "/fleet/n", 200);
        awaitHeld(nodes);
        rig.awaitWatches(200);
        List<Stat> before = nodes.stream().map(node -> rig.stat(node.path())).toList();
        long id = Sessions.idOf(session);

        rig.disconnect(session);
        assertThat(nodes).allMatch(node -> node.status() == Status.HELD);
        rig.proxy().resetCounters();
        rig.proxy().accept();
        Sessions.awaitState(session, SessionState.CONNECTED);

        assertThat(Sessions.idOf(session)).isEqualTo(id);
        assertThat(session.info().orElseThrow().generation()).isEqualTo(1);
        assertThat(nodes.stream().map(node -> rig.stat(node.path())).toList()).isEqualTo(before);
        assertThat(rig.proxy().writes()).isZero();
        assertThat(rig.proxy().requests(OpCode.getEphemerals)).isZero();
        rig.awaitWatches(200);
    }

    @Test
    @Tag("S-39")
    void findsItsNodes_whenTheAcknowledgementOfABatchIsLost() throws Exception {
        ResilientSession session = rig.build();
        List<EphemeralNode> nodes = register(session, "/fleet-", 100);
        var lost = rig.proxy().loseAcknowledgement(op -> op == OpCode.multi);
        session.start();
        lost.get(20, TimeUnit.SECONDS);
        List<Stat> before = nodes.stream().map(node -> rig.stat(node.path())).toList();

        assertThat(session.awaitConnected(SessionRig.PATIENCE)).isTrue();
        awaitHeld(nodes);
        assertThat(nodes.stream().map(node -> rig.stat(node.path())).toList()).isEqualTo(before);
        assertThat(rig.proxy().operations(OpCode.create)).isEqualTo(100);
        assertOwned(rig, session, nodes);
    }

    @Test
    @Tag("S-39")
    void createsItsNodes_whenTheBatchItselfIsLost() throws Exception {
        ResilientSession session = rig.build();
        List<EphemeralNode> nodes = register(session, "/fleet-", 100);
        var lost = rig.proxy().loseRequest(op -> op == OpCode.multi);
        session.start();
        lost.get(20, TimeUnit.SECONDS);

        assertThat(session.awaitConnected(SessionRig.PATIENCE)).isTrue();
        assertOwned(rig, session, nodes);
    }

    @Test
    @Tag("S-39")
    void findsItsNode_whenTheAcknowledgementOfASingleCreateIsLost() throws Exception {
        ResilientSession session = rig.connect();
        // Three batches fail for one of their nodes each; then what is left of them is sent one by one.
        rig.observer().create("/plain", new byte[0]);
        for (int i = 0; i < 3; i++) {
            rig.observer().create("/locked" + i, new byte[0]);
            rig.observer().raw().setACL("/locked" + i, org.apache.zookeeper.ZooDefs.Ids.READ_ACL_UNSAFE, -1);
        }
        var lost = rig.proxy().loseAcknowledgement(op -> op == OpCode.create);
        ResilientSession other = rig.build();
        for (int i = 0; i < 3; i++) {
            other.ephemerals().register("/locked" + i + "/n", new byte[0]);
        }
        EphemeralNode good = other.ephemerals().register("/plain/n", new byte[0]);
        other.start();
        lost.get(20, TimeUnit.SECONDS);
        Stat created = rig.stat(good.path());

        awaitStatus(good, Status.HELD);
        assertThat(other.awaitConnected(SessionRig.PATIENCE)).isTrue();
        assertThat(rig.stat(good.path())).isEqualTo(created);
        assertThat(session.state()).isIn(SessionState.CONNECTED, SessionState.SUSPENDED, SessionState.RESTORING);
    }

    @Test
    @DisplayName("a parent whose creation was not acknowledged is as good as any")
    void goesOn_whenTheAcknowledgementOfAParentIsLost() throws Exception {
        ResilientSession session = rig.build();
        EphemeralNode node = session.ephemerals().register("/a/b/c/n", new byte[0]);
        var lost = rig.proxy().loseAcknowledgement(op -> op == OpCode.create);
        session.start();
        lost.get(20, TimeUnit.SECONDS);
        assertThat(session.awaitConnected(SessionRig.PATIENCE)).isTrue();
        assertOwned(rig, session, List.of(node));
    }

    @Test
    @Tag("S-20")
    void makesNoDuplicateOfASequentialNode_whenItsAcknowledgementIsLost() throws Exception {
        rig.observer().create("/queue", new byte[0]);
        ResilientSession session = rig.build();
        var spec = EphemeralSpec.at("/queue/q-").sequential(true);
        EphemeralNode one = session.ephemerals().register(spec.data(bytes("one")));
        EphemeralNode two = session.ephemerals().register(spec.data(bytes("two")));
        var lost = rig.proxy().loseAcknowledgement(op -> op == OpCode.multi);
        session.start();
        lost.get(20, TimeUnit.SECONDS);

        assertThat(session.awaitConnected(SessionRig.PATIENCE)).isTrue();
        awaitHeld(List.of(one, two));
        assertThat(rig.observer().children("/queue")).hasSize(2);
        assertThat(one.path())
                .startsWith("/queue/_c_")
                .matches(".*-q-[0-9]{10}")
                .isNotEqualTo(two.path());
        assertThat(rig.observer().data(one.path())).isEqualTo(bytes("one"));
        assertThat(rig.observer().data(two.path())).isEqualTo(bytes("two"));
        assertThat(rig.proxy().operations(OpCode.create)).isEqualTo(2);
        assertThat(rig.proxy().requests(OpCode.getEphemerals)).isEqualTo(1);
    }

    @Test
    @Tag("S-20")
    @DisplayName("S-20: the same below a chroot and a namespace, which the server's answers name")
    void makesNoDuplicateOfASequentialNode_whenThereIsAChroot() throws Exception {
        rig.observer().create("/a", new byte[0]);
        ResilientSession session = rig.build(builder ->
                builder.connectString(rig.proxy().connectString() + "/a").namespace("a"));
        var spec = EphemeralSpec.at("/a/q-").sequential(true);
        EphemeralNode before = session.ephemerals().register(spec);
        session.start();
        before.whenHeld().get(20, TimeUnit.SECONDS);
        var lost = rig.proxy().loseAcknowledgement(op -> op == OpCode.multi);
        EphemeralNode node = session.ephemerals().register(spec);
        lost.get(20, TimeUnit.SECONDS);

        node.whenHeld().get(20, TimeUnit.SECONDS);
        assertThat(rig.observer().children("/a/a/a")).hasSize(2);
        assertThat(node.path()).startsWith("/a/_c_");
        assertThat(rig.observer().ownerOf("/a/a" + node.path())).hasValue(Sessions.idOf(session));
        assertThat(rig.observer().ownerOf("/a/a" + before.path())).hasValue(Sessions.idOf(session));
        node.release().get(20, TimeUnit.SECONDS);
        assertThat(rig.observer().children("/a/a/a")).hasSize(1);
    }

    @Test
    @Tag("S-20")
    void createsASequentialNodeOnce_whenItsRequestIsLost() throws Exception {
        rig.observer().create("/queue", new byte[0]);
        ResilientSession session = rig.build(builder -> builder.namespace("ns"));
        EphemeralNode node =
                session.ephemerals().register(EphemeralSpec.at("/queue/q-").sequential(true));
        var lost = rig.proxy().loseRequest(op -> op == OpCode.multi);
        session.start();
        lost.get(20, TimeUnit.SECONDS);
        assertThat(session.awaitConnected(SessionRig.PATIENCE)).isTrue();
        assertThat(rig.observer().children("/ns/queue")).hasSize(1);
        assertThat(rig.observer().ownerOf("/ns" + node.path())).hasValue(Sessions.idOf(session));
    }

    @Test
    @Tag("S-18")
    void writesOnlyTheLastOfSeveralUpdates_whenTheyAreMadeWhileDisconnected() throws Exception {
        ResilientSession session = rig.connect();
        EphemeralNode node = held(session, "/n", bytes("old"));
        rig.awaitWatches(1);
        rig.disconnect(session);
        var first = node.update(bytes("one"));
        var second = node.update(bytes("two"));
        var third = node.update(bytes("three"));
        assertThat(node.spec().data()).isEqualTo(bytes("three"));
        assertThat(first).isNotDone();
        rig.proxy().resetCounters();
        rig.proxy().accept();

        for (var future : List.of(first, second, third)) {
            future.get(20, TimeUnit.SECONDS);
        }
        assertThat(rig.observer().data("/n")).isEqualTo(bytes("three"));
        assertThat(rig.proxy().requests(OpCode.setData)).isEqualTo(1);
        assertThat(rig.proxy().operations(OpCode.create)).isZero();
    }

    @Test
    @Tag("S-18")
    void keepsTheLatestData_whenTheAcknowledgementOfAnUpdateIsLost() throws Exception {
        ResilientSession session = rig.connect();
        EphemeralNode node = held(session, "/n", bytes("old"));
        var lost = rig.proxy().loseAcknowledgement(op -> op == OpCode.setData);
        var updated = node.update(bytes("new"));
        lost.get(20, TimeUnit.SECONDS);
        var later = node.update(bytes("newer"));

        updated.get(20, TimeUnit.SECONDS);
        later.get(20, TimeUnit.SECONDS);
        assertThat(rig.observer().data("/n")).isEqualTo(bytes("newer"));
        assertThat(node.status()).isEqualTo(Status.HELD);
    }

    @Test
    @Tag("S-18")
    void writesAgain_whenTheRequestOfAnUpdateIsLost() throws Exception {
        ResilientSession session = rig.connect();
        EphemeralNode node = held(session, "/n", bytes("old"));
        var lost = rig.proxy().loseRequest(op -> op == OpCode.setData);
        var updated = node.update(bytes("new"));
        lost.get(20, TimeUnit.SECONDS);
        updated.get(20, TimeUnit.SECONDS);
        assertThat(rig.observer().data("/n")).isEqualTo(bytes("new"));
    }

    @Test
    @Tag("S-18")
    void coalescesUpdates_whenTheyComeFasterThanTheServerAnswers() throws Exception {
        ResilientSession session = rig.connect();
        EphemeralNode node = held(session, "/n", bytes("0"));
        rig.proxy().resetCounters();
        rig.proxy().delayResponses(Duration.ofMillis(50));
        var last = node.update(bytes("0"));
        for (int i = 1; i <= 500; i++) {
            last = node.update(bytes("" + i));
        }
        last.get(20, TimeUnit.SECONDS);
        assertThat(rig.observer().data("/n")).isEqualTo(bytes("500"));
        assertThat(rig.proxy().requests(OpCode.setData)).isLessThan(20);
    }

    @Test
    @Tag("S-19")
    void leavesNoPhantom_whenTheAcknowledgementOfADeleteIsLost() throws Exception {
        ResilientSession session = rig.connect();
        EphemeralNode node = held(session, "/n", new byte[0]);
        var lost = rig.proxy().loseAcknowledgement(op -> op == OpCode.delete);
        var gone = node.release();
        lost.get(20, TimeUnit.SECONDS);
        gone.get(20, TimeUnit.SECONDS);
        assertThat(rig.observer().exists("/n")).isFalse();
        assertThat(node.status()).isEqualTo(Status.RELEASED);
    }

    @Test
    @Tag("S-19")
    void keepsOldAndNewApart_whenAPathIsRegisteredAgainAndItsDeletionWasLost() throws Exception {
        ResilientSession session = rig.connect();
        EphemeralNode old = held(session, "/n", bytes("old"));
        rig.awaitWatches(1);
        var lost = rig.proxy().loseRequest(op -> op == OpCode.delete);
        lost.thenRun(rig.proxy()::refuse);
        var gone = old.release();
        lost.get(20, TimeUnit.SECONDS);
        EphemeralNode anew = session.ephemerals().register("/n", bytes("new"));
        rig.proxy().accept();

        anew.whenHeld().get(20, TimeUnit.SECONDS);
        assertThat(gone).isDone();
        assertThat(rig.observer().data("/n")).isEqualTo(bytes("new"));
        // The new one has taken over what the old one left (N3).
        assertThat(rig.proxy().operations(OpCode.setData)).isEqualTo(1);
        assertThat(rig.proxy().operations(OpCode.create)).isEqualTo(1);
        // The new one is guarded under its path.
        rig.awaitWatches(1);
        long first = rig.stat(anew.path()).getCzxid();
        rig.observer().delete("/n");
        await().atMost(SessionRig.PATIENCE)
                .untilAsserted(() -> assertThat(rig.observer().stat("/n"))
                        .hasValueSatisfying(stat -> assertThat(stat.getCzxid()).isGreaterThan(first)));
    }

    @Test
    @Tag("S-19")
    void leavesNoPhantom_whenReleasedWhileTheAcknowledgementOfItsCreationIsLost() throws Exception {
        ResilientSession session = rig.build();
        List<EphemeralNode> nodes = register(session, "/fleet-", 10);
        var lost = rig.proxy().loseAcknowledgement(op -> op == OpCode.multi);
        lost.thenRun(rig.proxy()::refuse);
        session.start();
        lost.get(20, TimeUnit.SECONDS);
        var gone = nodes.get(3).release();
        assertThat(rig.observer().exists("/fleet-3")).isTrue();
        assertThat(gone).isNotDone();
        rig.proxy().accept();

        gone.get(20, TimeUnit.SECONDS);
        assertThat(rig.observer().exists("/fleet-3")).isFalse();
        assertThat(session.awaitConnected(SessionRig.PATIENCE)).isTrue();
        assertThat(session.report().nodesHeld()).isEqualTo(9);
    }

    @Test
    void createsANodeRegisteredWhileDisconnected() throws Exception {
        ResilientSession session = rig.connect();
        rig.disconnect(session);
        EphemeralNode node = session.ephemerals().register("/n", new byte[0]);
        assertThat(node.status()).isEqualTo(Status.PENDING);
        rig.proxy().accept();
        node.whenHeld().get(20, TimeUnit.SECONDS);
        assertOwned(rig, session, List.of(node));
    }

    @Test
    @Tag("S-03")
    @DisplayName("S-03: a resumed session's nodes are verified together and not touched")
    void verifiesNodesTogether_whenTheServersWereDownForLongerThanTheTimeout() throws Exception {
        ResilientSession session = rig.connect(
                builder -> builder.sessionTimeout(Duration.ofSeconds(5)).namespace("ns"));
        List<EphemeralNode> nodes = register(session, "/fleet/n", 100);
        awaitHeld(nodes);
        Stat before = rig.observer().stat("/ns/fleet/n42").orElseThrow();
        long id = Sessions.idOf(session);

        rig.server().stop();
        Sessions.awaitState(session, SessionState.LOST);
        rig.proxy().resetCounters();
        rig.server().restart();
        Sessions.awaitState(session, SessionState.CONNECTED);

        assertThat(Sessions.idOf(session)).isEqualTo(id);
        assertThat(nodes).allMatch(node -> node.status() == Status.HELD);
        assertThat(rig.observer().stat("/ns/fleet/n42")).hasValue(before);
        assertThat(rig.proxy().writes()).isZero();
        // One for the nodes, one for what Curator's recipes gave up (C8), whatever their number.
        assertThat(rig.proxy().requests(OpCode.getEphemerals)).isEqualTo(2);
        await().untilAsserted(
                        () -> assertThat(rig.proxy().requests(OpCode.exists)).isGreaterThanOrEqualTo(100));
    }
}
