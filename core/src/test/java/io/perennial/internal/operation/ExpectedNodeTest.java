package io.perennial.internal.operation;

import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.operation.Write;
import java.util.List;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.data.Stat;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What several writes leave of one path. */
@Tag("O5")
class ExpectedNodeTest {
    private static final long SEEN = 100;
    private static final byte[] OLD = {1};
    private static final byte[] NEW = {2};
    private static final Write CREATE = Write.create("/a", OLD, CreateMode.PERSISTENT);
    private static final Write DELETE = Write.delete("/a", Write.ANY_VERSION);

    private static Stat node(long czxid, int version) {
        var stat = new Stat();
        stat.setCzxid(czxid);
        stat.setVersion(version);
        return stat;
    }

    private static boolean met(Stat now, byte[] data, Write... writes) {
        return ExpectedNode.of(List.of(writes)).stream().allMatch(one -> one.isMetBy(now, data, SEEN));
    }

    @Test
    void isTheLastOfThem_whenANodeIsRemovedAndMadeAgain() {
        assertThat(met(node(101, 0), OLD, DELETE, CREATE)).isTrue();
        assertThat(met(node(99, 0), OLD, DELETE, CREATE)).as("the one before").isFalse();
        assertThat(met(node(101, 0), NEW, DELETE, CREATE)).isFalse();
        assertThat(met(null, null, DELETE, CREATE)).isFalse();
        assertThat(met(null, null, CREATE, DELETE)).isTrue();
        assertThat(met(node(101, 0), OLD, CREATE, DELETE)).isFalse();
        assertThat(met(null, null, Write.check("/a", 3), DELETE)).isTrue();
    }

    @Test
    void countsTheVersionsOn() {
        Write[] twice = {Write.setData("/a", OLD, 3), Write.setData("/a", NEW, 4)};
        assertThat(met(node(9, 5), NEW, twice)).isTrue();
        assertThat(met(node(9, 4), NEW, twice)).isFalse();
        assertThat(met(node(9, 5), OLD, twice)).isFalse();
        assertThat(met(node(101, 5), NEW, twice)).as("another incarnation").isFalse();

        Write[] madeAndSet = {CREATE, Write.setData("/a", NEW, Write.ANY_VERSION)};
        assertThat(met(node(101, 1), NEW, madeAndSet)).isTrue();
        assertThat(met(node(101, 0), NEW, madeAndSet)).isFalse();

        Write[] checkedAndSet = {Write.check("/a", 7), Write.setData("/a", NEW, Write.ANY_VERSION)};
        assertThat(met(node(9, 8), NEW, checkedAndSet)).isTrue();
        assertThat(met(node(9, 9), NEW, checkedAndSet)).isFalse();
        assertThat(met(node(9, 9), NEW, Write.setData("/a", NEW, Write.ANY_VERSION)))
                .isTrue();
    }

    @Test
    void isNobodyElses_whenItIsEphemeralOrSequential() {
        assertThat(met(node(101, 0), OLD, Write.create("/a", OLD, CreateMode.EPHEMERAL)))
                .isFalse();
        assertThat(met(node(101, 0), OLD, Write.create("/a", OLD, CreateMode.PERSISTENT_SEQUENTIAL)))
                .isFalse();
        Stat owned = node(101, 0);
        owned.setEphemeralOwner(7);
        assertThat(met(owned, OLD, CREATE)).isFalse();
    }
}
