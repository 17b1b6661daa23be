package io.perennial.internal.watch;

import static io.perennial.internal.watch.Arming.awaitArmed;
import static io.perennial.testing.Data.bytes;
import static io.perennial.testing.Sessions.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.ResilientSession;
import io.perennial.test.NoLeaks;
import io.perennial.testing.SessionRig;
import io.perennial.watch.NodeChange;
import io.perennial.watch.Watch;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import org.apache.curator.framework.CuratorFramework;
import org.apache.zookeeper.AddWatchMode;
import org.apache.zookeeper.WatchedEvent;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.Watcher.Event.EventType;
import org.apache.zookeeper.ZooDefs.OpCode;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Watches on paths that come and go. */
@ExtendWith(NoLeaks.class)
@Tag("S-31")
class WatchChurnIT {
    @AutoClose
    private final SessionRig rig = new SessionRig();

    private final ResilientSession session = rig.connect();

    @Test
    void leavesNothingBehind_after1000Cycles() {
        rig.observer().create("/kept", bytes(""));
        awaitArmed(session.watches().node("/kept", change -> {}));
        int before = rig.server().watchCount();
        List<WeakReference<Object>> listeners = new ArrayList<>();

        for (int i = 0; i < 1_000; i++) {
            String path = "/churn-" + i;
            if (i % 2 == 0) {
                rig.observer().create(path, bytes(""));
            }
            Recorder<NodeChange> listener = new Recorder<>();
            listeners.add(new WeakReference<>(listener));
            List<Watch> watches = List.of(
                    session.watches().node(path, listener),
                    session.watches().children(path, change -> {}),
                    session.watches().tree(path, change -> {}));
            if (i % 10 != 0) {
                watches.forEach(watch -> watch.whenArmed().join());
            }
            watches.forEach(Watch::close);
        }

        assertThat(session.report().watchesWanted()).isEqualTo(1);
        eventually(() -> assertThat(rig.server().watchCount()).isEqualTo(before));
        eventually(() -> {
            System.gc();
            assertThat(listeners).allMatch(reference -> reference.refersTo(null));
        });
        // On reconnecting the client arms all that it still has in its own tables.
        rig.reconnect(session, () -> {});
        assertThat(rig.server().watchCount()).isEqualTo(before);
    }

    @Test
    void leavesNothingBehind_ofANodeThatIsClosedBeforeTheTreeThatIsRootedThere() {
        rig.observer().create("/a", bytes(""));
        int before = rig.server().watchCount();
        Watch one = session.watches().node("/a", change -> {});
        Watch passing = session.watches().node("/passing", change -> {});
        awaitArmed(one, passing);
        Watch rooted = session.watches().tree("/a", change -> {});
        awaitArmed(rooted);
        one.close();
        passing.close();
        eventually(() -> assertThat(rig.proxy().requests(OpCode.removeWatches)).isPositive());

        rooted.close();

        eventually(() -> assertThat(rig.server().watchCount()).isEqualTo(before));
    }

    @Test
    void leavesWatchersOfTheApplicationAlone_onTheSamePath() throws Exception {
        rig.observer().create("/a", bytes(""));
        Recorder<EventType> data = new Recorder<>();
        Recorder<EventType> children = new Recorder<>();
        Recorder<EventType> tree = new Recorder<>();
        List<Watch> watches = List.of(
                session.watches().node("/a", change -> {}),
                session.watches().children("/a", change -> {}),
                session.watches().tree("/a", change -> {}));
        awaitArmed(watches.toArray(new Watch[0]));
        CuratorFramework curator = session.curator();
        curator.getData().usingWatcher(typesInto(data)).forPath("/a");
        watches.forEach(Watch::close);
        // Taken over right after the close
        curator.getChildren().usingWatcher(typesInto(children)).forPath("/a");
        curator.watchers()
                .add()
                .withMode(AddWatchMode.PERSISTENT_RECURSIVE)
                .usingWatcher(typesInto(tree))
                .forPath("/a");

        eventually(() -> assertThat(rig.proxy().requests(OpCode.checkWatches)).isEqualTo(3));
        awaitArmed(
                session.watches().node("/b", change -> {})); // so the answers are there, and what follows them was sent
        awaitArmed(session.watches().node("/c", change -> {}));
        rig.observer().create("/a/x", bytes(""));
        rig.observer().setData("/a", bytes("1"));

        eventually(() -> {
            assertThat(data.heard()).containsExactly(EventType.NodeDataChanged);
            assertThat(children.heard()).containsExactly(EventType.NodeChildrenChanged);
            assertThat(tree.heard()).containsExactly(EventType.NodeCreated, EventType.NodeDataChanged);
        });
        // Nobody but the library had an existence watch; what Children and Data left on the path is the application's.
        assertThat(rig.proxy().requests(OpCode.removeWatches)).isZero();
    }

    @Test
    void goesOn_whenPathIsWatchedAgainAtOnce() {
        rig.observer().create("/a", bytes("0"));
        Recorder<NodeChange> node = new Recorder<>();
        for (int i = 0; i < 20; i++) {
            Watch watch = session.watches().node("/a", node);
            awaitArmed(watch);
            watch.close();
        }
        Watch passing = session.watches().node("/passing", change -> {});
        awaitArmed(session.watches().node("/a", node), passing);
        int checked = rig.proxy().requests(OpCode.checkWatches); // on a slow machine one came while /a was not watched
        int removed = rig.proxy().requests(OpCode.removeWatches);
        passing.close();
        eventually(() -> assertThat(rig.proxy().requests(OpCode.removeWatches)).isEqualTo(removed + 1));

        rig.observer().setData("/a", bytes("1"));

        eventually(() -> assertThat(node.last().data()).isEqualTo(bytes("1")));
        assertThat(rig.proxy().requests(OpCode.checkWatches)).isEqualTo(checked + 1);
    }

    private static Watcher typesInto(Recorder<EventType> heard) {
        return (WatchedEvent event) -> {
            if (event.getType() != EventType.None) {
                heard.accept(event.getType());
            }
        };
    }
}
