package io.perennial.internal.watch;

import static io.perennial.internal.watch.StatBuilder.stat;
import static io.perennial.testing.Data.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.watch.ChildrenChange;
import io.perennial.watch.NodeChange;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class DeliveryTest {
    private final ManualCallbacks run = new ManualCallbacks();
    private final WatchHandle watch = run.watch("/a");
    private final Recorder<NodeChange> node = new Recorder<>();
    private final Recorder<ChildrenChange> children = new Recorder<>();
    private final NodeDelivery nodes = new NodeDelivery(watch, run.callbacks, node);
    private final ChildrenDelivery names = new ChildrenDelivery(watch, run.callbacks, children);

    @Test
    void tellsTheNewestOnly_whileTheListenerIsBusy() {
        nodes.offer(state(1, "1"), false, 1);
        nodes.offer(state(2, "2"), false, 1);
        nodes.offer(state(3, "3"), false, 2);

        run.runAll();

        assertThat(node.heard()).singleElement().satisfies(change -> {
            assertThat(change.data()).isEqualTo(bytes("3"));
            assertThat(change.generation()).isEqualTo(2);
        });
    }

    @Test
    void tellsWhileAway_whenOneOfTheMergedWas() {
        tell(state(1, "1"), false);
        nodes.offer(state(2, "2"), true, 1);
        nodes.offer(state(3, "3"), false, 1);
        run.runAll();

        assertThat(node.last().whileAway()).isTrue();
        tell(state(4, "4"), false);
        assertThat(node.last().whileAway()).isFalse();
    }

    @Test
    void initialStateWasNeverMissed() {
        tell(NodeSnapshot.ABSENT, true);

        assertThat(node.last().whileAway()).isFalse();
        assertThat(node.last().exists()).isFalse();
        assertThat(node.last().data()).isNull();
    }

    @Test
    void tellsNothing_whenMergedChangesCancelOut() {
        tell(NodeSnapshot.ABSENT, false);

        nodes.offer(state(1, "1"), false, 1);
        nodes.offer(NodeSnapshot.ABSENT, false, 1);
        run.runAll();

        assertThat(node.count()).isEqualTo(1);
    }

    @Test
    @Tag("W2")
    void tellsNothing_afterClose() {
        nodes.offer(state(1, "1"), false, 1);
        watch.close();

        run.runAll();

        assertThat(node.heard()).isEmpty();
    }

    @Test
    @Tag("W2")
    void tellsNothingMore_whenItIsClosedWithinTheListener() {
        var closing = new NodeDelivery(watch, run.callbacks, change -> {
            node.accept(change);
            watch.close();
            // Read, and offered, while the loop has not heard of the close.
            nodes.offer(state(3, "3"), false, 1);
        });
        closing.offer(state(1, "1"), false, 1);
        nodes.offer(state(2, "2"), false, 1);

        run.runAll();

        assertThat(node.count()).isEqualTo(1);
    }

    @Test
    void comparesNamesWithWhatWasTold_notWithWhatWasReplaced() {
        names.offer(names(1, "a", "b"), false, 1);
        run.runAll();
        names.offer(names(2, "a", "c"), false, 1);
        names.offer(names(3, "c", "d"), false, 1);
        run.runAll();

        assertThat(children.last().children()).containsExactlyInAnyOrder("c", "d");
        assertThat(children.last().added()).containsExactlyInAnyOrder("c", "d");
        assertThat(children.last().removed()).containsExactlyInAnyOrder("a", "b");
    }

    @Test
    void tellsEqualNames_whenSomethingHappenedInBetween() {
        names.offer(names(1, "a"), false, 1);
        run.runAll();
        names.offer(names(3, "a"), true, 1);
        run.runAll();

        assertThat(children.count()).isEqualTo(2);
        assertThat(children.last().added()).isEmpty();
        assertThat(children.last().removed()).isEmpty();
    }

    private void tell(NodeSnapshot state, boolean whileAway) {
        nodes.offer(state, whileAway, 1);
        run.runAll();
    }

    private static NodeSnapshot state(long mzxid, String data) {
        return NodeSnapshot.of(stat(1, mzxid), bytes(data));
    }

    private static ChildrenSnapshot names(long pzxid, String... names) {
        return ChildrenSnapshot.of(stat(1, 1, pzxid), List.of(names));
    }
}
