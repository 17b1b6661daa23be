package io.perennial.watch;

import static io.perennial.watch.Site.awaitArmed;
import static io.perennial.watch.Site.bytes;
import static io.perennial.watch.Site.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.perennial.WithdrawnException;
import io.perennial.operation.SessionClosedException;
import io.perennial.test.NoLeaks;
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
    private final Site site = new Site();

    private final Recorder<NodeChange> node = new Recorder<>();

    @Test
    void tellsFirstState_whenRegisteredBeforeStart() {
        Watch watch = site.watches().node("/a", node);
        assertThat(watch.path()).isEqualTo("/a");
        assertThat(watch.isArmed()).isFalse();
        assertThat(site.session.report().watchesWanted()).isEqualTo(1);

        site.start();

        assertThat(watch.isArmed()).isTrue();
        assertThat(watch.whenArmed()).succeedsWithin(Duration.ofSeconds(20)).isSameAs(watch);
        eventually()
                .untilAsserted(() -> assertThat(node.heard()).singleElement().satisfies(change -> {
                    assertThat(change.exists()).isFalse();
                    assertThat(change.whileAway()).isFalse();
                    assertThat(change.generation()).isEqualTo(1);
                }));
    }

    @Test
    @Tag("S-12")
    @Tag("S-36")
    void hearsTheNewest_andHoldsUpNothing_whenListenerBlocks() throws Exception {
        site.client.create("/a", bytes("0"));
        site.client.create("/a/old", bytes(""));
        site.start();
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        Recorder<ChildrenChange> children = new Recorder<>();
        Recorder<TreeChange> tree = new Recorder<>();
        awaitArmed(site.watches().children("/a", children), site.watches().tree("/a", tree));
        eventually().untilAsserted(() -> assertThat(tree.count()).isEqualTo(2));
        Watch watch = site.watches().node("/a", change -> {
            node.accept(change);
            entered.countDown();
            awaitUninterruptibly(release);
        });
        assertThat(entered.await(10, TimeUnit.SECONDS)).isTrue();

        for (int i = 1; i <= 200; i++) {
            site.client.setData("/a", bytes("" + i));
            site.client.create("/a/n" + i, bytes(""));
            if (i < 200) {
                site.client.delete("/a/n" + i);
            }
        }
        site.catchUp();
        site.expire(() -> site.client.delete("/a/old"));
        awaitArmed(watch);
        assertThat(node.count()).isEqualTo(1);
        release.countDown();

        eventually().untilAsserted(() -> {
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
        site.client.create("/a", bytes("0"));
        site.start();
        List<String> read = new ArrayList<>();
        AtomicReference<Watch> inner = new AtomicReference<>();
        site.watches().node("/a", change -> {
            try {
                read.add(new String(site.session.curator().getData().forPath("/a")));
                inner.set(site.watches().node("/b", node));
            } catch (Exception e) {
                read.add(e.toString());
            }
        });

        eventually().untilAsserted(() -> {
            assertThat(read).containsExactly("0");
            assertThat(node.heard()).hasSize(1);
        });
    }

    @Test
    @Tag("S-44")
    void goesOn_whenListenerThrows() {
        site.client.create("/a", bytes("0"));
        site.client.create("/a/x", bytes(""));
        site.start();
        Recorder<TreeChange> tree = new Recorder<>();
        site.watches().node("/a", change -> {
            node.accept(change);
            throw new IllegalStateException("on purpose");
        });
        site.watches().tree("/a", change -> {
            tree.accept(change);
            throw new AssertionError("on purpose");
        });
        eventually().untilAsserted(() -> {
            assertThat(node.count()).isEqualTo(1);
            assertThat(tree.count()).isEqualTo(2);
        });

        site.client.setData("/a", bytes("1"));
        eventually().untilAsserted(() -> assertThat(node.count()).isEqualTo(2));
        site.expire(() -> site.client.setData("/a", bytes("2")));

        eventually().untilAsserted(() -> {
            assertThat(node.heard()).hasSize(3);
            assertThat(node.last().data()).isEqualTo(bytes("2"));
            assertThat(tree.heard()).hasSize(4);
        });
    }

    @Test
    void hearsNothing_afterClose() {
        site.client.create("/a", bytes("0"));
        site.start();
        Recorder<NodeChange> other = new Recorder<>();
        Watch closed = site.watches().node("/a", node);
        Watch open = site.watches().node("/a", other);
        awaitArmed(closed, open);
        eventually().untilAsserted(() -> {
            assertThat(node.count()).isEqualTo(1);
            assertThat(other.count()).isEqualTo(1);
        });

        closed.close();
        closed.close();
        assertThat(closed.isArmed()).isFalse();
        assertThat(site.session.report().watchesWanted()).isEqualTo(1);
        site.client.setData("/a", bytes("1"));

        eventually().untilAsserted(() -> assertThat(other.count()).isEqualTo(2));
        assertThat(node.count()).isEqualTo(1);
        eventually().untilAsserted(() -> assertThat(site.session.report().watchesArmed())
                .isEqualTo(1));
    }

    @Test
    void givesLaterListenerTheState_andTellsTheEarlierNothing() {
        site.client.create("/a", bytes("0"));
        site.start();
        Recorder<NodeChange> later = new Recorder<>();
        awaitArmed(site.watches().node("/a", node));

        Watch second = site.watches().node("/a", later);

        assertThat(second.whenArmed()).succeedsWithin(10, TimeUnit.SECONDS);
        eventually().untilAsserted(() -> assertThat(later.count()).isEqualTo(1));
        assertThat(node.count()).isEqualTo(1);
        assertThat(site.session.report().watchesArmed()).isEqualTo(2);
    }

    @Test
    void givesEachListenerItsOwnData() {
        site.client.create("/a", bytes("0"));
        site.start();
        Recorder<NodeChange> other = new Recorder<>();
        site.watches().node("/a", change -> change.data()[0] = 'x');
        site.watches().node("/a", other);

        eventually().untilAsserted(() -> assertThat(other.heard())
                .singleElement()
                .satisfies(change -> assertThat(change.data()).isEqualTo(bytes("0"))));
    }

    @Test
    void failsWhatIsPending_andRefusesMore_whenSessionIsClosed() {
        Watch pending = site.watches().node("/a", node);
        Watch closedBefore = site.watches().node("/a", node);
        closedBefore.close();
        site.session.start();
        site.session.close();

        eventually().untilAsserted(() -> {
            assertThat(pending.whenArmed()).isDone();
            assertThat(closedBefore.whenArmed())
                    .failsWithin(Duration.ZERO)
                    .withThrowableThat()
                    .withCauseInstanceOf(WithdrawnException.class);
        });
        assertThat(pending.isArmed()).isFalse();
        pending.close();
        assertThatThrownBy(() -> site.watches().tree("/a", change -> {}))
                .isInstanceOf(SessionClosedException.class)
                .hasMessageContaining("'watching'")
                .hasMessageContaining("/a");
    }

    @Test
    void checksArguments_atOnce() {
        assertThatThrownBy(() -> site.watches().node("a", node))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("path 'a' is relative");
        assertThatThrownBy(() -> site.watches().children("", change -> {}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("path is empty");
        assertThatThrownBy(() -> site.watches().tree("/a", null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("listener is null");
        assertThat(site.session.report().watchesWanted()).isZero();
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            latch.await(30, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
