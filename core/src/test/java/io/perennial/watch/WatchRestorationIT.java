package io.perennial.watch;

import static io.perennial.watch.Site.awaitArmed;
import static io.perennial.watch.Site.bytes;
import static io.perennial.watch.Site.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import io.perennial.test.NoLeaks;
import io.perennial.watch.TreeChange.Kind;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.apache.zookeeper.ZooDefs.OpCode;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** What watches tell after the session was away. */
@ExtendWith(NoLeaks.class)
class WatchRestorationIT {
    /** The ways in which a session comes back. */
    enum Absence {
        RECONNECT(Site::reconnect),
        RESUME(Site::resume),
        EXPIRE(Site::expire);

        private final BiConsumer<Site, Runnable> fault;

        Absence(BiConsumer<Site, Runnable> fault) {
            this.fault = fault;
        }

        void of(Site site, Runnable meanwhile) {
            fault.accept(site, meanwhile);
        }
    }

    @AutoClose
    private final Site site = new Site();

    private final Recorder<NodeChange> node = new Recorder<>();
    private final Recorder<ChildrenChange> children = new Recorder<>();
    private final Recorder<TreeChange> tree = new Recorder<>();

    @BeforeEach
    void watchEverything() {
        site.client.create("/a", bytes("1"));
        site.client.create("/a/x", bytes("x"));
        site.start();
        awaitArmed(
                site.watches().node("/a", node),
                site.watches().children("/a", children),
                site.watches().tree("/a", tree));
        eventually().untilAsserted(() -> {
            assertThat(node.count()).isEqualTo(1);
            assertThat(children.count()).isEqualTo(1);
            assertThat(tree.count()).isEqualTo(2);
        });
        forget();
    }

