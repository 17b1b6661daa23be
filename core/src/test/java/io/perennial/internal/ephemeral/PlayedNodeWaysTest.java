package io.perennial.internal.ephemeral;

import static io.perennial.internal.ephemeral.NodeHappening.BACKUP_PUT_BACK;
import static io.perennial.internal.ephemeral.NodeHappening.BACKUP_TAKEN;
import static io.perennial.internal.ephemeral.NodeHappening.CONNECTED;
import static io.perennial.internal.ephemeral.NodeHappening.CUT;
import static io.perennial.internal.ephemeral.NodeHappening.ONE_WORD;
import static io.perennial.internal.ephemeral.NodeHappening.PERMITS_ALL;
import static io.perennial.internal.ephemeral.NodeHappening.QUICK;
import static io.perennial.internal.ephemeral.NodeHappening.REFUSES;
import static io.perennial.internal.ephemeral.NodeHappening.REGISTER;
import static io.perennial.internal.ephemeral.NodeHappening.REGISTER_AGAIN;
import static io.perennial.internal.ephemeral.NodeHappening.RELEASE;
import static io.perennial.internal.ephemeral.NodeHappening.SESSION_EXPIRES;
import static io.perennial.internal.ephemeral.NodeHappening.SESSION_GIVEN_UP;
import static io.perennial.internal.ephemeral.NodeHappening.SLOW;
import static io.perennial.internal.ephemeral.NodeHappening.STRANGER_DELETES;
import static io.perennial.internal.ephemeral.NodeHappening.STRANGER_MAKES;
import static io.perennial.internal.ephemeral.NodeHappening.STRANGER_MAKES_PERSISTENT;
import static io.perennial.internal.ephemeral.NodeHappening.STRANGER_REPLACES;
import static io.perennial.internal.ephemeral.NodeHappening.STRANGER_WRITES;
import static io.perennial.internal.ephemeral.NodeHappening.UPDATE;
import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.ephemeral.EphemeralNode.Status;
import io.perennial.ephemeral.EphemeralSpec;
import io.perennial.internal.ephemeral.ModelTree.Right;
import io.perennial.internal.protocol.RequestKind;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.apache.zookeeper.KeeperException.Code;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What is told on the way, where plays look at the end only. */
class PlayedNodeWaysTest extends NodePlayRig {
    /** Amounts that choose which requests are refused. */
    private static final int CREATE = 0;

    private static final int SET_DATA = 7;
    private static final int NUMBERED_BELOW_A_PARENT = 6;
    private static final int GIVING_UP = 7;
    private static final int REPLACING = 14;

    private String problem(String path) {
        return String.valueOf(node(path).node().problem());
    }

    @Test
    @Tag("S-21")
    void isMadeAgainAtOnce_whenItIsDeleted_andLaterWhenItIsAgainWithinAMinute() {
        play.happens(REGISTER, A);
        play.happens(STRANGER_DELETES, A);
        assertStatus("/a", Status.HELD);

        play.happens(STRANGER_DELETES, A);
        assertStatus("/a", Status.FAILED);
        assertThat(problem("/a")).contains("2 times", "find out who deletes it");
        play.pass(1_000);
        assertThat(status("/a")).as("a second at most").isEqualTo(Status.HELD);

        play.happens(STRANGER_DELETES, A);
        assertThat(problem("/a")).contains("3 times");
        play.pass(62_000);
        play.happens(STRANGER_DELETES, A);
        assertThat(status("/a")).as("long after").isEqualTo(Status.HELD);
    }

    @Test
    void isPending_fromItsDeletionByOthersToItsCreation() {
        play.happens(REGISTER, A);
        play.happens(SLOW, 0);
        play.happens(STRANGER_DELETES, A);
        play.happens(ONE_WORD, 0);

        assertStatus("/a", Status.PENDING);
        play.happens(QUICK, 0);
    }

    @Test
    void isPending_onceALookHasFoundItGone() {
        play.happens(REGISTER, A);
        play.happens(SLOW, 0);
        play.happens(UPDATE, A);
        play.happens(STRANGER_DELETES, A);
        play.happens(CUT, 0);
        play.happens(QUICK, 0);
        play.happens(SLOW, 0);
        play.happens(CONNECTED, 0);
        play.happens(ONE_WORD, 0); // of the deletion, since the watch was kept
        assertThat(status("/a")).as("not looked at yet").isEqualTo(Status.HELD);

        oneAnswer(); // to the question whether it is the same history
        oneAnswer();

        assertStatus("/a", Status.PENDING);
        play.happens(QUICK, 0);
    }

    @Test
    void isPending_inANewServerSession_untilItIsKnownWhatStandsThere() {
        play.happens(STRANGER_MAKES, A);
        play.happens(REGISTER, A);
        assertStatus("/a", Status.CONFLICT);
        play.happens(SESSION_EXPIRES, 0);
        play.happens(SLOW, 0);

        play.happens(CONNECTED, 0);

        assertStatus("/a", Status.PENDING);
        play.happens(QUICK, 0);
    }

