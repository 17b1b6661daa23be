package io.perennial.ephemeral;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.perennial.ResilientSession;
import io.perennial.SessionState;
import io.perennial.ephemeral.EphemeralNode.Status;
import io.perennial.handle.Attachment;
import io.perennial.test.NoLeaks;
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
    private final Site site = new Site();

    @Test
    void recreatesANodeOnce_whenSomebodyDeletesIt() throws Exception {
        ResilientSession session = site.connected();
        EphemeralNode node = session.ephemerals().register("/n", Site.bytes("ours"));
        Site.awaitStatus(node, Status.HELD);
        site.awaitGuarded(1);
        long first = site.stat(node).getCzxid();
        site.observer.delete("/n");
        await().untilAsserted(() -> {
            assertThat(site.observer.exists("/n")).isTrue();
            assertThat(site.stat(node).getCzxid()).isGreaterThan(first);
        });
        Site.awaitStatus(node, Status.HELD);
        site.assertOwned(session, List.of(node));
        assertThat(site.observer.data("/n")).isEqualTo(Site.bytes("ours"));
        assertThat(site.creates()).isEqualTo(2);
        site.awaitGuarded(1);
        assertThat(site.creates()).isEqualTo(2);
    }

    @Test
    void recreatesManyNodesInBulk_whenSomebodyDeletesThemAll() throws Exception {
        ResilientSession session = site.connected();
        List<EphemeralNode> nodes = Site.register(session, "/fleet/n", 500);
        Site.awaitHeld(nodes);
        site.awaitGuarded(500);
        site.proxy.resetCounters();
        for (EphemeralNode node : nodes) {
            site.observer.delete(node.path());
        }
        await().atMost(Site.PATIENCE).untilAsserted(() -> assertThat(site.observer.children("/fleet"))
                .hasSize(500));
        Site.awaitHeld(nodes);
        assertThat(site.creates()).isEqualTo(500);
        assertThat(session.state()).isEqualTo(SessionState.CONNECTED);
    }

    @Test
    void backsOff_whenSomebodyKeepsDeleting() throws Exception {
        ResilientSession session = site.connected();
        EphemeralNode node = session.ephemerals().register("/n", new byte[0]);
        Site.awaitStatus(node, Status.HELD);
        var problems = new HashSet<String>();
        for (int i = 0; i < 3; i++) {
            await().atMost(Site.PATIENCE).until(() -> node.status() == Status.HELD);
            site.awaitGuarded(1);
            long deleted = site.stat(node).getCzxid();
            site.observer.delete("/n");
            await().atMost(Site.PATIENCE).pollInterval(Duration.ofMillis(1)).until(() -> {
                problems.add(String.valueOf(node.problem()));
                return site.observer
                        .stat("/n")
                        .filter(stat -> stat.getCzxid() > deleted)
                        .isPresent();
            });
        }
        assertThat(problems).anySatisfy(problem -> assertThat(problem)
                .contains("'/n' was deleted by somebody else", "times in a short while"));
        Site.awaitStatus(node, Status.HELD);
        assertThat(node.problem()).isNull();
        assertThat(site.creates()).isEqualTo(4);
    }

    @Test
    void startsNoLoop_whenWeDeleteANodeOurselves() throws Exception {
        ResilientSession session = site.connected();
        List<EphemeralNode> nodes = Site.register(session, "/fleet-", 50);
        Site.awaitHeld(nodes);
        site.awaitGuarded(50);
        for (EphemeralNode node : nodes) {
            node.release();
        }
        for (EphemeralNode node : nodes) {
            node.release().get(20, TimeUnit.SECONDS);
        }
        // Whatever the events of these deletions set off would have been sent before this.
        session.ephemerals().register("/last", new byte[0]).whenHeld().get(20, TimeUnit.SECONDS);
        assertThat(site.creates()).isEqualTo(51);
        assertThat(site.observer.exists("/fleet-0")).isFalse();
    }

    @Test
    void guardsANodeAfterItsUpdate() throws Exception {
        ResilientSession session = site.connected();
        EphemeralNode node = session.ephemerals().register("/n", Site.bytes("old"));
        Site.awaitStatus(node, Status.HELD);
        site.awaitGuarded(1);
        node.update(Site.bytes("new")).get(20, TimeUnit.SECONDS);
        site.awaitGuarded(1);
        site.observer.delete("/n");
        await().untilAsserted(() -> assertThat(site.observer.exists("/n")).isTrue());
        assertThat(site.observer.data("/n")).isEqualTo(Site.bytes("new"));
    }

    @Test
    void doesNotFight_whenAStrangerChangesTheData_andWritesOverThemAtTheNextUpdate() throws Exception {
        ResilientSession session = site.connected();
        EphemeralNode node = session.ephemerals().register("/n", Site.bytes("ours"));
        Site.awaitStatus(node, Status.HELD);
        site.awaitGuarded(1);
        site.proxy.resetCounters();
        site.observer.setData("/n", Site.bytes("theirs"));
        site.awaitGuarded(1);
        assertThat(site.observer.data("/n")).isEqualTo(Site.bytes("theirs"));
        assertThat(site.proxy.writes()).isZero();
        node.update(Site.bytes("newer")).get(20, TimeUnit.SECONDS);
        assertThat(site.observer.data("/n")).isEqualTo(Site.bytes("newer"));
    }

    @Test
    @Tag("S-15")
    void neverWritesIntoAStrangersNode_whenOursWasDeletedAndTheirsMadeWhileWeWereAway() throws Exception {
        ResilientSession session = site.connected();
        EphemeralNode node = session.ephemerals().register("/n", Site.bytes("ours"));
        Site.awaitStatus(node, Status.HELD);
        site.awaitGuarded(1);
        site.proxy.refuse();
        site.proxy.cut();
        Site.awaitState(session, SessionState.SUSPENDED);
        site.observer.delete("/n");
        site.observer.create("/n", Site.bytes("theirs"), CreateMode.EPHEMERAL);
        var updated = node.update(Site.bytes("ours, newer"));
        site.proxy.accept();

        Site.awaitStatus(node, Status.CONFLICT);
        assertThat(site.observer.data("/n")).isEqualTo(Site.bytes("theirs"));
        assertThat(updated).isNotDone();
        site.observer.delete("/n");
        updated.get(20, TimeUnit.SECONDS);
        assertThat(site.observer.data("/n")).isEqualTo(Site.bytes("ours, newer"));
    }

    @Test
    @DisplayName("a node that somebody deleted while a session was to be resumed is created again")
    void recreatesWhatIsMissing_whenASessionIsResumedOnANewHandle() throws Exception {
        try (var rig = new Rig().start()) {
            ZooKeeper handle = rig.connect(site.proxy.connectString(), Duration.ofSeconds(20));
            for (int i = 0; i < 20; i++) {
                rig.nodes.register("/fleet/n" + i, new byte[0]);
            }
            EphemeralNode numbered =
                    rig.nodes.register(EphemeralSpec.at("/fleet/q-").sequential(true));
            rig.attachAndWait(handle, Attachment.NEW_SESSION);
            String numberedPath = numbered.path();
            rig.lose();
            assertThat(numbered.path()).isEqualTo("/fleet/q-");
            assertThat(rig.nodes.standing()).isZero();
            site.observer.delete("/fleet/n7");
            site.proxy.resetCounters();
            rig.attachAndWait(handle, Attachment.RESUMED);

            assertThat(rig.nodes.standing()).isEqualTo(21);
            assertThat(numbered.path()).isEqualTo(numberedPath);
            assertThat(site.creates()).isEqualTo(1);
            assertThat(site.observer.children("/fleet")).hasSize(21);
            assertThat(site.proxy.requests(OpCode.getEphemerals)).isEqualTo(1);
        }
    }
}
