package io.perennial.internal.ephemeral;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.zookeeper.data.Stat;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class NodeStateTest {
    private static final long SESSION = 0x11;

    private final NodeState state = new NodeState();

    @ParameterizedTest
    @Tag("N2")
    @EnumSource(
            value = NodeAction.class,
            names = {"WRITE", "REPLACE", "DELETE"})
    void isLookedAtBeforeItIsTouched_unlessAWatchWouldHaveToldOfAChange(NodeAction next) {
        assertThat(state.isOutdated(next, false)).isTrue();
        assertThat(state.isOutdated(next, true)).isFalse();
        assertThat(state.isOutdated(NodeAction.HOLD, false)).isFalse();
        assertThat(state.isFresh()).isFalse();
        state.markFresh();
        assertThat(state.isOutdated(next, false)).isFalse();
        assertThat(state.isFresh()).isTrue();
    }

    @Test
    @Tag("N9")
    void isLookedForBeforeItIsMade_whenACreateWithItsIdMayBeUnderWay() {
        assertThat(state.isOutdated(NodeAction.CREATE, false)).isFalse();
        assertThat(state.idToCreateWith()).isEqualTo(state.protectionId());
        assertThat(state.isOutdated(NodeAction.CREATE, false)).isTrue();
        assertThat(state.isOutdated(NodeAction.CREATE, true)).isTrue();
    }

    @Test
    @Tag("N3")
    void isHeldWithItsOwnDataOnly_whenItTakesOverAPredecessorsNode() {
        var predecessor = new NodeState();
        predecessor.creating(3);
        predecessor.created();
        state.inherit(predecessor, true);
        assertThat(state.known()).isEqualTo(ObservedNode.INHERITED);
        state.writing();
        state.foundOurs(stat(0, 7));
        assertThat(state.known()).isEqualTo(ObservedNode.INHERITED);
        assertThat(state.written()).isNegative();
        state.written(0, stat(1, 8));
        assertThat(state.known()).isEqualTo(ObservedNode.OWNED);
        assertThat(state.written()).isZero();
    }

    @Test
    @Tag("N3")
    void isToBeReplaced_whenThePredecessorsNodeCannotBeWritten() {
        var predecessor = new NodeState();
        predecessor.creating(0);
        state.inherit(predecessor, false);
        assertThat(state.known()).isEqualTo(ObservedNode.IN_DOUBT);
        state.foundOurs(stat(0, 7));
        assertThat(state.known()).isEqualTo(ObservedNode.STALE);
        state.creating(0);
        state.created();
        assertThat(state.known()).isEqualTo(ObservedNode.OWNED);
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
        assertThat(state.known()).isEqualTo(ObservedNode.INHERITED);
        assertThat(state.written()).isNegative();
    }

    @Test
    void staysAsItWas_whenAWriteIsRefused_unlessALookHasSaidOtherwise() {
        assertThat(afterARefusal(owned(0))).isEqualTo(ObservedNode.OWNED);
        assertThat(afterARefusal(null)).isEqualTo(ObservedNode.IN_DOUBT);
        assertThat(afterARefusal(owned(1))).isEqualTo(ObservedNode.IN_DOUBT);
        assertThat(afterARefusal(stat(0, 5))).as("nobody's").isEqualTo(ObservedNode.IN_DOUBT);
    }

    private ObservedNode afterARefusal(Stat seen) {
        state.creating(0);
        state.created();
        state.writing();
        state.glimpsed(seen, SESSION);
        state.notDone();
        return state.known();
    }

    @Test
    void isAbsentStill_whenItsCreationIsRefused() {
        state.creating(0);
        state.notCreated();
        assertThat(state.known()).isEqualTo(ObservedNode.ABSENT);
    }

    @Test
    @Tag("N3")
    void isItsOwn_whenItIsMadeWhereNothingWasInherited() {
        state.inherit(new NodeState(), false);
        state.creating(0);
        state.foundOurs(stat(0, 5));
        assertThat(state.known()).isEqualTo(ObservedNode.OWNED);
    }

    @Test
    @Tag("N3")
    void knowsWhetherItWasAPredecessors_whenAWriteWasSent() {
        var predecessor = new NodeState();
        predecessor.creating(0);
        predecessor.created();
        predecessor.writing();
        assertThat(predecessor.isInherited()).isFalse();
        predecessor.notDone();
        state.inherit(predecessor, true);
        state.writing();
        assertThat(state.isInherited()).isTrue();
        state.disturb();
        assertThat(state.isInherited()).isFalse();
    }

    @Test
    void holdsWhatItWasCreatedWith_asLongAsNobodyHasWrittenIt() {
        state.creating(3);
        state.foundOurs(stat(1, 5));
        assertThat(state.written()).isNegative();
        state.foundOurs(stat(0, 5));
        assertThat(state.written()).isEqualTo(3);
    }

    @Test
    @Tag("N4")
    void isWrittenFirst_whereAPredecessorsNodeStandsInAStrangersPlace() {
        state.foundForeign(stat(0, 4));
        state.foundOurs(stat(0, 5));
        assertThat(state.known()).isEqualTo(ObservedNode.INHERITED);
        state.written(2, stat(1, 6));
        assertThat(state.known()).isEqualTo(ObservedNode.OWNED);
        state.foundOurs(stat(0, 5));
        assertThat(state.known()).isEqualTo(ObservedNode.OWNED);
        assertThat(state.written()).isNegative();
    }

    @Test
    @Tag("N4")
    void isTakenForTheCreatedOne_onlyWhileNothingElseWasReportedOfIt() {
        assertThat(state.isTakenForCreated(owned(0), SESSION)).isFalse();
        state.creating(3);
        assertThat(state.isTakenForCreated(owned(0), SESSION)).isTrue();
        assertThat(state.isTakenForCreated(owned(1), SESSION)).isFalse();
        assertThat(state.isTakenForCreated(owned(0), SESSION + 1)).isFalse();
        state.foundOtherData();
        assertThat(state.isTakenForCreated(owned(0), SESSION)).isFalse();
        state.creating(3);
        state.foundOurs(owned(0));
        assertThat(state.isTakenForCreated(owned(0), SESSION)).isFalse();
    }

    @Test
    @Tag("N4")
    void isNoPredecessors_whenItsNameHasItsId() {
        String unused = state.idToCreateWith();
        state.creating(3);
        assertThat(state.isTakenForCreated(owned(0), SESSION)).isFalse();
        state.foundOurs(owned(1));
        assertThat(state.known()).isEqualTo(ObservedNode.OWNED);
    }

    @Test
    void holdsAtLeastWhatItWasCreatedWith_whenItMayNotBeRead() {
        state.creating(3);
        state.foundOursUnread();
        assertThat(state.written()).isEqualTo(3);
        state.written(4, stat(1, 6));
        state.foundOursUnread();
        assertThat(state.written()).isEqualTo(4);
    }

    @Test
    void saysWhatStandsInItsWay() {
        Stat persistent = stat(0, 5);
        state.foundForeign(persistent);
        assertThat(state.obstacle().description()).isEqualTo("a persistent node");
        persistent.setNumChildren(2);
        state.foundForeign(persistent);
        assertThat(state.obstacle().description()).isEqualTo("a persistent node with 2 children");
        state.foundForeign(owned(0));
        assertThat(state.obstacle().description()).isEqualTo("a node of another owner (0x11)");
    }

    private static Stat owned(int version) {
        Stat stat = stat(version, 5);
        stat.setEphemeralOwner(SESSION);
        return stat;
    }

    private static Stat stat(int version, long mzxid) {
        var stat = new Stat();
        stat.setVersion(version);
        stat.setMzxid(mzxid);
        return stat;
    }
}
