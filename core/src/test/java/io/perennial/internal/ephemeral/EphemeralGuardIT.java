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
import io.perennial.internal.restore.Attachment;
import io.perennial.test.NoLeaks;
import io.perennial.testing.SessionRig;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.ZooDefs.OpCode;
import org.apache.zookeeper.ZooKeeper;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Somebody deletes our nodes, or changes them. */
@ExtendWith(NoLeaks.class)
@Tag("S-21")
class EphemeralGuardIT {
    @AutoClose
    private final SessionRig rig = SessionRig.steady();

    @Test
    void recreatesANodeOnce_whenSomebodyDeletesIt() throws Exception {
        ResilientSession session = rig.connect();
        EphemeralNode node = held(session, "/n", bytes("ours"));
        rig.awaitWatches(1);
        long first = rig.stat(node.path()).getCzxid();
        rig.observer().delete("/n");
        await().untilAsserted(() -> {
            assertThat(rig.observer().exists("/n")).isTrue();
            assertThat(rig.stat(node.path()).getCzxid()).isGreaterThan(first);
        });
        awaitStatus(node, Status.HELD);
        assertOwned(rig, session, List.of(node));
        assertThat(rig.observer().data("/n")).isEqualTo(bytes("ours"));
        assertThat(rig.proxy().operations(OpCode.create)).isEqualTo(2);
        rig.awaitWatches(1);
        assertThat(rig.proxy().operations(OpCode.create)).isEqualTo(2);
    }

    @Test
    @Tag("N2")
    void sendsAnUpdateAtOnce_whenTheWatchIsBeingSetAgainAfterTheLast() throws Exception {
        ResilientSession session = rig.connect();
        EphemeralNode node = held(session, "/n", bytes("one"));
        rig.awaitWatches(1);
        rig.proxy().resetCounters();
        int connections = rig.proxy().connectionsAccepted();
        rig.proxy().freezeResponsesFrom(op -> op == OpCode.exists);
        node.update(bytes("two")).get(20, TimeUnit.SECONDS);
        var updated = node.update(bytes("three"));
        await().atMost(SessionRig.PATIENCE)
                .untilAsserted(() -> assertThat(rig.observer().data("/n")).isEqualTo(bytes("three")));
        rig.proxy().thaw();
        updated.get(20, TimeUnit.SECONDS);
        assertThat(rig.proxy().operations(OpCode.setData)).isEqualTo(2);
        assertThat(rig.proxy().connectionsAccepted())
                .as("no need of another one")
                .isEqualTo(connections);
    }

    @Test
    void recreatesManyNodesInBulk_whenSomebodyDeletesThemAll() throws Exception {
        ResilientSession session = rig.connect();
        List<EphemeralNode> nodes = register(session, "/fleet/n", 500);
        awaitHeld(nodes);
        rig.awaitWatches(500);
        rig.proxy().resetCounters();
        for (EphemeralNode node : nodes) {
            rig.observer().delete(node.path());
        }
        await().atMost(SessionRig.PATIENCE)
                .untilAsserted(
                        () -> assertThat(rig.observer().children("/fleet")).hasSize(500));
        awaitHeld(nodes);
        assertThat(rig.proxy().operations(OpCode.create)).isEqualTo(500);
        assertThat(session.state()).isEqualTo(SessionState.CONNECTED);
    }

    @Test
    void backsOff_whenSomebodyKeepsDeleting() throws Exception {
        ResilientSession session = rig.connect();
        EphemeralNode node = held(session, "/n", new byte[0]);
        var problems = new HashSet<String>();
        for (int i = 0; i < 3; i++) {
            await().atMost(SessionRig.PATIENCE).until(() -> node.status() == Status.HELD);
            rig.awaitWatches(1);
            long deleted = rig.stat(node.path()).getCzxid();
            rig.observer().delete("/n");
            await().atMost(SessionRig.PATIENCE)
                    .pollInterval(Duration.ofMillis(1))
                    .until(() -> {
                        problems.add(String.valueOf(node.problem()));
                        return rig.observer()
                                .stat("/n")
                                .filter(stat -> stat.getCzxid() > deleted)
                                .isPresent();
                    });
        }
        assertThat(problems).anySatisfy(problem -> assertThat(problem)
                .contains("'/n' was deleted by other clients", "times in a short while"));
        awaitStatus(node, Status.HELD);
        assertThat(node.problem()).isNull();
        assertThat(rig.proxy().operations(OpCode.create)).isEqualTo(4);
    }

