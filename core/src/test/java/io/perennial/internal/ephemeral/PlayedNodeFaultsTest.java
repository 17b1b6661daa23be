package io.perennial.internal.ephemeral;

import static io.perennial.internal.ephemeral.NodeHappening.BACKUP_PUT_BACK;
import static io.perennial.internal.ephemeral.NodeHappening.BACKUP_TAKEN;
import static io.perennial.internal.ephemeral.NodeHappening.CONNECTED;
import static io.perennial.internal.ephemeral.NodeHappening.CUT;
import static io.perennial.internal.ephemeral.NodeHappening.CUT_UNTOLD;
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
import static io.perennial.internal.ephemeral.NodeHappening.SOME_TIME;
import static io.perennial.internal.ephemeral.NodeHappening.STRANGER_DELETES;
import static io.perennial.internal.ephemeral.NodeHappening.STRANGER_REPLACES;
import static io.perennial.internal.ephemeral.NodeHappening.STRANGER_WRITES;
import static io.perennial.internal.ephemeral.NodeHappening.TAKEN_FOR_LOST;
import static io.perennial.internal.ephemeral.NodeHappening.UPDATE;
import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.ephemeral.EphemeralNode.Status;
import io.perennial.ephemeral.EphemeralSpec;
import io.perennial.internal.protocol.RequestKind;
import java.util.concurrent.CompletableFuture;
import org.apache.zookeeper.KeeperException.Code;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Faults that plays with nodes have found, each by the shortest way there. */
class PlayedNodeFaultsTest extends NodePlayRig {
    private static final int NUMBERED_REPLACING = 14 + NUMBERED;
    /** With an amount that leaves a persistent node, at the numbered path. */
    private static final int BY_A_PERSISTENT_ONE = 42 * 7 + NUMBERED;
    /** READ, at /a. */
    private static final int READING_A = 28;

    @Test
    @DisplayName("Deleted by others while the restoration goes on: restored is said when it stands again")
    void isNotRestored_untilWhatWasDeletedMeanwhileStandsAgain() {
        play.happens(REGISTER, A);
        play.happens(CUT, 0);
        play.happens(SLOW, 0);
        play.happens(CONNECTED, 0);
        play.happens(STRANGER_DELETES, A);
        play.happens(QUICK, 0);

        assertStatus("/a", Status.HELD);
    }

    @Test
    @DisplayName("A stranger's node stands at the very path of a sequential one: it gets another number at once")
    void makesANumberedNodeAnew_insteadOfWaitingForItsPath() {
        play.happens(REGISTER, NUMBERED);
        play.happens(CUT, 0);
        play.happens(STRANGER_REPLACES, BY_A_PERSISTENT_ONE);
        play.happens(CONNECTED, 0);

        assertStatus("/q-", Status.HELD);
    }

    @Test
    @DisplayName("The same under REPLACE, which went round and round")
    void makesANumberedNodeAnew_insteadOfReplacingWhatStandsAtItsPath() {
        play.happens(REGISTER, NUMBERED_REPLACING);
        play.happens(CUT, 0);
        play.happens(STRANGER_REPLACES, BY_A_PERSISTENT_ONE);
        play.happens(CONNECTED, 0);

        assertStatus("/q-", Status.HELD);
    }

    @Test
    @DisplayName("A sequential node is deleted before its guard stands: the next one is guarded all the same")
    void guardsANumberedNode_thatTookAnotherPathBeforeItWasGuarded() {
        play.happens(SLOW, 0);
        play.happens(REGISTER, NUMBERED);
        play.happens(SERVER_READS_ONE, 0);
        play.happens(ONE_WORD, 0);
        play.happens(STRANGER_DELETES, NUMBERED);
        play.happens(QUICK, 0);
        assertStatus("/q-", Status.HELD);

        play.happens(STRANGER_DELETES, NUMBERED);

        assertThat(play.server.tree.get(node("/q-").node().path()) != null
                        || node("/q-").node().status() != Status.HELD)
                .as(trace())
                .isTrue();
    }

