package io.perennial.internal.watch;

import static io.perennial.internal.watch.Arming.awaitArmed;
import static io.perennial.internal.watch.Arming.catchUp;
import static io.perennial.testing.Data.bytes;
import static io.perennial.testing.Sessions.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.perennial.ResilientSession;
import io.perennial.WithdrawnException;
import io.perennial.operation.SessionClosedException;
import io.perennial.test.NoLeaks;
import io.perennial.testing.Blocking;
import io.perennial.testing.SessionRig;
import io.perennial.watch.ChildrenChange;
import io.perennial.watch.NodeChange;
import io.perennial.watch.TreeChange;
import io.perennial.watch.Watch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Listeners that are slow, throw, call ZooKeeper or are closed; and what a watch is before and after its session. */
@ExtendWith(NoLeaks.class)
class WatchListenersIT {
    @AutoClose
    private final SessionRig rig = new SessionRig();

    private final ResilientSession session = rig.build();

    private final Recorder<NodeChange> node = new Recorder<>();

    @Test
    void tellsFirstState_whenRegisteredBeforeStart() {
        Watch watch = session.watches().node("/a", node);
        assertThat(watch.path()).isEqualTo("/a");
        assertThat(watch.isArmed()).isFalse();
        assertThat(session.report().watchesWanted()).isEqualTo(1);

        rig.connect(session);

        assertThat(watch.isArmed()).isTrue();
        assertThat(watch.whenArmed()).succeedsWithin(Duration.ofSeconds(20)).isSameAs(watch);
        eventually(() -> assertThat(node.heard()).singleElement().satisfies(change -> {
            assertThat(change.exists()).isFalse();
            assertThat(change.whileAway()).isFalse();
            assertThat(change.generation()).isEqualTo(1);
        }));
    }

    @Test
    @Tag("S-12")
    @Tag("S-36")
    void hearsTheNewest_andHoldsUpNothing_whenListenerBlocks() throws Exception {
        rig.observer().create("/a", bytes("0"));
        rig.observer().create("/a/old", bytes(""));
        rig.connect(session);
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        Recorder<ChildrenChange> children = new Recorder<>();
        Recorder<TreeChange> tree = new Recorder<>();
        awaitArmed(session.watches().children("/a", children), session.watches().tree("/a", tree));
        eventually(() -> assertThat(tree.count()).isEqualTo(2));
        Watch watch = session.watches().node("/a", change -> {
            node.accept(change);
            entered.countDown();
            Blocking.until(release);
        });
        assertThat(entered.await(10, TimeUnit.SECONDS)).isTrue();

        for (int i = 1; i <= 200; i++) {
            rig.observer().setData("/a", bytes("" + i));
            rig.observer().create("/a/n" + i, bytes(""));
            if (i < 200) {
                rig.observer().delete("/a/n" + i);
            }
        }
        catchUp(session);
        rig.expire(session, () -> rig.observer().delete("/a/old"));
        awaitArmed(watch);
        assertThat(node.count()).isEqualTo(1);
        release.countDown();

        eventually(() -> {
            assertThat(node.heard()).hasSize(2);
            assertThat(node.last().data()).isEqualTo(bytes("200"));
            assertThat(node.last().whileAway()).isFalse();
            assertThat(children.heard()).hasSize(2);
            assertThat(children.last().children()).containsExactly("n200");
            assertThat(children.last().added()).containsExactly("n200");
            assertThat(children.last().removed()).containsExactly("old");
            assertThat(children.last().whileAway()).isTrue();
            assertThat(tree.heard())
                    .extracting(change -> change.kind() + " " + change.path())
                    .containsExactlyInAnyOrder(
                            "CREATED /a", "CREATED /a/old", "DELETED /a/old", "CHANGED /a", "CREATED /a/n200");
        });
    }

    @Test
    @Tag("S-43")
    void listenerMayCallZooKeeper_andTheWatches() {
        rig.observer().create("/a", bytes("0"));
        rig.connect(session);
        List<String> read = new ArrayList<>();
        AtomicReference<Watch> inner = new AtomicReference<>();
        session.watches().node("/a", change -> {
            try {
                read.add(new String(session.curator().getData().forPath("/a")));
                inner.set(session.watches().node("/b", node));
            } catch (Exception e) {
                read.add(e.toString());
            }
        });

        eventually(() -> {
            assertThat(read).containsExactly("0");
            assertThat(node.heard()).hasSize(1);
        });
    }

