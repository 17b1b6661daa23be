package io.perennial.internal.ephemeral;

import static io.perennial.internal.ephemeral.NodeHappening.BACKUP_PUT_BACK;
import static io.perennial.internal.ephemeral.NodeHappening.BACKUP_TAKEN;
import static io.perennial.internal.ephemeral.NodeHappening.CONNECTED;
import static io.perennial.internal.ephemeral.NodeHappening.CUT;
import static io.perennial.internal.ephemeral.NodeHappening.DENIES;
import static io.perennial.internal.ephemeral.NodeHappening.ONE_WORD;
import static io.perennial.internal.ephemeral.NodeHappening.PERMITS_ALL;
import static io.perennial.internal.ephemeral.NodeHappening.QUICK;
import static io.perennial.internal.ephemeral.NodeHappening.REFUSES;
import static io.perennial.internal.ephemeral.NodeHappening.REGISTER;
import static io.perennial.internal.ephemeral.NodeHappening.REGISTER_AGAIN;
import static io.perennial.internal.ephemeral.NodeHappening.RELEASE;
import static io.perennial.internal.ephemeral.NodeHappening.SERVER_READS_ONE;
import static io.perennial.internal.ephemeral.NodeHappening.SESSION_GIVEN_UP;
import static io.perennial.internal.ephemeral.NodeHappening.SLOW;
import static io.perennial.internal.ephemeral.NodeHappening.STRANGER_DELETES;
import static io.perennial.internal.ephemeral.NodeHappening.STRANGER_MAKES_CHILD;
import static io.perennial.internal.ephemeral.NodeHappening.STRANGER_REPLACES;
import static io.perennial.internal.ephemeral.NodeHappening.STRANGER_WRITES;
import static io.perennial.internal.ephemeral.NodeHappening.UPDATE;
import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.ephemeral.EphemeralNode.Status;
import io.perennial.internal.ephemeral.ModelTree.Right;
import io.perennial.internal.protocol.RequestKind;
import org.apache.zookeeper.KeeperException.Code;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Faults that plays have found where another session's node may be in the way: look first, and leave it alone. */
class PlayedNodeOwnershipTest extends NodePlayRig {
    private static final int A_OF_THE_OTHER_SESSION = 700;
    /** READ, at /a. */
    private static final int READING_A = 28;

    private static final int WITH_ANOTHER_ACL = 18 * 7;

    @Test
    @Tag("N3")
    @DisplayName(
            "A deletion is refused because a stranger's node with a child has taken the place: it is not written to")
    void doesNotTakeOverWhatHasChanged_whileAnAnswerWasAwaited() {
        play.happens(REGISTER, A);
        play.happens(SLOW, 0);
        play.happens(REGISTER_AGAIN, A);
        play.happens(STRANGER_DELETES, A);
        play.happens(STRANGER_MAKES_CHILD, A);
        play.happens(QUICK, 0);

        assertStatus("/a", Status.CONFLICT);
    }

    @Test
    @Tag("N2")
    @DisplayName("Reconnected without watches: an update before the guard stands finds out first whose node it is")
    void looksBeforeItWrites_whatWasKnownOnAnEarlierConnection() {
        play = play(NodeSetting.DEFAULT.withoutKeptWatches());
        play.happens(REGISTER, A);
        play.happens(CUT, 0);
        play.happens(STRANGER_REPLACES, A + BY_AN_EPHEMERAL_ONE);
        play.happens(SLOW, 0);
        play.happens(CONNECTED, 0);
        play.happens(UPDATE, A);
        play.happens(QUICK, 0);

        assertStatus("/a", Status.CONFLICT);
    }

    @Test
    @Tag("N2")
    @DisplayName("Where no guard could be set an update finds out first whose node it is, however long ago it was made")
    void looksBeforeItWrites_whatNoGuardWatches() {
        play.happens(REFUSES, EXISTS);
        play.happens(REGISTER, A);
        play.happens(STRANGER_REPLACES, A + BY_AN_EPHEMERAL_ONE);
        play.happens(PERMITS_ALL, 0);
        play.happens(UPDATE, A);

        assertThat(play.server.tree.get("/a").version).as(trace()).isZero();
        assertStatus("/a", Status.CONFLICT);
    }

