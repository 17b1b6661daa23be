package io.perennial.watch;

import static io.perennial.watch.Site.awaitArmed;
import static io.perennial.watch.Site.bytes;
import static io.perennial.watch.Site.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.test.NoLeaks;
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
    private final Site site = new Site().start();

    @Test
    void leavesNothingBehind_after1000Cycles() {
        site.client.create("/kept", bytes(""));
        awaitArmed(site.watches().node("/kept", change -> {}));
        int before = site.server.watchCount();
        List<WeakReference<Object>> listeners = new ArrayList<>();

        for (int i = 0; i < 1_000; i++) {
            String path = "/churn-" + i;
            if (i % 2 == 0) {
                site.client.create(path, bytes(""));
            }
            Recorder<NodeChange> listener = new Recorder<>();
            listeners.add(new WeakReference<>(listener));
            List<Watch> watches = List.of(
                    site.watches().node(path, listener),
                    site.watches().children(path, change -> {}),
                    site.watches().tree(path, change -> {}));
            if (i % 10 != 0) {
                watches.forEach(watch -> watch.whenArmed().join());
            }
            watches.forEach(Watch::close);
        }

        assertThat(site.session.report().watchesWanted()).isEqualTo(1);
        eventually().untilAsserted(() -> assertThat(site.server.watchCount()).isEqualTo(before));
        eventually().untilAsserted(() -> {
            System.gc();
            assertThat(listeners).allMatch(reference -> reference.refersTo(null));
        });
        // On reconnecting the client arms all that it still has in its own tables.
        site.reconnect(() -> {});
        assertThat(site.server.watchCount()).isEqualTo(before);
    }

    @Test
    void leavesWatchersOfTheApplicationAlone_onTheSamePath() throws Exception {
        site.client.create("/a", bytes(""));
        Recorder<EventType> data = new Recorder<>();
        Recorder<EventType> children = new Recorder<>();
        Recorder<EventType> tree = new Recorder<>();
        List<Watch> watches = List.of(
                site.watches().node("/a", change -> {}),
                site.watches().children("/a", change -> {}),
                site.watches().tree("/a", change -> {}));
        awaitArmed(watches.toArray(new Watch[0]));
        CuratorFramework curator = site.session.curator();
        curator.getData().usingWatcher(typesInto(data)).forPath("/a");
        watches.forEach(Watch::close);
        // Taken over right after the close
        curator.getChildren().usingWatcher(typesInto(children)).forPath("/a");
        curator.watchers()
                .add()
                .withMode(AddWatchMode.PERSISTENT_RECURSIVE)
                .usingWatcher(typesInto(tree))
                .forPath("/a");

        eventually().untilAsserted(() -> assertThat(site.proxy.requests(OpCode.checkWatches))
                .isEqualTo(3));
        awaitArmed(site.watches().node("/b", change -> {})); // so the answers are there, and what follows them was sent
        awaitArmed(site.watches().node("/c", change -> {}));
        site.client.create("/a/x", bytes(""));
        site.client.setData("/a", bytes("1"));

        eventually().untilAsserted(() -> {
            assertThat(data.heard()).containsExactly(EventType.NodeDataChanged);
            assertThat(children.heard()).containsExactly(EventType.NodeChildrenChanged);
            assertThat(tree.heard()).containsExactly(EventType.NodeCreated, EventType.NodeDataChanged);
        });
        // Nobody but the library had an existence watch; what Children and Data left on the path is the application's.
        assertThat(site.proxy.requests(OpCode.removeWatches)).isZero();
    }

    @Test
    void goesOn_whenPathIsWatchedAgainAtOnce() {
        site.client.create("/a", bytes("0"));
        Recorder<NodeChange> node = new Recorder<>();
        for (int i = 0; i < 20; i++) {
            Watch watch = site.watches().node("/a", node);
            awaitArmed(watch);
            watch.close();
        }
        Watch passing = site.watches().node("/passing", change -> {});
        awaitArmed(site.watches().node("/a", node), passing);
        int checked = site.proxy.requests(OpCode.checkWatches); // on a slow machine one came while /a was not watched
        int removed = site.proxy.requests(OpCode.removeWatches);
        passing.close();
        eventually().untilAsserted(() -> assertThat(site.proxy.requests(OpCode.removeWatches))
                .isEqualTo(removed + 1));

        site.client.setData("/a", bytes("1"));

        eventually().untilAsserted(() -> assertThat(node.last().data()).isEqualTo(bytes("1")));
        assertThat(site.proxy.requests(OpCode.checkWatches)).isEqualTo(checked + 1);
    }

    private static Watcher typesInto(Recorder<EventType> heard) {
        return (WatchedEvent event) -> {
            if (event.getType() != EventType.None) {
                heard.accept(event.getType());
            }
        };
    }
}
