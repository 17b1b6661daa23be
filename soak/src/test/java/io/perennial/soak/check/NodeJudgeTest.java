package io.perennial.soak.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.ephemeral.EphemeralNode.Status;
import io.perennial.ephemeral.EphemeralSpec.OnConflict;
import io.perennial.soak.work.ExpectedNode;
import io.perennial.soak.work.Places;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class NodeJudgeTest {
    private static final String OWN = Places.NODES + "/w0s0-1";
    private static final String SHARED = Places.SHARED + "/s1";
    private static final ServerView.Node MINE = new ServerView.Node(7, 1, 1, "a");
    private static final ExpectedNode HELD = own(Status.HELD);

    @Test
    void passesANodeThatIsHeld() {
        assertThat(judge(Map.of(OWN, MINE), HELD)).isEmpty();
    }

    @Test
    void findsANodeThatIsGone() {
        assertThat(judge(Map.of(), HELD)).hasSize(1);
    }

    @Test
    void findsANodeOfAnotherSession() {
        assertThat(judge(Map.of(OWN, new ServerView.Node(8, 1, 1, "a")), HELD)).hasSize(1);
    }

    @Test
    void findsANodeWithOldData() {
        assertThat(judge(Map.of(OWN, new ServerView.Node(7, 1, 1, "b")), HELD)).hasSize(1);
    }

    @Test
    void findsANodeThatIsNotHeld() {
        assertThat(judge(Map.of(), own(Status.PENDING))).hasSize(1);
    }

    @Test
    void findsAGhost() {
        assertThat(judge(Map.of(Places.RECIPES + "/x", new ServerView.Node(99, 1, 1, ""))))
                .hasSize(1);
    }

    @Test
    void findsANodeThatIsThereTwice() {
        assertThat(judge(Map.of(OWN, MINE, OWN + "0000000001", MINE), HELD)).hasSize(1);
    }

    @Test
    void passesAReleasedNodeThatABackupHasBroughtBack() {
        assertThat(judge(Map.of(OWN, MINE), 2)).isEmpty();
        assertThat(judge(Map.of(OWN, MINE), 1)).hasSize(1);
    }

    @Test
    void passesASharedPathThatOneHolds() {
        assertThat(judge(
                        Map.of(SHARED, MINE),
                        shared("w0s0", 7, Status.HELD, OnConflict.WAIT),
                        shared("w0s1", 8, Status.CONFLICT, OnConflict.REPLACE),
                        shared("w0s2", 8, Status.CONFLICT, OnConflict.FAIL)))
                .isEmpty();
    }

    @Test
    void findsASharedPathThatTwoHold() {
        assertThat(judge(
                        Map.of(SHARED, MINE),
                        shared("w0s0", 7, Status.HELD, OnConflict.WAIT),
                        shared("w0s1", 8, Status.HELD, OnConflict.WAIT)))
                .hasSize(2);
    }

    @Test
    void findsASharedPathThatNobodyTakes() {
        assertThat(judge(Map.of(), shared("w0s0", 7, Status.CONFLICT, OnConflict.WAIT)))
                .hasSize(1);
    }

    @Test
    void passesAPersistentNodeInTheWay_unlessItIsToBeReplaced() {
        var left = Map.of(SHARED, new ServerView.Node(0, 1, 1, "left"));

        assertThat(judge(left, shared("w0s0", 7, Status.CONFLICT, OnConflict.WAIT)))
                .isEmpty();
        assertThat(judge(left, shared("w0s0", 7, Status.CONFLICT, OnConflict.REPLACE)))
                .hasSize(1);
    }

    private static List<Finding> judge(Map<String, ServerView.Node> there, ExpectedNode... expected) {
        return judge(there, 0, expected);
    }

    private static List<Finding> judge(Map<String, ServerView.Node> there, long backupsEnd, ExpectedNode... expected) {
        return NodeJudge.judge(new ServerView(there, Set.of(7L, 8L)), List.of(expected), Set.of(7L, 8L), backupsEnd);
    }

    private static ExpectedNode own(Status status) {
        return new ExpectedNode("w0s0", 7, OWN, status, OnConflict.WAIT, false, "a", "");
    }

    private static ExpectedNode shared(String session, long id, Status status, OnConflict policy) {
        return new ExpectedNode(session, id, SHARED, status, policy, true, "a", "");
    }
}