    @Test
    @Tag("N2")
    @DisplayName("Released while it waits after a refusal, and no guard watches: what took its place meanwhile is left")
    void looksBeforeItDeletes_whatHasWaited() {
        play.happens(REFUSES, EXISTS);
        play.happens(REGISTER, A);
        play.server.refuse(RequestKind.SET_DATA, Code.NOAUTH);
        play.happens(UPDATE, A);
        play.happens(STRANGER_REPLACES, A + BY_AN_EPHEMERAL_ONE);
        play.happens(PERMITS_ALL, 0);
        play.happens(RELEASE, A);

        assertStands("/a");
    }

    @Test
    @Tag("N2")
    @DisplayName(
            "Released while its replacement waits for a batch: what took a left-over's place since the look is left")
    void looksBeforeItDeletes_whatWasReleasedWhileItsReplacementWaited() {
        findLeftoversOfAnEarlierSession();
        play.happens(STRANGER_REPLACES, A + BY_AN_EPHEMERAL_ONE);
        play.happens(RELEASE, A);
        play.happens(QUICK, 0);

        assertStands("/a");
    }

    @Test
    @Tag("N2")
    @DisplayName("Another's refusal ends the transaction: what took a left-over's place meanwhile is not replaced")
    void looksBeforeItReplacesAgain_whatWasInARefusedBatch() {
        findLeftoversOfAnEarlierSession();
        play.server.refuse(RequestKind.CREATE, Code.NOAUTH);
        oneAnswer(); // B is looked at: both are replaced
        play.happens(SERVER_READS_ONE, 0);
        play.happens(PERMITS_ALL, 0);
        play.happens(STRANGER_REPLACES, B + BY_AN_EPHEMERAL_ONE);
        play.happens(QUICK, 0);

        assertStatus("/b", Status.CONFLICT);
    }

    /** The replacement of A waits until B is looked at, too. */
    private void findLeftoversOfAnEarlierSession() {
        play.happens(REGISTER, A);
        play.happens(REGISTER, B);
        play.happens(SLOW, 0);
        play.happens(SESSION_GIVEN_UP, 0);
        oneAnswer(); // they exist
        oneAnswer(); // A is a left-over
    }

    @Test
    @Tag("N2")
    @DisplayName("Told of a deletion while a replacement waits for its batch: what took the place is not replaced")
    void looksBeforeItReplaces_whatItWasToldOfWhileItWaited() {
        play.happens(REGISTER, A);
        play.happens(REGISTER, B);
        play.happens(SLOW, 0);
        play.happens(STRANGER_WRITES, B);
        play.server.refuse(RequestKind.DELETE, Code.NOAUTH);
        play.happens(REGISTER_AGAIN, A + WITH_ANOTHER_ACL);
        oneAnswer(); // B was written: it is looked at
        oneAnswer();
        play.happens(ONE_WORD, 0); // A may not be deleted: it is to be replaced
        play.happens(STRANGER_REPLACES, A + BY_AN_EPHEMERAL_ONE);
        play.happens(ONE_WORD, 0);
        play.happens(QUICK, 0);

        assertStatus("/a", Status.CONFLICT);
    }

    @Test
    @Tag("N2")
    @DisplayName("Another's node has another version: what is under way does not touch it")
    void touchesNothing_ofAnotherVersionThanWasTold() {
        play.happens(REGISTER, A);
        play.happens(UPDATE, A);
        play.happens(SLOW, 0);
        play.happens(STRANGER_REPLACES, A + BY_AN_EPHEMERAL_ONE);
        play.happens(UPDATE, A);
        play.happens(QUICK, 0);
        assertThat(play.server.tree.get("/a").version).isZero();

        play.happens(STRANGER_DELETES, A);
        play.happens(UPDATE, A);
        play.happens(SLOW, 0);
        play.happens(STRANGER_REPLACES, A + BY_AN_EPHEMERAL_ONE);
        play.happens(RELEASE, A);
        play.happens(QUICK, 0);

        assertStands("/a");
    }

