package io.perennial.internal.ephemeral;

import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.ephemeral.EphemeralSpec;
import io.perennial.internal.engine.HandLoop;
import io.perennial.internal.engine.HandTicker;
import io.perennial.internal.engine.ThrottledLog;
import io.perennial.internal.restore.RestoreContext;
import java.util.ArrayList;
import java.util.List;
import org.apache.zookeeper.ZooDefs.Ids;
import org.apache.zookeeper.data.Stat;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class PathOccupantsTest {
    private static final String NUMBERED = "/q-0000000007";

    private final NodeLedger ledger = new NodeLedger(context(), () -> {});
    private final List<TrackedNode> left = new ArrayList<>();
    private final List<TrackedNode> tookOver = new ArrayList<>();
    private final PathOccupants occupants = new PathOccupants(ledger, left::add, tookOver::add);

    @Test
    void givesANodeItsPath() {
        TrackedNode node = entered("/a");
        assertThat(occupants.nodes()).containsExactly(node);
        assertThat(occupants.at("/a")).isSameAs(node);
        assertThat(occupants.isVacant("/a")).isFalse();
        assertThat(occupants.isVacant("/b")).isTrue();
    }

    @Test
    void dropsANodeThatIsReleasedAlready() {
        TrackedNode node = registered("/a");
        release(node);
        occupants.enterOrDrop(node);
        assertThat(occupants.nodes()).isEmpty();
        assertThat(occupants.isVacant("/a")).isTrue();
        assertThat(left).isEmpty();
        assertThat(node.release()).isCompleted();
    }

    @Test
    void keepsANodeThatIsThereAlready() {
        TrackedNode node = entered("/a");
        occupants.enterOrDrop(node);
        assertThat(occupants.nodes()).containsExactly(node);
        assertThat(tookOver).isEmpty();
    }

    @Test
    @Tag("N3")
    void handsThePathOverAtOnce_whenNoAnswerIsAwaited() {
        TrackedNode predecessor = standing("/a");
        release(predecessor);
        TrackedNode successor = entered("/a");
        assertThat(occupants.nodes()).containsExactly(successor);
        assertThat(occupants.at("/a")).isSameAs(successor);
        assertThat(left).containsExactly(predecessor);
        assertThat(tookOver).containsExactly(successor);
        assertThat(predecessor.release()).isCompleted();
        assertThat(ledger.nextStep(successor)).as("it stands, with other data").isEqualTo(NodeAction.WRITE);
    }

    @Test
    @Tag("N3")
    void handsThePathOverAfterTheAnswer_whenOneIsAwaited() {
        TrackedNode predecessor = standing("/a");
        predecessor.activity.begin();
        release(predecessor);
        TrackedNode successor = entered("/a");
        assertThat(occupants.at("/a")).isSameAs(predecessor);
        assertThat(predecessor.release()).isNotDone();
        assertThat(occupants.handOver(predecessor)).isTrue();
        assertThat(occupants.at("/a")).isSameAs(successor);
        assertThat(tookOver).containsExactly(successor);
    }

    @Test
    void handsNothingOver_whenTheSuccessorIsReleasedInTheMeantime() {
        TrackedNode predecessor = standing("/a");
        predecessor.activity.begin();
        release(predecessor);
        TrackedNode successor = entered("/a");
        release(successor);
        assertThat(occupants.handOver(predecessor)).isFalse();
        assertThat(occupants.at("/a")).isSameAs(predecessor);
        assertThat(left).isEmpty();
    }

    @Test
    void handsOverToTheLast_whenThePathWasRegisteredAgainAndAgain() {
        TrackedNode predecessor = standing("/a");
        predecessor.activity.begin();
        release(predecessor);
        release(entered("/a"));
        TrackedNode last = entered("/a");
        occupants.remove(predecessor);
        assertThat(occupants.nodes()).containsExactly(last);
        assertThat(tookOver).containsExactly(last);
    }

    @Test
    @Tag("N3")
    void hasThePredecessorsNodeReplaced_whenTheSuccessorsAclIsAnother() {
        release(standing("/a"));
        TrackedNode successor = ledger.register(EphemeralSpec.at("/a").acl(Ids.READ_ACL_UNSAFE));
        occupants.enterOrDrop(successor);
        assertThat(ledger.nextStep(successor)).isEqualTo(NodeAction.REPLACE);
    }

    @Test
    void forgetsARemovedNodeAndItsPath() {
        TrackedNode node = entered("/a");
        release(node);
        occupants.remove(node);
        assertThat(occupants.nodes()).isEmpty();
        assertThat(occupants.isVacant("/a")).isTrue();
        assertThat(left).containsExactly(node);
        assertThat(node.release()).isCompleted();
    }

    @Test
    void givesASequentialNodeItsPathOnceTheServerHasNumberedIt() {
        TrackedNode node = sequential();
        assertThat(occupants.nodes()).containsExactly(node);
        assertThat(node.actualServerPath()).isNull();
        occupants.occupy(node, NUMBERED);
        assertThat(node.actualServerPath()).isEqualTo(NUMBERED);
        assertThat(occupants.at(NUMBERED)).isSameAs(node);
    }

    @Test
    void takesASequentialNodesPathBack() {
        TrackedNode node = sequential();
        occupants.vacate(node);
        occupants.occupy(node, NUMBERED);
        occupants.vacate(node);
        assertThat(node.actualServerPath()).isNull();
        assertThat(occupants.isVacant(NUMBERED)).isTrue();
        assertThat(occupants.nodes()).as("to be given another").containsExactly(node);
    }

    @Test
    void leavesAnotherNodesPathAlone() {
        TrackedNode node = entered("/a");
        occupants.vacate(node);
        assertThat(occupants.at("/a")).as("not sequential").isSameAs(node);
    }

    @Test
    void forgetsAll_whenTheSessionIsClosed() {
        TrackedNode node = entered("/a");
        release(node);
        occupants.clear();
        assertThat(occupants.nodes()).isEmpty();
        assertThat(occupants.isVacant("/a")).isTrue();
        assertThat(node.release()).isCompleted();
    }

    private TrackedNode registered(String path) {
        return ledger.register(EphemeralSpec.at(path));
    }

    private TrackedNode entered(String path) {
        TrackedNode node = registered(path);
        occupants.enterOrDrop(node);
        return node;
    }

    /** As far as is known. */
    private TrackedNode standing(String path) {
        TrackedNode node = entered(path);
        Payload payload = ledger.payload(node);
        node.state.creating(payload.revision());
        node.state.created();
        node.state.foundOurs(new Stat());
        return node;
    }

    private TrackedNode sequential() {
        TrackedNode node = ledger.register(EphemeralSpec.at("/q-").sequential(true));
        occupants.enterOrDrop(node);
        return node;
    }

    /** By the application, which the loop has not heard of yet. */
    private void release(TrackedNode node) {
        // It may have been sent, or the ledger would know without the loop that it is gone.
        Payload unused = ledger.payload(node);
        ledger.release(node);
    }

    private static RestoreContext context() {
        var ticker = new HandTicker();
        var log = new ThrottledLog("unit", ticker);
        return UnitContext.on(new HandLoop(ticker, log, error -> {}).loop(), log);
    }
}
