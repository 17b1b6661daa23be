package io.perennial.internal.watch;

import static io.perennial.internal.watch.Arming.awaitArmed;
import static io.perennial.testing.Data.bytes;
import static io.perennial.testing.Sessions.eventually;
import static io.perennial.testing.Sessions.generationOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import io.perennial.ResilientSession;
import io.perennial.test.NoLeaks;
import io.perennial.testing.SessionRig;
import io.perennial.watch.ChildrenChange;
import io.perennial.watch.NodeChange;
import io.perennial.watch.TreeChange;
import io.perennial.watch.TreeChange.Kind;
import io.perennial.watch.Watch;
import java.util.Set;
import java.util.concurrent.TimeUnit;
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
        RECONNECT(SessionRig::reconnect),
        RESUME(SessionRig::resume),
        EXPIRE(SessionRig::expire);

        private final Fault fault;

        Absence(Fault fault) {
            this.fault = fault;
        }

        private interface Fault {
            void happenTo(SessionRig rig, ResilientSession session, Runnable meanwhile);
        }
    }

    @AutoClose
    private final SessionRig rig = new SessionRig();

    private final ResilientSession session = rig.build();

    private final Recorder<NodeChange> node = new Recorder<>();
    private final Recorder<ChildrenChange> children = new Recorder<>();
    private final Recorder<TreeChange> tree = new Recorder<>();

    @BeforeEach
    void watchEverything() {
        rig.observer().create("/a", bytes("1"));
        rig.observer().create("/a/x", bytes("x"));
        rig.connect(session);
        awaitArmed(
                session.watches().node("/a", node),
                session.watches().children("/a", children),
                session.watches().tree("/a", tree));
        eventually(() -> {
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
        absence.fault.happenTo(rig, session, () -> {});
        assertThat(session.report().watchesArmed()).isEqualTo(3);

        rig.observer().setData("/a", bytes("2"));
        rig.observer().create("/a/y", bytes("y"));

        eventually(() -> {
            assertThat(node.heard()).singleElement().satisfies(change -> {
                assertThat(change.data()).isEqualTo(bytes("2"));
                assertThat(change.whileAway()).isFalse();
                assertThat(change.generation()).isEqualTo(generationOf(session));
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
        absence.fault.happenTo(rig, session, () -> {
            rig.observer().setData("/a", bytes("2"));
            rig.observer().setData("/a", bytes("3"));
            rig.observer().delete("/a/x");
            rig.observer().create("/a/y", bytes("y"));
        });

        assertMissedOnce();
        absence.fault.happenTo(rig, session, () -> {});
        assertMissedOnce();
    }

    private void assertMissedOnce() {
        eventually(() -> {
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
        absence.fault.happenTo(rig, session, () -> {
            rig.observer().delete("/a/x");
            rig.observer().delete("/a");
            rig.observer().create("/a", bytes("1"));
            rig.observer().create("/a/x", bytes("x"));
        });

        eventually(() -> {
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
        absence.fault.happenTo(rig, session, () -> {
            rig.observer().create("/a/passing", bytes(""));
            rig.observer().delete("/a/passing");
        });

        eventually(() -> assertThat(children.heard()).singleElement().satisfies(change -> {
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
        awaitArmed(session.watches().node("/b", absent), session.watches().children("/b", absentParent));
        eventually(() -> {
            assertThat(absent.heard()).extracting(NodeChange::exists).containsExactly(false);
            assertThat(absentParent.heard())
                    .extracting(ChildrenChange::children)
                    .containsExactly(Set.of());
        });

        absence.fault.happenTo(rig, session, () -> {
            rig.observer().create("/b", bytes("b"));
            rig.observer().create("/b/c", bytes("c"));
            rig.observer().delete("/a/x");
            rig.observer().delete("/a");
        });

        eventually(() -> {
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
        awaitArmed(
                session.watches().node("/a/x", change -> {}), session.watches().children("/a/x", change -> {}));
        rig.proxy().resetCounters();

        rig.reconnect(session, () -> {});

        assertThat(rig.proxy().requests(OpCode.getData)).isEqualTo(1); // the tree's root
        assertThat(rig.proxy().requests(OpCode.getChildren2)).isEqualTo(2 + 1);
        assertThat(rig.proxy().requests(OpCode.addWatch)).isZero();
    }

    @Test
    void isNotArmed_whileDisconnected() {
        Watch watch = session.watches().node("/a", change -> {});
        awaitArmed(watch);

        rig.reconnect(session, () -> {
            assertThat(watch.isArmed()).isFalse();
            assertThat(session.report().watchesArmed()).isZero();
            assertThat(session.report().watchesWanted()).isEqualTo(4);
        });

        assertThat(watch.isArmed()).isTrue();
    }

    @Test
    void tellsOnce_whenAnswerIsLostWithTheConnection() throws Exception {
        var lost = rig.proxy().loseAcknowledgement(op -> op == OpCode.getData);

        rig.observer().setData("/a", bytes("2"));

        lost.get(10, TimeUnit.SECONDS);
        eventually(() -> assertThat(node.heard()).singleElement().satisfies(change -> assertThat(change.data())
                .isEqualTo(bytes("2"))));
        rig.observer().setData("/a", bytes("3"));
        eventually(() -> assertThat(node.last().data()).isEqualTo(bytes("3")));
        assertThat(node.count()).isEqualTo(2);
    }

    private void forget() {
        node.forget();
        children.forget();
        tree.forget();
    }
}
