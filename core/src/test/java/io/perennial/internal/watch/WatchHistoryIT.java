package io.perennial.internal.watch;

import static io.perennial.internal.watch.Arming.awaitArmed;
import static io.perennial.testing.Data.bytes;
import static io.perennial.testing.Sessions.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.ResilientSession;
import io.perennial.SessionState;
import io.perennial.test.IndependentClient;
import io.perennial.test.NoLeaks;
import io.perennial.testing.SessionRig;
import io.perennial.testing.Sessions;
import io.perennial.watch.ChildrenChange;
import io.perennial.watch.NodeChange;
import io.perennial.watch.TreeChange;
import io.perennial.watch.Watch;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Servers that know less than they did. */
@ExtendWith(NoLeaks.class)
class WatchHistoryIT {
    @AutoClose
    private final SessionRig rig = new SessionRig();

    private final ResilientSession session = rig.build();

    @Test
    @Tag("S-10")
    @Tag("S-61")
    void believesTheServer_whenItsDataWasWiped() {
        for (int i = 0; i < 20; i++) {
            rig.observer().create("/before-" + i, bytes(""));
        }
        rig.observer().create("/a", bytes("old"));
        rig.observer().create("/a/old", bytes(""));
        rig.connect(session);
        Recorder<NodeChange> node = new Recorder<>();
        Recorder<ChildrenChange> children = new Recorder<>();
        Recorder<TreeChange> tree = new Recorder<>();
        Watch[] watches = {
            session.watches().node("/a", node),
            session.watches().children("/a", children),
            session.watches().tree("/a", tree)
        };
        awaitArmed(watches);
        eventually(() -> {
            assertThat(node.count()).isPositive();
            assertThat(children.count()).isPositive();
            assertThat(tree.count()).isEqualTo(2);
        });
        long czxid = node.last().stat().getCzxid();

        rig.observer().close();
        rig.proxy().disconnect();
        rig.server().wipe();
        rig.observer().create("/a", bytes("new"));
        rig.observer().create("/a/new", bytes(""));
        rig.proxy().accept();

        eventually(() -> {
            assertThat(session.state()).isEqualTo(SessionState.CONNECTED);
            assertThat(node.last().data()).isEqualTo(bytes("new"));
            assertThat(node.last().stat().getCzxid()).isLessThan(czxid);
            assertThat(children.last().children()).containsExactly("new");
            assertThat(tree.heard())
                    .extracting(change -> change.kind() + " " + change.path())
                    .contains("DELETED /a/old", "DELETED /a", "CREATED /a/new");
        });
        awaitArmed(watches);
    }

    /** On its handle of before, whose watches the client arms again by itself. */
    @Test
    @Tag("S-61")
    void believesABackup_whenTheClientReconnects() throws Exception {
        try (var steady = SessionRig.steady()) {
            steady.observer().create("/a", bytes("old"));
            ResilientSession reconnecting = steady.connect();
            long id = Sessions.idOf(reconnecting);
            Recorder<NodeChange> node = new Recorder<>();
            awaitArmed(reconnecting.watches().node("/a", node));
            steady.server().backUp();
            steady.server().restart();
            steady.observer().setData("/a", bytes("since"));
            eventually(() -> assertThat(node.last().data()).isEqualTo(bytes("since")));

            steady.observer().close();
            steady.proxy().refuse();
            steady.proxy().cut();
            Sessions.awaitState(reconnecting, SessionState.SUSPENDED);
            steady.server().restoreBackup();
            try (var busy = new IndependentClient(steady.server().connectString())) {
                for (int i = 0; i < 50; i++) {
                    busy.create("/since-" + i, bytes(""));
                }
            }
            steady.proxy().accept();

            eventually(() -> {
                assertThat(reconnecting.state()).isEqualTo(SessionState.CONNECTED);
                assertThat(node.last().data()).isEqualTo(bytes("old"));
            });
            assertThat(node.last().whileAway()).isTrue();
            assertThat(Sessions.idOf(reconnecting)).isEqualTo(id);
        }
    }
}
