package io.perennial.internal.ephemeral;

import static io.perennial.internal.ephemeral.Nodes.awaitHeld;
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
import io.perennial.test.IndependentClient;
import io.perennial.test.NoLeaks;
import io.perennial.testing.SessionRig;
import io.perennial.testing.Sessions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.zookeeper.ZooDefs.OpCode;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The servers are restored from a backup in which the session is alive, with its nodes as they were then. */
@ExtendWith(NoLeaks.class)
@Tag("N4")
@Tag("S-61")
class EphemeralBackupIT {
    @AutoClose
    private final SessionRig rig = SessionRig.steady();

    @Test
    @DisplayName("N4: data that were acknowledged after the backup are written again when the session is resumed")
    void writesAgainWhatWasAcknowledged_whenTheSessionIsResumed() throws Exception {
        ResilientSession session = rig.connect(builder -> builder.sessionTimeout(Duration.ofSeconds(5)));
        List<EphemeralNode> nodes = updatedSinceTheBackup(session);
        long id = Sessions.idOf(session);
        rig.server().stop();
        Sessions.awaitState(session, SessionState.LOST);
        rig.server().restoreBackup();
        Sessions.awaitState(session, SessionState.CONNECTED);
        assertThat(Sessions.idOf(session)).isEqualTo(id);
        assertAcknowledged(session, nodes);
    }

    @Test
    @DisplayName("N4: and when the servers have gone on so far that they take the old connection's successor")
    void writesAgainWhatWasAcknowledged_whenTheClientReconnects() throws Exception {
        ResilientSession session = rig.connect();
        List<EphemeralNode> nodes = updatedSinceTheBackup(session);
        rig.disconnect(session);
        rig.server().restoreBackup();
        othersWrite();
        rig.proxy().resetCounters();
        rig.proxy().accept();
        Sessions.awaitState(session, SessionState.CONNECTED);
        assertThat(rig.proxy().requests(OpCode.getEphemerals)).isZero();
        assertAcknowledged(session, nodes);
    }

    @Test
    @DisplayName("N4: a node that was released since exists again where its successor's creation was not answered")
    void isHeldWithItsOwnData_whereAReleasedNodeExistsAgain() throws Exception {
        ResilientSession session = rig.connect();
        EphemeralNode released = held(session, "/n", bytes("released"));
        rig.server().backUp();
        rig.server().restart();
        Sessions.awaitState(session, SessionState.CONNECTED);
        released.release().get(20, TimeUnit.SECONDS);
        rig.proxy().resetCounters();
        rig.proxy().freezeResponses();
        EphemeralNode node =
                session.ephemerals().register(EphemeralSpec.at("/n").data(bytes("registered since")));
        await().atMost(SessionRig.PATIENCE)
                .untilAsserted(
                        () -> assertThat(rig.proxy().operations(OpCode.create)).isPositive());
        rig.disconnect(session);
        rig.server().restoreBackup();
        assertThat(rig.observer().data("/n")).isEqualTo(bytes("released"));
        othersWrite();
        rig.proxy().heal();

        node.whenHeld().get(20, TimeUnit.SECONDS);
        assertThat(rig.observer().data("/n")).isEqualTo(bytes("registered since"));
        assertThat(rig.observer().ownerOf("/n")).hasValue(Sessions.idOf(session));
    }

    /** As much as the session has seen: only then is its client taken again. */
    private void othersWrite() throws Exception {
        try (var busy = new IndependentClient(rig.server().connectString())) {
            for (int i = 0; i < 50; i++) {
                busy.create("/since-" + i, new byte[0]);
            }
        }
    }

    private List<EphemeralNode> updatedSinceTheBackup(ResilientSession session) throws Exception {
        List<EphemeralNode> nodes = register(session, "/n", 3);
        awaitHeld(nodes);
        rig.server().backUp();
        rig.server().restart();
        for (EphemeralNode node : nodes) {
            node.update(bytes("acknowledged " + node.path())).get(20, TimeUnit.SECONDS);
        }
        return nodes;
    }

    private void assertAcknowledged(ResilientSession session, List<EphemeralNode> nodes) {
        try (var observer = new IndependentClient(rig.server().connectString())) {
            assertThat(nodes).allMatch(node -> node.status() == Status.HELD);
            await().atMost(SessionRig.PATIENCE).untilAsserted(() -> {
                for (EphemeralNode node : nodes) {
                    assertThat(observer.data(node.path())).isEqualTo(bytes("acknowledged " + node.path()));
                    assertThat(observer.ownerOf(node.path())).hasValue(Sessions.idOf(session));
                }
            });
        }
    }
}