    @Test
    @Tag("N4")
    @DisplayName("The servers are put back, another session makes the node that this one is about to delete: it stays")
    void leavesTheOthersNode_whichAnotherHistoryHas() {
        play.happens(BACKUP_TAKEN, 0);
        play.happens(REGISTER, A);
        play.happens(BACKUP_PUT_BACK, 0);
        play.happens(CONNECTED, 700);
        play.happens(REGISTER, A_OF_THE_OTHER_SESSION);
        assertStands("/a");
        play.happens(RELEASE, A);

        play.happens(CONNECTED, 0);

        assertStands("/a");
    }

    @Test
    @DisplayName("An answer is awaited while the other session takes the place")
    void leavesTheOthersNode_whoseDeletionWasUnderWay() {
        play.happens(REGISTER, A);
        play.happens(SLOW, 0);
        play.happens(STRANGER_DELETES, A);
        play.happens(REGISTER, A_OF_THE_OTHER_SESSION);
        play.happens(SERVER_READS_ONE, A_OF_THE_OTHER_SESSION);
        play.happens(CUT, 0);
        play.happens(RELEASE, A);
        play.happens(QUICK, 0);
        play.happens(CONNECTED, 0);

        assertStands("/a");
    }

    @Test
    @Tag("N2")
    @DisplayName("Released right after a look that found another's node there: that is left alone")
    void leavesTheOthersNode_ofWhichTheGuardWasToldBeforeTheRelease() {
        play.happens(SLOW, 0);
        play.happens(REGISTER, A);
        wordByWordUntilHeld();
        play.happens(STRANGER_REPLACES, A + BY_AN_EPHEMERAL_ONE);
        play.happens(SERVER_READS_ONE, 0);
        play.oneThing(0, ModelClient::deliver); // the loop has yet to see it
        play.happens(RELEASE, A);
        play.happens(QUICK, 0);

        assertStands("/a");
    }

    @Test
    @Tag("N2")
    @DisplayName("No guard may be set: what is released later is looked at first")
    void leavesTheOthersNode_whereNoGuardTells() {
        play.happens(DENIES, READING_A);
        play.happens(REGISTER, A);
        play.pass(5_000);
        play.happens(STRANGER_REPLACES, A + BY_AN_EPHEMERAL_ONE);
        play.pass(5_000);
        play.happens(RELEASE, A);

        assertStands("/a");
    }

    @Test
    @Tag("N3")
    @DisplayName("Taken over and written, it is the new registration's: refused updates leave it held")
    void isHeldStill_whenItWasTakenOverOnce_andAnUpdateIsRefused() {
        updateOfATakenOverNodeUnanswered();
        play.server.refuse(RequestKind.SET_DATA, Code.QUOTAEXCEEDED);
        play.happens(CONNECTED, 0);

        assertStatus("/a", Status.HELD);
        assertThat(node("/a").node().problem()).contains("updating");
    }

    @Test
    @Tag("N3")
    @DisplayName("Taken over and written, it is the new registration's: it is not replaced, may it be written or not")
    void isNotReplaced_whenItWasTakenOverOnce_andMayNoLongerBeWritten() {
        updateOfATakenOverNodeUnanswered();
        long made = play.server.tree.get("/a").czxid;
        play.server.tree.deny("/a", Right.WRITE);
        play.happens(CONNECTED, 0);

        assertStatus("/a", Status.HELD);
        assertThat(play.server.tree.get("/a").czxid).isEqualTo(made);
    }

    private void updateOfATakenOverNodeUnanswered() {
        play.happens(REGISTER, A);
        play.happens(SLOW, 0);
        play.happens(UPDATE, A);
        play.happens(RELEASE, A);
        play.happens(REGISTER, A);
        play.happens(QUICK, 0);
        assertLatestData("/a");
        play.happens(SLOW, 0);
        play.happens(UPDATE, A);
        play.happens(CUT, 0);
        play.happens(QUICK, 0);
    }
}