    @Test
    @Tag("S-44")
    void goesOn_whenListenerThrows() {
        rig.observer().create("/a", bytes("0"));
        rig.observer().create("/a/x", bytes(""));
        rig.connect(session);
        Recorder<TreeChange> tree = new Recorder<>();
        session.watches().node("/a", change -> {
            node.accept(change);
            throw new IllegalStateException("on purpose");
        });
        session.watches().tree("/a", change -> {
            tree.accept(change);
            throw new AssertionError("on purpose");
        });
        eventually(() -> {
            assertThat(node.count()).isEqualTo(1);
            assertThat(tree.count()).isEqualTo(2);
        });

        rig.observer().setData("/a", bytes("1"));
        eventually(() -> assertThat(node.count()).isEqualTo(2));
        rig.expire(session, () -> rig.observer().setData("/a", bytes("2")));

        eventually(() -> {
            assertThat(node.heard()).hasSize(3);
            assertThat(node.last().data()).isEqualTo(bytes("2"));
            assertThat(tree.heard()).hasSize(4);
        });
    }

    @Test
    void hearsNothing_afterClose() {
        rig.observer().create("/a", bytes("0"));
        rig.connect(session);
        Recorder<NodeChange> other = new Recorder<>();
        Watch closed = session.watches().node("/a", node);
        Watch open = session.watches().node("/a", other);
        awaitArmed(closed, open);
        eventually(() -> {
            assertThat(node.count()).isEqualTo(1);
            assertThat(other.count()).isEqualTo(1);
        });

        closed.close();
        closed.close();
        assertThat(closed.isArmed()).isFalse();
        assertThat(session.report().watchesWanted()).isEqualTo(1);
        rig.observer().setData("/a", bytes("1"));

        eventually(() -> assertThat(other.count()).isEqualTo(2));
        assertThat(node.count()).isEqualTo(1);
        eventually(() -> assertThat(session.report().watchesArmed()).isEqualTo(1));
    }

    @Test
    void givesLaterListenerTheState_andTellsTheEarlierNothing() {
        rig.observer().create("/a", bytes("0"));
        rig.connect(session);
        Recorder<NodeChange> later = new Recorder<>();
        awaitArmed(session.watches().node("/a", node));

        Watch second = session.watches().node("/a", later);

        assertThat(second.whenArmed()).succeedsWithin(10, TimeUnit.SECONDS);
        eventually(() -> assertThat(later.count()).isEqualTo(1));
        assertThat(node.count()).isEqualTo(1);
        assertThat(session.report().watchesArmed()).isEqualTo(2);
    }

    @Test
    void givesEachListenerItsOwnData() {
        rig.observer().create("/a", bytes("0"));
        rig.connect(session);
        Recorder<NodeChange> other = new Recorder<>();
        session.watches().node("/a", change -> change.data()[0] = 'x');
        session.watches().node("/a", other);

        eventually(() -> assertThat(other.heard()).singleElement().satisfies(change -> assertThat(change.data())
                .isEqualTo(bytes("0"))));
    }

    @Test
    void failsWhatIsPending_andRefusesMore_whenSessionIsClosed() {
        Watch pending = session.watches().node("/a", node);
        Watch closedBefore = session.watches().node("/a", node);
        closedBefore.close();
        session.start();
        session.close();

        eventually(() -> {
            assertThat(pending.whenArmed()).isDone();
            assertThat(closedBefore.whenArmed())
                    .failsWithin(Duration.ZERO)
                    .withThrowableThat()
                    .withCauseInstanceOf(WithdrawnException.class);
        });
        assertThat(pending.isArmed()).isFalse();
        pending.close();
        assertThatThrownBy(() -> session.watches().tree("/a", change -> {}))
                .isInstanceOf(SessionClosedException.class)
                .hasMessageContaining("'tested'")
                .hasMessageContaining("/a");
    }

    @Test
    void checksArguments_atOnce() {
        assertThatThrownBy(() -> session.watches().node("a", node))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("path 'a' is relative");
        assertThatThrownBy(() -> session.watches().children("", change -> {}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("path is empty");
        assertThatThrownBy(() -> session.watches().tree("/a", null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("listener is null");
        assertThat(session.report().watchesWanted()).isZero();
    }
}
