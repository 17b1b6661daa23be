package io.perennial.ephemeral;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.perennial.ResilientSession;
import io.perennial.SessionState;
import io.perennial.ephemeral.EphemeralNode.Status;
import io.perennial.test.IndependentClient;
import io.perennial.test.NoLeaks;
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
    private final Site site = new Site();

    @Test
    @DisplayName("N4: data that were acknowledged after the backup are written again when the session is resumed")
    void writesAgainWhatWasAcknowledged_whenTheSessionIsResumed() throws Exception {
        ResilientSession session = site.connected(builder -> builder.sessionTimeout(Duration.ofSeconds(5)));
        List<EphemeralNode> nodes = updatedSinceTheBackup(session);
        long id = Site.id(session);
        site.server.stop();
        Site.awaitState(session, SessionState.LOST);
        site.server.restoreBackup();
        Site.awaitState(session, SessionState.CONNECTED);
        assertThat(Site.id(session)).isEqualTo(id);
        assertAcknowledged(session, nodes);
    }

    @Test
    @DisplayName("N4: and when the servers have gone on so far that they take the old connection's successor")
    void writesAgainWhatWasAcknowledged_whenTheClientReconnects() throws Exception {
        ResilientSession session = site.connected();
        List<EphemeralNode> nodes = updatedSinceTheBackup(session);
        site.proxy.refuse();
        site.proxy.cut();
        Site.awaitState(session, SessionState.SUSPENDED);
        site.server.restoreBackup();
        try (var busy = new IndependentClient(site.server.connectString())) {
            for (int i = 0; i < 50; i++) {
                busy.create("/since-" + i, new byte[0]);
            }
        }
        site.proxy.resetCounters();
        site.proxy.accept();
        Site.awaitState(session, SessionState.CONNECTED);
        assertThat(site.proxy.requests(OpCode.getEphemerals)).isZero();
        assertAcknowledged(session, nodes);
    }

    private List<EphemeralNode> updatedSinceTheBackup(ResilientSession session) throws Exception {
        List<EphemeralNode> nodes = Site.register(session, "/n", 3);
        Site.awaitHeld(nodes);
        site.server.backUp();
        site.server.restart();
        for (EphemeralNode node : nodes) {
            node.update(Site.bytes("acknowledged " + node.path())).get(20, TimeUnit.SECONDS);
        }
        return nodes;
    }

    private void assertAcknowledged(ResilientSession session, List<EphemeralNode> nodes) {
        try (var observer = new IndependentClient(site.server.connectString())) {
            assertThat(nodes).allMatch(node -> node.status() == Status.HELD);
            await().atMost(Site.PATIENCE).untilAsserted(() -> {
                for (EphemeralNode node : nodes) {
                    assertThat(observer.data(node.path())).isEqualTo(Site.bytes("acknowledged " + node.path()));
                    assertThat(observer.ownerOf(node.path())).hasValue(Site.id(session));
                }
            });
        }
    }
}