    @Test
    @DisplayName("Neither may it be looked at, nor does the server list the session's nodes: a release is not done")
    void doesNotTakeANodeForGone_thatItCannotFindOutAbout() {
        play = play(NodeSetting.DEFAULT.withOldServers());
        play.happens(REGISTER, A);
        play.happens(REFUSES, DELETE);
        play.happens(RELEASE, A);
        play.happens(REFUSES, EXISTS);
        play.happens(SOME_TIME, 500);

        assertStands("/a");
    }

    @Test
    @DisplayName("Released in a new session before it was made there: what the earlier session left is removed")
    void removesWhatAnEarlierSessionLeft_whenItIsReleasedBeforeItWasMadeAnew() {
        play.happens(REGISTER, DEEP);
        play.happens(REGISTER, A);
        play.happens(CUT, 0);
        play.happens(RELEASE, DEEP);
        play.happens(SLOW, 0);
        play.happens(SESSION_GIVEN_UP, 0);
        play.happens(CUT_UNTOLD, 0);
        play.happens(RELEASE, A);

        play.recover();

        assertGone("/a");
    }

    @Test
    @DisplayName(
            "What an earlier session left may not be deleted for a while: it is, on the same connection, when it may")
    void removesANumberedNodeThatAnEarlierSessionLeft_whenItIsPermitted() {
        play.happens(REGISTER, NUMBERED);
        String left = node("/q-").node().path();
        play.happens(REFUSES, DELETE);
        play.happens(SESSION_GIVEN_UP, 0);
        assertStands(left);

        play.happens(PERMITS_ALL, 0);
        play.pass(20_000);

        assertGone(left);
    }

    @Test
    @DisplayName("A guard that is refused is set later: the deletion is noticed all the same")
    void setsAGuardThatWasRefused_whenItIsPermitted() {
        play.happens(DENIES, READING_A);
        play.happens(REGISTER, A);
        play.happens(PERMITS_ALL, 0);
        play.pass(20_000);
        play.happens(STRANGER_DELETES, A);

        assertStands("/a");
    }

    @Test
    @Tag("N3")
    @DisplayName("Registered again while the deletion is refused: the node is taken over")
    void takesOverWhatMayNotBeDeleted() {
        play.happens(REGISTER, A);
        play.happens(REFUSES, DELETE);
        play.happens(REGISTER_AGAIN, A);

        assertStatus("/a", Status.HELD);
    }

    @Test
    @Tag("N4")
    @DisplayName("The servers are put back to what they had before an acknowledged update: it is written again")
    void writesAgainWhatABackupLacks() {
        play.happens(REGISTER, A);
        play.happens(BACKUP_TAKEN, 0);
        play.happens(UPDATE, A);
        play.happens(BACKUP_PUT_BACK, 0);
        play.happens(CONNECTED, 0);

        assertLatestData("/a");
    }

    @Test
    @Tag("N4")
    @DisplayName("The same, and others have written the node that was told of last since: it is another history all the"
            + " same")
    void writesAgainWhatABackupLacks_whenOthersHaveWrittenSince() {
        play.happens(REGISTER, A);
        play.happens(REGISTER, B);
        play.happens(BACKUP_TAKEN, 0);
        play.happens(UPDATE, A);
        play.happens(UPDATE, B);
        play.happens(BACKUP_PUT_BACK, 0);
        play.happens(STRANGER_WRITES, B);
        play.happens(CONNECTED, 0);

        assertLatestData("/a");
    }