    @Tag("S-27")
    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "RESUME")
    void armsEveryKindAgain_whenSessionComesBack(Absence absence) {
        absence.of(site, () -> {});
        assertThat(site.session.report().watchesArmed()).isEqualTo(3);

        site.client.setData("/a", bytes("2"));
        site.client.create("/a/y", bytes("y"));

        eventually().untilAsserted(() -> {
            assertThat(node.heard()).singleElement().satisfies(change -> {
                assertThat(change.data()).isEqualTo(bytes("2"));
                assertThat(change.whileAway()).isFalse();
                assertThat(change.generation()).isEqualTo(site.generation());
            });
            assertThat(children.heard()).singleElement().satisfies(change -> {
                assertThat(change.added()).containsExactly("y");
                assertThat(change.whileAway()).isFalse();
            });
            assertThat(tree.heard())
                    .extracting(TreeChange::kind, TreeChange::path, TreeChange::whileAway)
                    .containsExactly(tuple(Kind.CHANGED, "/a", false), tuple(Kind.CREATED, "/a/y", false));
        });
    }

    @Tag("S-27")
    @Tag("S-29")
    @ParameterizedTest
    @EnumSource
    void tellsWhatWasMissed_once_whenChangedWhileAway(Absence absence) {
        absence.of(site, () -> {
            site.client.setData("/a", bytes("2"));
            site.client.setData("/a", bytes("3"));
            site.client.delete("/a/x");
            site.client.create("/a/y", bytes("y"));
        });

        assertMissedOnce();
        absence.of(site, () -> {});
        assertMissedOnce();
    }

    private void assertMissedOnce() {
        eventually().untilAsserted(() -> {
            assertThat(node.heard()).singleElement().satisfies(change -> {
                assertThat(change.data()).isEqualTo(bytes("3"));
                assertThat(change.whileAway()).isTrue();
            });
            assertThat(children.heard()).singleElement().satisfies(change -> {
                assertThat(change.children()).containsExactly("y");
                assertThat(change.added()).containsExactly("y");
                assertThat(change.removed()).containsExactly("x");
                assertThat(change.whileAway()).isTrue();
            });
            assertThat(tree.heard())
                    .extracting(TreeChange::kind, TreeChange::path, TreeChange::whileAway)
                    .containsExactlyInAnyOrder(
                            tuple(Kind.CHANGED, "/a", true),
                            tuple(Kind.DELETED, "/a/x", true),
                            tuple(Kind.CREATED, "/a/y", true));
        });
    }

    @Tag("S-28")
    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "RESUME")
    void tellsWhatWasMissed_whenNodeIsRecreatedAtTheSameVersion(Absence absence) {
        absence.of(site, () -> {
            site.client.delete("/a/x");
            site.client.delete("/a");
            site.client.create("/a", bytes("1"));
            site.client.create("/a/x", bytes("x"));
        });

        eventually().untilAsserted(() -> {
            assertThat(node.heard()).singleElement().satisfies(change -> {
                assertThat(change.stat().getVersion()).isZero();
                assertThat(change.whileAway()).isTrue();
            });
            assertThat(children.heard()).singleElement().satisfies(change -> {
                assertThat(change.children()).containsExactly("x");
                assertThat(change.added()).isEmpty();
                assertThat(change.removed()).isEmpty();
                assertThat(change.whileAway()).isTrue();
            });
            assertThat(tree.heard())
                    .extracting(TreeChange::kind, TreeChange::path)
                    .containsExactly(
                            tuple(Kind.DELETED, "/a/x"),
                            tuple(Kind.DELETED, "/a"),
                            tuple(Kind.CREATED, "/a"),
                            tuple(Kind.CREATED, "/a/x"));
        });
    }

    @Tag("S-28")
    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "RESUME")
    void tellsThatSomethingHappened_whenChildIsCreatedAndDeletedWhileAway(Absence absence) {
        absence.of(site, () -> {
            site.client.create("/a/passing", bytes(""));
            site.client.delete("/a/passing");
        });

        eventually()
                .untilAsserted(
                        () -> assertThat(children.heard()).singleElement().satisfies(change -> {
                            assertThat(change.children()).containsExactly("x");
                            assertThat(change.added()).isEmpty();
                            assertThat(change.removed()).isEmpty();
                            assertThat(change.whileAway()).isTrue();
                        }));
        assertThat(node.heard()).isEmpty();
        assertThat(tree.heard()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "RESUME")
    void tellsOfExistence_whenNodeComesAndGoesWhileAway(Absence absence) {
        Recorder<NodeChange> absent = new Recorder<>();
        Recorder<ChildrenChange> absentParent = new Recorder<>();
        awaitArmed(site.watches().node("/b", absent), site.watches().children("/b", absentParent));
        eventually().untilAsserted(() -> {
            assertThat(absent.heard()).extracting(NodeChange::exists).containsExactly(false);
            assertThat(absentParent.heard())
                    .extracting(ChildrenChange::children)
                    .containsExactly(Set.of());
        });

        absence.of(site, () -> {
            site.client.create("/b", bytes("b"));
            site.client.create("/b/c", bytes("c"));
            site.client.delete("/a/x");
            site.client.delete("/a");
        });

        eventually().untilAsserted(() -> {
            assertThat(absent.last().data()).isEqualTo(bytes("b"));
            assertThat(absent.last().whileAway()).isTrue();
            assertThat(absentParent.last().added()).containsExactly("c");
            assertThat(node.last().exists()).isFalse();
            assertThat(node.last().whileAway()).isTrue();
            assertThat(children.last().removed()).containsExactly("x");
        });
    }

    @Test
    @Tag("S-29")
    void readsNothingAgain_butTrees_andWhatTheirWatchesServe_whenReconnected() {
        awaitArmed(site.watches().node("/a/x", change -> {}), site.watches().children("/a/x", change -> {}));
        site.proxy.resetCounters();

        site.reconnect(() -> {});

        assertThat(site.proxy.requests(OpCode.getData)).isEqualTo(1); // the tree's root
        assertThat(site.proxy.requests(OpCode.getChildren2)).isEqualTo(2 + 1);
        assertThat(site.proxy.requests(OpCode.addWatch)).isZero();
    }

    @Test
    void isNotArmed_whileDisconnected() {
        Watch watch = site.watches().node("/a", change -> {});
        awaitArmed(watch);

        site.reconnect(() -> {
            assertThat(watch.isArmed()).isFalse();
            assertThat(site.session.report().watchesArmed()).isZero();
            assertThat(site.session.report().watchesWanted()).isEqualTo(4);
        });

        assertThat(watch.isArmed()).isTrue();
    }

    @Test
    void tellsOnce_whenAnswerIsLostWithTheConnection() throws Exception {
        var lost = site.proxy.loseAcknowledgement(op -> op == OpCode.getData);

        site.client.setData("/a", bytes("2"));

        lost.get(10, TimeUnit.SECONDS);
        eventually().untilAsserted(() -> assertThat(node.heard())
                .singleElement()
                .satisfies(change -> assertThat(change.data()).isEqualTo(bytes("2"))));
        site.client.setData("/a", bytes("3"));
        eventually().untilAsserted(() -> assertThat(node.last().data()).isEqualTo(bytes("3")));
        assertThat(node.count()).isEqualTo(2);
    }

    private void forget() {
        node.forget();
        children.forget();
        tree.forget();
    }
}
