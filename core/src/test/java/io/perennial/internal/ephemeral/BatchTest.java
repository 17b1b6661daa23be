package io.perennial.internal.ephemeral;

import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.internal.protocol.RequestKey;
import io.perennial.internal.protocol.RequestKind;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.ZooDefs.Ids;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class BatchTest {
    private final DrivenNodes driven = new DrivenNodes();
    private int made;

    @Test
    void isFullByCount() {
        var batch = new Batch(3, 1_000_000);
        add(batch, 1, 10);
        add(batch, 1, 10);
        assertThat(batch.hasRoomFor(1, 10)).isTrue();
        assertThat(batch.hasRoomFor(2, 10)).isFalse();
    }

    @Test
    void isFullByBytes() {
        var batch = new Batch(1_000, 100);
        add(batch, 1, 60);
        assertThat(batch.hasRoomFor(1, 40)).isTrue();
        assertThat(batch.hasRoomFor(1, 41)).isFalse();
        add(batch, 1, 40);
        assertThat(batch.bytes()).isEqualTo(100);
    }

    @Test
    void takesOneNodeHoweverLargeBecauseItCannotBeSplit() {
        var batch = new Batch(1, 100);
        assertThat(batch.hasRoomFor(2, 5_000)).isTrue();
        add(batch, 2, 5_000);
        assertThat(batch.hasRoomFor(1, 1)).isFalse();
    }

    @Test
    void tellsWhoseOperationFailedAndWhetherItWasTheCreate() {
        var batch = new Batch(10, 1_000);
        TrackedNode created = add(batch, 1, 10);
        TrackedNode replaced = add(batch, 2, 10);
        assertThat(batch.nodeOf(0)).isSameAs(created);
        assertThat(batch.nodeOf(1)).isSameAs(replaced);
        assertThat(batch.nodeOf(2)).isSameAs(replaced);
        assertThat(batch.nodeOf(-1)).isNull();
        assertThat(batch.isLastOfItsNode(0)).isTrue();
        assertThat(batch.isLastOfItsNode(1)).isFalse();
        assertThat(batch.isLastOfItsNode(2)).isTrue();
    }

    @Test
    @Tag("N1")
    void tellsTheQuestionForTheOwnerFromTheReplacement() {
        var batch = new Batch(10, 1_000);
        add(batch, 2, 10);
        add(batch, 4, 10);
        add(batch, 1, 10);
        assertThat(IntStream.range(-1, 7).filter(batch::asksForOwner)).containsExactly(2, 3);
    }

    @Test
    @Tag("C3")
    void namesWhatItCreates_andNotWhatItDeletes() {
        var batch = new Batch(10, 1_000);
        assertThat(batch.isEmpty()).isTrue();
        add(batch, 1, 10);
        add(batch, 4, 10);

        assertThat(batch.isEmpty()).isFalse();
        assertThat(batch.subjects())
                .containsExactly(
                        new RequestKey(RequestKind.CREATE, "/n0", 0), new RequestKey(RequestKind.CREATE, "/n1", 0));
    }

    private TrackedNode add(Batch batch, int operations, int bytes) {
        var node = (TrackedNode) driven.nodes.register("/n" + made++, new byte[0]);
        Op create = Op.create(node.serverPath, new byte[0], Ids.OPEN_ACL_UNSAFE, CreateMode.EPHEMERAL);
        List<Op> all = operations == 1
                ? List.of(create)
                : Replacement.operations(node.serverPath, 0, operations == Replacement.paths(true), create);
        batch.add(node, all, bytes);
        return node;
    }
}