    @Test
    @Tag("N4")
    @DisplayName("The servers are put back, and the node that was told of last has something to be written")
    void writesAgainWhatABackupLacks_whenTheNodeThatShowsItIsWrittenFirst() {
        play.happens(REGISTER, A);
        play.happens(REGISTER, B);
        play.happens(BACKUP_TAKEN, 0);
        play.happens(UPDATE, A);
        play.happens(STRANGER_DELETES, B); // so that it is made anew, with the version that the backup has
        play.happens(BACKUP_PUT_BACK, 0);
        play.happens(UPDATE, B);
        play.happens(CONNECTED, 0);

        assertLatestData("/a");
    }

    @Test
    @Tag("S-22")
    @DisplayName("An update is refused while the guard is being set: the node stands, and is held")
    void holdsANode_whoseUpdateIsRefusedBeforeItsGuardStands() {
        play.happens(SLOW, 0);
        play.happens(REGISTER, A);
        wordByWordUntilHeld();
        play.server.refuse(RequestKind.SET_DATA, Code.NOAUTH);
        play.happens(UPDATE, A);
        play.happens(QUICK, 0);

        assertStatus("/a", Status.HELD);
    }

    @Test
    @DisplayName("A path at which a sequential node stands is refused, and can be had when that is released")
    void refusesAPath_atWhichANumberedNodeStands() {
        play.happens(REGISTER, NUMBERED);
        PlayedNode numbered = node("/q-");
        String path = numbered.node().path();
        play.session(0).register(EphemeralSpec.at(path));
        assertThat(node(path)).isNull();
        play.happens(CUT, 0);
        play.happens(TAKEN_FOR_LOST, 0);
        play.session(0).register(EphemeralSpec.at(path));
        assertThat(node(path)).isNull();
        play.happens(CONNECTED, 0);
        assertThat(numbered.node().status()).isEqualTo(Status.HELD);

        play.happens(RELEASE, NUMBERED);
        play.session(0).register(EphemeralSpec.at(path));
        play.drain();
        assertStatus(path, Status.HELD);
    }

    @Test
    @DisplayName("A stranger writes between each look and our write: restored is said all the same")
    void isRestored_thoughAStrangerWritesAllTheTime() {
        play.happens(REGISTER, A);
        play.happens(CUT, 0);
        play.happens(UPDATE, A);
        play.happens(SLOW, 0);
        play.happens(CONNECTED, 0);
        for (int i = 0; i < 60; i++) {
            play.happens(STRANGER_WRITES, A);
            play.happens(SERVER_READS_ONE, 0);
            play.happens(ONE_WORD, 0);
        }

        assertThat(play.session(0).isRestored()).as(trace()).isTrue();
        assertStatus("/a", Status.HELD);
        assertThat(node("/a").node().problem()).contains("another client changes it");
        play.happens(QUICK, 0);
    }

    @Test
    @DisplayName("An update is refused while a later one waits for its turn: that one is not told of it")
    void tellsARefusal_onlyOfWhatWasSent() {
        play.happens(REGISTER, A);
        play.happens(SLOW, 0);
        play.server.refuse(RequestKind.SET_DATA, Code.QUOTAEXCEEDED);
        CompletableFuture<Void> refused = node("/a").update(play);
        play.drain();
        CompletableFuture<Void> later = node("/a").update(play);
        play.happens(SERVER_READS_ONE, 0);
        play.server.mend();
        play.happens(QUICK, 0);
        assertThat(refused).isCompletedExceptionally();

        play.pass(5_000);
        assertThat(later).isCompletedWithValue(null);
    }

    @Test
    @Tag("S-17")
    @DisplayName("A look that is refused again and again does not keep another node from its creation")
    void makesOthers_whileALookIsRefused() {
        play.happens(REGISTER, A);
        play.server.refuse(RequestKind.EXISTS, Code.QUOTAEXCEEDED);
        play.happens(SLOW, 0);
        play.happens(STRANGER_WRITES, A);
        play.happens(ONE_WORD, 0);
        play.happens(REGISTER, B);
        play.happens(QUICK, 0);

        assertThat(node("/a").node().problem()).contains("looking for");
        assertStatus("/b", Status.HELD);
    }
}
