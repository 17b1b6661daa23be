package io.perennial.ephemeral;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.zookeeper.data.Stat;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class NodeStateTest {
    private final NodeState state = new NodeState();

    @ParameterizedTest
    @Tag("N2")
    @EnumSource(
            value = Step.class,
            names = {"WRITE", "REPLACE", "DELETE"})
    void isLookedAtBeforeItIsTouched_unlessAWatchWouldHaveToldOfAChange(Step next) {
        assertThat(state.isOutdated(next, false, false)).isTrue();
        assertThat(state.isOutdated(next, false, true)).isFalse();
        assertThat(state.isOutdated(next, true, false)).isFalse();
        assertThat(state.isOutdated(Step.HOLD, false, false)).isFalse();
    }

    @Test
    @Tag("N9")
    void isLookedForBeforeItIsMade_whenACreateWithItsIdMayBeUnderWay() {
        assertThat(state.isOutdated(Step.CREATE, false, false)).isFalse();
        state.protectionId = Protection.newId();
        assertThat(state.isOutdated(Step.CREATE, false, false)).isTrue();
        assertThat(state.isOutdated(Step.CREATE, false, true)).isTrue();
    }

    @Test
    @Tag("N3")
    void isHeldWithItsOwnDataOnly_whenItTakesOverAPredecessorsNode() {
        var predecessor = new NodeState();
        predecessor.creating(3);
        predecessor.created();
        state.inherit(predecessor, true);
        assertThat(state.knowledge).isEqualTo(Knowledge.INHERITED);
        state.writing();
        state.foundOurs(stat(0, 7));
        assertThat(state.knowledge).isEqualTo(Knowledge.INHERITED);
        assertThat(state.written()).isNegative();
        state.written(0, stat(1, 8));
        assertThat(state.knowledge).isEqualTo(Knowledge.OURS);
        assertThat(state.written()).isZero();
    }

    @Test
    @Tag("N3")
    void isToBeReplaced_whenThePredecessorsNodeCannotBeWritten() {
        var predecessor = new NodeState();
        predecessor.creating(0);
        state.inherit(predecessor, false);
        assertThat(state.knowledge).isEqualTo(Knowledge.IN_DOUBT);
        state.foundOurs(stat(0, 7));
        assertThat(state.knowledge).isEqualTo(Knowledge.LEFTOVER);
        state.creating(0);
        state.created();
        assertThat(state.knowledge).isEqualTo(Knowledge.OURS);
    }

    @Test
    @Tag("N4")
    void isWrittenAgain_whenItIsFoundAsItWasBeforeAnAcknowledgedWrite() {
        state.creating(0);
        state.created();
        state.foundOurs(stat(0, 5));
        assertThat(state.written()).isZero();
        state.written(1, stat(1, 9));
        state.foundOurs(stat(1, 9));
        assertThat(state.written()).isEqualTo(1);
        state.foundOurs(stat(0, 5));
        assertThat(state.written()).isNegative();
    }

    @Test
    @Tag("N4")
    void isWritten_whenItsCreationWasRefusedAndTheSessionOwnsWhatStandsThere() {
        state.creating(3);
        state.notCreated();
        state.foundOurs(stat(0, 5));
        assertThat(state.knowledge).isEqualTo(Knowledge.OURS);
        assertThat(state.written()).isNegative();
    }

    private static Stat stat(int version, long mzxid) {
        var stat = new Stat();
        stat.setVersion(version);
        stat.setMzxid(mzxid);
        return stat;
    }
}