    @Test
    @Tag("S-22")
    void countsRefusalsAnew_onceItIsHeld() {
        play.happens(REFUSES, CREATE);
        play.happens(REGISTER, A);
        play.pass(5_000);
        assertThat(problem("/a")).doesNotContain("attempt 1,");
        play.happens(PERMITS_ALL, 0);
        play.pass(60_000);
        assertStatus("/a", Status.HELD);

        play.happens(REFUSES, SET_DATA);
        play.happens(UPDATE, A);

        assertThat(problem("/a")).contains("updating '/a' is refused with NOAUTH (attempt 1,");
    }

    @Test
    void isMadeAgainWithTheLatestData_whenAnUpdateFindsNothing() {
        play.happens(REFUSES, EXISTS); // to look, so that no guard tells
        play.happens(REGISTER, A);
        play.server.mend();
        play.happens(SLOW, 0);
        CompletableFuture<Void> update = node("/a").update(play);
        play.drain();
        oneAnswer(); // the look before the write
        play.happens(STRANGER_DELETES, A);

        play.happens(QUICK, 0);

        assertStatus("/a", Status.HELD);
        assertThat(update).isCompleted();
        play.happens(STRANGER_DELETES, A);
        assertThat(problem("/a")).contains("2 times");
    }

    @Test
    @Tag("N3")
    void isReplaced_whatAPredecessorLeft_whenItMayBeDeletedButNotWritten() {
        play.happens(REGISTER, A);
        play.server.tree.deny("/a", Right.WRITE);
        play.server.failNext(RequestKind.DELETE, Code.SYSTEMERROR, false, 1);

        play.happens(REGISTER_AGAIN, A);

        assertStatus("/a", Status.HELD);
        assertLatestData("/a");
    }

    @Test
    @Tag("N3")
    void takesOverAtOnce_whatItsPredecessorWaitsToDelete() {
        play.happens(REGISTER, A);
        play.happens(REFUSES, DELETE);
        play.happens(RELEASE, A);

        play.happens(REGISTER, A);

        assertStatus("/a", Status.HELD);
    }

    @Test
    @Tag("N1")
    void leavesASessionsNode_thatTookThePlaceOfAPersistentOneSinceTheLook() {
        play.happens(STRANGER_MAKES_PERSISTENT, A);
        play.happens(SLOW, 0);
        play.happens(REGISTER, REPLACING);
        oneAnswer();
        oneAnswer();
        play.happens(STRANGER_REPLACES, BY_AN_EPHEMERAL_ONE);

        play.happens(QUICK, 0);

        assertStatus("/a", Status.CONFLICT);
        assertThat(problem("/a")).contains("another owner");
    }

    @Test
    @Tag("N1")
    void saysThatItsOwnerMayNotBeAsked_ofWhatItIsToReplace() {
        play.happens(STRANGER_MAKES_PERSISTENT, A);
        play.server.tree.deny("/a", Right.CREATE);

        play.happens(REGISTER, REPLACING);

        assertStatus("/a", Status.CONFLICT);
        assertThat(problem("/a")).contains("whose ACL does not let this session");
    }

    @Test
    @Tag("S-22")
    void waits_whenTheQuestionForTheOwnerIsRefusedForAnotherReason() {
        play.happens(STRANGER_MAKES_PERSISTENT, A);
        play.server.refuse(RequestKind.CREATE, Code.QUOTAEXCEEDED);

        play.happens(REGISTER, REPLACING);

        assertStatus("/a", Status.FAILED);
        assertThat(problem("/a")).contains("creating '/a' is refused with QUOTAEXCEEDED");
    }

    @Test
    @Tag("S-22")
    void saysThatItsParentsMayNotBeMade() {
        play.server.tree.deny("", Right.CREATE);

        play.happens(REGISTER, DEEP);

        assertThat(problem("/deep/er/c")).contains("creating the parents of '/deep/er/c' is refused with NOAUTH");
    }

    @Test
    void isReleased_withoutAConnection_whenAnothersNodeStandsThere() {
        play.happens(STRANGER_MAKES, A);
        play.happens(REGISTER, A);
        play.happens(CUT, 0);
        PlayedNode node = node("/a");

        play.happens(RELEASE, A);

        assertThat(node.isAllDone()).isTrue();
    }

    @Test
    void isReleased_withItsServerSession() {
        play.happens(REGISTER, A);
        PlayedNode node = node("/a");
        play.happens(SLOW, 0);
        play.happens(RELEASE, A);
        assertThat(node.isAllDone()).isFalse();

        play.happens(SESSION_GIVEN_UP, 0);

        assertThat(node.isAllDone()).isTrue();
        play.happens(QUICK, 0);
    }

