package io.perennial.internal.ephemeral;

import static io.perennial.internal.ephemeral.NodeHappening.BACKUP_PUT_BACK;
import static io.perennial.internal.ephemeral.NodeHappening.BACKUP_TAKEN;
import static io.perennial.internal.ephemeral.NodeHappening.CONNECTED;
import static io.perennial.internal.ephemeral.NodeHappening.CUT;
import static io.perennial.internal.ephemeral.NodeHappening.QUICK;
import static io.perennial.internal.ephemeral.NodeHappening.REGISTER;
import static io.perennial.internal.ephemeral.NodeHappening.RELEASE;
import static io.perennial.internal.ephemeral.NodeHappening.SERVER_READS_ONE;
import static io.perennial.internal.ephemeral.NodeHappening.SHORT_TIME;
import static io.perennial.internal.ephemeral.NodeHappening.SLOW;
import static io.perennial.internal.ephemeral.NodeHappening.STRANGER_DELETES;
import static io.perennial.internal.ephemeral.NodeHappening.STRANGER_REPLACES;
import static io.perennial.internal.ephemeral.NodeHappening.UPDATE;
import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.ephemeral.EphemeralNode.Status;
import io.perennial.internal.protocol.RequestKind;
import org.apache.zookeeper.KeeperException.Code;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The servers are put back to a backup, which has the session and its nodes of then; found by plays at random. */
@Tag("N4")
class PlayedBackupTest extends NodePlayRig {
    @Test
    @DisplayName("The server refuses the question for the history: all is looked at")
    void writesAgainWhatABackupLacks_whenTheQuestionIsRefused() {
        play.happens(REGISTER, A);
        play.happens(BACKUP_TAKEN, 0);
        play.happens(UPDATE, A);
        play.happens(BACKUP_PUT_BACK, 0);
        play.server.failNext(RequestKind.EXISTS, Code.SYSTEMERROR, false, 1);
        play.happens(CONNECTED, 0);

        assertLatestData("/a");
    }

    @Test
    @DisplayName("A stranger has taken the place since the backup: ours stands again, and is found")
    void findsItsOwnNode_whereAStrangersStoodSinceTheBackup() {
        play.happens(REGISTER, A);
        play.happens(BACKUP_TAKEN, 0);
        play.happens(STRANGER_REPLACES, BY_AN_EPHEMERAL_ONE);
        assertStatus("/a", Status.CONFLICT);
        play.happens(BACKUP_PUT_BACK, 0);
        play.happens(CONNECTED, 0);

        assertStatus("/a", Status.HELD);
        assertLatestData("/a");
    }

    @Test
    @DisplayName("The node is being made anew when the servers are put back: what stands is not what is being made")
    void writesItsData_intoTheNodeThatTheBackupHas() {
        play.happens(REGISTER, A);
        play.happens(CUT, 0);
        play.happens(BACKUP_TAKEN, 0);
        play.happens(STRANGER_DELETES, A);
        play.happens(UPDATE, A);
        play.happens(SLOW, 0);
        play.happens(CONNECTED, 0);
        play.happens(BACKUP_PUT_BACK, 0);
        play.happens(QUICK, 0);
        play.happens(CONNECTED, 0);

        assertLatestData("/a");
    }

    @Test
    @DisplayName("A released node stands again in the place of the one whose creation was not answered (seed 6008)")
    void writesItsData_intoAReleasedNodeThatTheBackupHas() {
        registerAgainUnanswered();
        play.happens(CONNECTED, 0);

        assertLatestData("/a");
    }

    @Test
    @DisplayName("The node is no longer there when its data are to be compared")
    void isMadeAnew_whenItGoesWhileItIsCompared() {
        registerAgainUnanswered();
        play.happens(SLOW, 0);
        play.happens(CONNECTED, 0);
        while (play.session(0).client().isIdle()) {
            play.happens(SHORT_TIME, 0);
        }
        play.happens(SERVER_READS_ONE, 0);
        play.happens(STRANGER_DELETES, A);
        play.happens(QUICK, 0);

        assertLatestData("/a");
    }

    @Test
    @DisplayName("No backup: the node whose creation was not answered stands, and is not written again")
    void readsWhatItCreated_andLeavesIt() {
        createUnanswered();
        play.happens(CONNECTED, 0);

        assertStatus("/a", Status.HELD);
        assertThat(play.server.tree.get("/a").version).isZero();
    }

    @Test
    @DisplayName("A node that may be looked at and not read is taken for the one that was created")
    void isHeld_whenItMayNotBeRead() {
        createUnanswered();
        play.server.failNext(RequestKind.GET_DATA, Code.NOAUTH, false, 1);
        play.happens(CONNECTED, 0);

        assertStatus("/a", Status.HELD);
        assertThat(play.server.tree.get("/a").version).isZero();
    }

    private void createUnanswered() {
        play.happens(SLOW, 0);
        play.happens(REGISTER, A);
        play.happens(SERVER_READS_ONE, 0);
        cut();
    }

    private void registerAgainUnanswered() {
        play.happens(REGISTER, A);
        play.happens(BACKUP_TAKEN, 0);
        play.happens(RELEASE, A);
        play.happens(SLOW, 0);
        play.happens(REGISTER, A);
        play.happens(BACKUP_PUT_BACK, 0);
        play.happens(QUICK, 0);
    }

    @Test
    @DisplayName("Updated before it is looked for: it is not held while the released node's data stand")
    void isNotHeldWithAReleasedNodesData_whenItWasUpdatedMeanwhile() {
        registerAgainUnanswered();
        play.happens(UPDATE, A);
        play.happens(CONNECTED, 0); // the promise is judged when it is kept, see PlayedNode

        assertLatestData("/a");
    }

    @Test
    @DisplayName("The read fails: what may be a released node's is written")
    void writesItsData_whenTheyCannotBeCompared() {
        registerAgainUnanswered();
        play.server.failNext(RequestKind.GET_DATA, Code.SYSTEMERROR, false, 1);
        play.happens(CONNECTED, 0);

        assertLatestData("/a");
    }
}
