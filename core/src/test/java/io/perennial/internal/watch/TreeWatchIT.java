package io.perennial.internal.watch;

import static io.perennial.internal.watch.Arming.awaitArmed;
import static io.perennial.testing.Data.bytes;
import static io.perennial.testing.Sessions.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import io.perennial.ResilientSession;
import io.perennial.test.NoLeaks;
import io.perennial.testing.SessionRig;
import io.perennial.watch.NodeChange;
import io.perennial.watch.TreeChange;
import io.perennial.watch.TreeChange.Kind;
import io.perennial.watch.Watch;
import org.apache.zookeeper.ZooDefs.OpCode;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What a tree watch tells while the session is there. */
@ExtendWith(NoLeaks.class)
class TreeWatchIT {
    @AutoClose
    private final SessionRig rig = new SessionRig();

    private final ResilientSession session = rig.connect(builder -> builder.namespace("shop"));

    private final Recorder<TreeChange> tree = new Recorder<>();

    @Test
    void tellsInitialState_parentsFirst() {
        for (String path : new String[] {"/shop", "/shop/t", "/shop/t/a", "/shop/t/a/b", "/shop/t/c"}) {
            rig.observer().create(path, bytes(path));
        }

        awaitArmed(session.watches().tree("/t", tree));

        eventually(() -> assertThat(tree.heard())
                .extracting(TreeChange::kind, TreeChange::path, TreeChange::whileAway)
                .containsExactlyInAnyOrder(
                        tuple(Kind.CREATED, "/t", false),
                        tuple(Kind.CREATED, "/t/a", false),
                        tuple(Kind.CREATED, "/t/a/b", false),
                        tuple(Kind.CREATED, "/t/c", false)));
        assertThat(tree.heard()).extracting(TreeChange::path).containsSubsequence("/t", "/t/a", "/t/a/b");
    }

    @Test
    void followsChanges_belowRootThatDoesNotExistYet() {
        awaitArmed(session.watches().tree("/t", tree));
        assertThat(tree.heard()).isEmpty();

        rig.observer().create("/shop", bytes(""));
        rig.observer().create("/shop/t", bytes(""));
        rig.observer().create("/shop/t/a", bytes(""));
        rig.observer().create("/shop/t/a/b", bytes(""));
        eventually(() -> assertThat(tree.heard())
                .extracting(TreeChange::kind, TreeChange::path)
                .containsExactly(
                        tuple(Kind.CREATED, "/t"), tuple(Kind.CREATED, "/t/a"), tuple(Kind.CREATED, "/t/a/b")));
        tree.forget();

        rig.observer().setData("/shop/t/a", bytes("1"));
        eventually(() -> assertThat(tree.heard())
                .extracting(TreeChange::kind, TreeChange::path)
                .containsExactly(tuple(Kind.CHANGED, "/t/a")));
        rig.observer().delete("/shop/t/a/b");
        rig.observer().delete("/shop/t/a");
        rig.observer().delete("/shop/t");

        eventually(() -> assertThat(tree.heard())
                .extracting(TreeChange::kind, TreeChange::path, TreeChange::whileAway)
                .endsWith(
                        tuple(Kind.DELETED, "/t/a/b", false),
                        tuple(Kind.DELETED, "/t/a", false),
                        tuple(Kind.DELETED, "/t", false)));
    }

    @Test
    void tellsEachListenerItsInitialState_whenTreesOverlap() {
        rig.observer().create("/shop", bytes(""));
        rig.observer().create("/shop/t", bytes(""));
        rig.observer().create("/shop/t/a", bytes(""));
        Recorder<TreeChange> later = new Recorder<>();
        Recorder<TreeChange> inner = new Recorder<>();
        awaitArmed(session.watches().tree("/t", tree));

        Watch second = session.watches().tree("/t", later);
        awaitArmed(second, session.watches().tree("/t/a", inner));
        rig.observer().create("/shop/t/a/b", bytes(""));

        eventually(() -> {
            assertThat(tree.heard()).extracting(TreeChange::path).containsExactly("/t", "/t/a", "/t/a/b");
            assertThat(later.heard()).extracting(TreeChange::path).containsExactly("/t", "/t/a", "/t/a/b");
            assertThat(inner.heard()).extracting(TreeChange::path).containsExactly("/t/a", "/t/a/b");
        });
        second.close();
        rig.observer().delete("/shop/t/a/b");
        eventually(() -> {
            assertThat(tree.last().kind()).isEqualTo(Kind.DELETED);
            assertThat(inner.last().kind()).isEqualTo(Kind.DELETED);
        });
        assertThat(later.last().kind()).isEqualTo(Kind.CREATED);
    }

    @Test
    void goesOn_whenSomebodyRemovesAllWatchesOfThePath() throws Exception {
        rig.observer().create("/shop", bytes(""));
        rig.observer().create("/shop/t", bytes(""));
        Recorder<NodeChange> node = new Recorder<>();
        awaitArmed(session.watches().tree("/t", tree), session.watches().node("/t", node));
        eventually(() -> {
            assertThat(tree.count()).isEqualTo(1);
            assertThat(node.count()).isEqualTo(1);
        });
        int armings = rig.proxy().requests(OpCode.addWatch);

        session.curator().watchers().removeAll().forPath("/t");
        eventually(() -> assertThat(rig.proxy().requests(OpCode.addWatch)).isEqualTo(armings + 1));
        rig.observer().setData("/shop/t", bytes("2"));

        eventually(() -> {
            assertThat(tree.last().kind()).isEqualTo(Kind.CHANGED);
            assertThat(node.last().data()).isEqualTo(bytes("2"));
        });
    }

    @Test
    @Tag("W4")
    void readsNoChildren_whenOnlyDataHaveChanged() {
        for (String path : new String[] {"/shop", "/shop/t", "/shop/t/child"}) {
            rig.observer().create(path, bytes(path));
        }
        awaitArmed(session.watches().tree("/t", tree));
        rig.proxy().resetCounters();

        rig.observer().setData("/shop/t", bytes("1"));

        eventually(() -> assertThat(tree.heard())
                .extracting(TreeChange::path, TreeChange::kind)
                .endsWith(tuple("/t", Kind.CHANGED)));
        assertThat(rig.proxy().requests(OpCode.getChildren2)).isZero();
    }
}