    @Test
    void tellsOfARefusal_whoWaitsForTheNode() {
        play.server.refuse(RequestKind.CREATE, Code.QUOTAEXCEEDED);
        play.happens(REGISTER, A);

        assertThat(node("/a").node().whenHeld())
                .failsWithin(Duration.ZERO)
                .withThrowableThat()
                .withMessageContaining("creating '/a' is refused with QUOTAEXCEEDED");
    }

    @Test
    void tellsThatItGivesUp_whoWaitsForTheNode_andForItsUpdates() {
        play.happens(STRANGER_MAKES, A);
        play.happens(CUT, 0);
        play.happens(REGISTER, GIVING_UP);
        CompletableFuture<Void> update = node("/a").update(play);

        play.happens(CONNECTED, 0);

        assertThat(node("/a").node().whenHeld())
                .failsWithin(Duration.ZERO)
                .withThrowableThat()
                .withMessageContaining("node '/a' is not held");
        assertThat(update).isCompletedExceptionally();
    }

    @Test
    void makesParents_shallowFirst_howeverManyThereAre() {
        play.session(0).register(EphemeralSpec.at("/p1/p2/p3/p4/p5/p6/p7/x"));
        play.drain();

        assertStatus("/p1/p2/p3/p4/p5/p6/p7/x", Status.HELD);
    }

    @Test
    void makesContainers_whereTheyAreAskedFor() {
        play.server.failNext(RequestKind.CREATE_CONTAINER, Code.QUOTAEXCEEDED, false, 1);
        play.session(0).register(EphemeralSpec.at("/deep/er/c").containerParents(true));
        play.drain();

        assertThat(problem("/deep/er/c")).contains("QUOTAEXCEEDED");
    }

    @Test
    void goesOn_whenOthersHaveMadeTheParents_beforeItLooks() {
        play.happens(SLOW, 0);
        play.happens(REGISTER, DEEP);
        oneAnswer();
        play.strangerMakes(0, "/deep/er", false);

        play.happens(QUICK, 0);

        assertStatus("/deep/er/c", Status.HELD);
    }

    @Test
    void goesOn_whenOthersHaveMadeTheParents_sinceItLooked() {
        play.happens(SLOW, 0);
        play.happens(REGISTER, DEEP);
        oneAnswer();
        oneAnswer();
        oneAnswer();
        play.strangerMakes(0, "/deep/er", false);

        play.happens(QUICK, 0);

        assertStatus("/deep/er/c", Status.HELD);
    }

    @Test
    @Tag("S-16")
    void waits_whenItsParentsAreRemovedAsOftenAsItMakesThem() {
        play.happens(SLOW, 0);
        play.happens(REGISTER, DEEP);
        for (int i = 0; i < 100; i++) {
            play.strangerDeletes("/deep/er");
            oneAnswer();
        }

        assertThat(problem("/deep/er/c")).contains("creating the parents of '/deep/er/c' is refused with NONODE");
        play.happens(QUICK, 0);
    }

    @Test
    @Tag("N4")
    void looksAtWhatWasWrittenLast_toKnowABackup() {
        play.happens(REGISTER, A);
        play.happens(REGISTER, B);
        play.happens(UPDATE, A);
        play.happens(BACKUP_TAKEN, 0);
        play.happens(UPDATE, B);
        play.happens(BACKUP_PUT_BACK, 0);
        play.happens(CONNECTED, 0);

        assertLatestData("/b");
    }

    @Test
    void isDeletedAtOnce_thoughOthersHaveWrittenItMeanwhile() {
        play.happens(REGISTER, A);
        PlayedNode node = node("/a");
        play.happens(SLOW, 0);
        play.happens(RELEASE, A);
        play.happens(STRANGER_WRITES, A);

        play.happens(QUICK, 0);

        assertThat(node.isAllDone()).isTrue();
        assertGone("/a");
    }

    @Test
    @Tag("N1")
    void isMadeAtOnce_whenWhatItWasToReplaceHasGoneSinceTheLook() {
        play.happens(STRANGER_MAKES_PERSISTENT, A);
        play.happens(SLOW, 0);
        play.happens(REGISTER, REPLACING);
        oneAnswer();
        oneAnswer();
        play.happens(STRANGER_DELETES, A);

        play.happens(QUICK, 0);

        assertStatus("/a", Status.HELD);
    }

    @Test
    void isMadeAtOnce_whenNotEvenItsParentIsThere_andTheServerCannotListNodes() {
        play = play(NodeSetting.DEFAULT.withOldServers());
        play.happens(SLOW, 0);
        play.happens(REGISTER, NUMBERED_BELOW_A_PARENT);
        play.happens(CUT, 0);
        play.happens(QUICK, 0);
        play.happens(CONNECTED, 0); // and hangs up when it is asked for the list
        play.happens(CONNECTED, 0);

        assertStatus("/svc/s-", Status.HELD);
    }
}