    @Test
    void startsNoLoop_whenWeDeleteANodeOurselves() throws Exception {
        ResilientSession session = rig.connect();
        List<EphemeralNode> nodes = register(session, "/fleet-", 50);
        awaitHeld(nodes);
        rig.awaitWatches(50);
        for (EphemeralNode node : nodes) {
            node.release();
        }
        for (EphemeralNode node : nodes) {
            node.release().get(20, TimeUnit.SECONDS);
        }
        // Whatever the events of these deletions set off would have been sent before this.
        session.ephemerals().register("/last", new byte[0]).whenHeld().get(20, TimeUnit.SECONDS);
        assertThat(rig.proxy().operations(OpCode.create)).isEqualTo(51);
        assertThat(rig.observer().exists("/fleet-0")).isFalse();
    }

    @Test
    void guardsANodeAfterItsUpdate() throws Exception {
        ResilientSession session = rig.connect();
        EphemeralNode node = held(session, "/n", bytes("old"));
        rig.awaitWatches(1);
        node.update(bytes("new")).get(20, TimeUnit.SECONDS);
        rig.awaitWatches(1);
        rig.observer().delete("/n");
        await().untilAsserted(() -> assertThat(rig.observer().exists("/n")).isTrue());
        assertThat(rig.observer().data("/n")).isEqualTo(bytes("new"));
    }

    @Test
    void doesNotFight_whenAStrangerChangesTheData_andWritesOverThemAtTheNextUpdate() throws Exception {
        ResilientSession session = rig.connect();
        EphemeralNode node = held(session, "/n", bytes("ours"));
        rig.awaitWatches(1);
        rig.proxy().resetCounters();
        rig.observer().setData("/n", bytes("theirs"));
        rig.awaitWatches(1);
        assertThat(rig.observer().data("/n")).isEqualTo(bytes("theirs"));
        assertThat(rig.proxy().writes()).isZero();
        node.update(bytes("newer")).get(20, TimeUnit.SECONDS);
        assertThat(rig.observer().data("/n")).isEqualTo(bytes("newer"));
    }

    @Test
    @Tag("S-15")
    void neverWritesIntoAStrangersNode_whenOursWasDeletedAndTheirsMadeWhileWeWereAway() throws Exception {
        ResilientSession session = rig.connect();
        EphemeralNode node = held(session, "/n", bytes("ours"));
        rig.awaitWatches(1);
        rig.disconnect(session);
        rig.observer().delete("/n");
        rig.observer().create("/n", bytes("theirs"), CreateMode.EPHEMERAL);
        var updated = node.update(bytes("ours, newer"));
        rig.proxy().accept();

        awaitStatus(node, Status.CONFLICT);
        assertThat(rig.observer().data("/n")).isEqualTo(bytes("theirs"));
        assertThat(updated).isNotDone();
        rig.observer().delete("/n");
        updated.get(20, TimeUnit.SECONDS);
        assertThat(rig.observer().data("/n")).isEqualTo(bytes("ours, newer"));
    }

    @Test
    @DisplayName("a node that somebody deleted while a session was to be resumed is created again")
    void recreatesWhatIsMissing_whenASessionIsResumedOnANewHandle() throws Exception {
        try (var driven = new DrivenNodes().start()) {
            ZooKeeper handle = driven.connect(rig.proxy().connectString(), Duration.ofSeconds(20));
            for (int i = 0; i < 20; i++) {
                driven.nodes.register("/fleet/n" + i, new byte[0]);
            }
            EphemeralNode numbered =
                    driven.nodes.register(EphemeralSpec.at("/fleet/q-").sequential(true));
            driven.attachAndWait(handle, Attachment.NEW_SESSION);
            String numberedPath = numbered.path();
            driven.lose();
            assertThat(numbered.path()).isEqualTo("/fleet/q-");
            assertThat(driven.nodes.standing()).isZero();
            rig.observer().delete("/fleet/n7");
            rig.proxy().resetCounters();
            driven.attachAndWait(handle, Attachment.RESUMED);

            assertThat(driven.nodes.standing()).isEqualTo(21);
            assertThat(numbered.path()).isEqualTo(numberedPath);
            assertThat(rig.proxy().operations(OpCode.create)).isEqualTo(1);
            assertThat(rig.observer().children("/fleet")).hasSize(21);
            assertThat(rig.proxy().requests(OpCode.getEphemerals)).isEqualTo(1);
        }
    }
}
