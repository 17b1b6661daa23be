package io.perennial.watch;

import static io.perennial.watch.Site.awaitArmed;
import static io.perennial.watch.Site.bytes;
import static io.perennial.watch.Site.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import io.perennial.test.NoLeaks;
import io.perennial.watch.TreeChange.Kind;
import org.apache.zookeeper.ZooDefs.OpCode;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What a tree watch tells while the session is there. */
@ExtendWith(NoLeaks.class)
class TreeWatchIT {
    @AutoClose
    private final Site site = new Site(builder -> builder.namespace("shop")).start();

    private final Recorder<TreeChange> tree = new Recorder<>();

    @Test
    void tellsInitialState_parentsFirst() {
        for (String path : new String[] {"/shop", "/shop/t", "/shop/t/a", "/shop/t/a/b", "/shop/t/c"}) {
            site.client.create(path, bytes(path));
        }

        awaitArmed(site.watches().tree("/t", tree));

        eventually().untilAsserted(() -> assertThat(tree.heard())
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
        awaitArmed(site.watches().tree("/t", tree));
        assertThat(tree.heard()).isEmpty();

        site.client.create("/shop", bytes(""));
        site.client.create("/shop/t", bytes(""));
        site.client.create("/shop/t/a", bytes(""));
        site.client.create("/shop/t/a/b", bytes(""));
        eventually().untilAsserted(() -> assertThat(tree.heard())
                .extracting(TreeChange::kind, TreeChange::path)
                .containsExactly(
                        tuple(Kind.CREATED, "/t"), tuple(Kind.CREATED, "/t/a"), tuple(Kind.CREATED, "/t/a/b")));
        tree.forget();

        site.client.setData("/shop/t/a", bytes("1"));
        eventually().untilAsserted(() -> assertThat(tree.heard())
                .extracting(TreeChange::kind, TreeChange::path)
                .containsExactly(tuple(Kind.CHANGED, "/t/a")));
        site.client.delete("/shop/t/a/b");
        site.client.delete("/shop/t/a");
        site.client.delete("/shop/t");

        eventually().untilAsserted(() -> assertThat(tree.heard())
                .extracting(TreeChange::kind, TreeChange::path, TreeChange::whileAway)
                .endsWith(
                        tuple(Kind.DELETED, "/t/a/b", false),
                        tuple(Kind.DELETED, "/t/a", false),
                        tuple(Kind.DELETED, "/t", false)));
    }

    @Test
    void tellsEachListenerItsInitialState_whenTreesOverlap() {
        site.client.create("/shop", bytes(""));
        site.client.create("/shop/t", bytes(""));
        site.client.create("/shop/t/a", bytes(""));
        Recorder<TreeChange> later = new Recorder<>();
        Recorder<TreeChange> inner = new Recorder<>();
        awaitArmed(site.watches().tree("/t", tree));

        Watch second = site.watches().tree("/t", later);
        awaitArmed(second, site.watches().tree("/t/a", inner));
        site.client.create("/shop/t/a/b", bytes(""));

        eventually().untilAsserted(() -> {
            assertThat(tree.heard()).extracting(TreeChange::path).containsExactly("/t", "/t/a", "/t/a/b");
            assertThat(later.heard()).extracting(TreeChange::path).containsExactly("/t", "/t/a", "/t/a/b");
            assertThat(inner.heard()).extracting(TreeChange::path).containsExactly("/t/a", "/t/a/b");
        });
        second.close();
        site.client.delete("/shop/t/a/b");
        eventually().untilAsserted(() -> {
            assertThat(tree.last().kind()).isEqualTo(Kind.DELETED);
            assertThat(inner.last().kind()).isEqualTo(Kind.DELETED);
        });
        assertThat(later.last().kind()).isEqualTo(Kind.CREATED);
    }

    @Test
    void goesOn_whenSomebodyRemovesAllWatchesOfThePath() throws Exception {
        site.client.create("/shop", bytes(""));
        site.client.create("/shop/t", bytes(""));
        Recorder<NodeChange> node = new Recorder<>();
        awaitArmed(site.watches().tree("/t", tree), site.watches().node("/t", node));
        eventually().untilAsserted(() -> {
            assertThat(tree.count()).isEqualTo(1);
            assertThat(node.count()).isEqualTo(1);
        });
        int armings = site.proxy.requests(OpCode.addWatch);

        site.session.curator().watchers().removeAll().forPath("/t");
        eventually().untilAsserted(() -> assertThat(site.proxy.requests(OpCode.addWatch))
                .isEqualTo(armings + 1));
        site.client.setData("/shop/t", bytes("2"));

        eventually().untilAsserted(() -> {
            assertThat(tree.last().kind()).isEqualTo(Kind.CHANGED);
            assertThat(node.last().data()).isEqualTo(bytes("2"));
        });
    }

    @Test
    @Tag("W4")
    void readsNoChildren_whenOnlyDataHaveChanged() {
        for (String path : new String[] {"/shop", "/shop/t", "/shop/t/child"}) {
            site.client.create(path, bytes(path));
        }
        awaitArmed(site.watches().tree("/t", tree));
        site.proxy.resetCounters();

        site.client.setData("/shop/t", bytes("1"));

        eventually().untilAsserted(() -> assertThat(tree.heard())
                .extracting(TreeChange::path, TreeChange::kind)
                .endsWith(tuple("/t", Kind.CHANGED)));
        assertThat(site.proxy.requests(OpCode.getChildren2)).isZero();
    }
}
