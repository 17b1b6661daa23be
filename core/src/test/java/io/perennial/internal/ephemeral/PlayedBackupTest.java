package io.perennial.internal.ephemeral;

import static io.perennial.internal.ephemeral.NodeHappening.BACKUP_PUT_BACK;
import static io.perennial.internal.ephemeral.NodeHappening.BACKUP_TAKEN;
import static io.perennial.internal.ephemeral.NodeHappening.CONNECTED;
import static io.perennial.internal.ephemeral.NodeHappening.CUT;
import static io.perennial.internal.ephemeral.NodeHappening.QUICK;
import static io.perennial.internal.ephemeral.NodeHappening.REGISTER;
import static io.perennial.internal.ephemeral.NodeHappening.SLOW;
import static io.perennial.internal.ephemeral.NodeHappening.STRANGER_DELETES;
import static io.perennial.internal.ephemeral.NodeHappening.STRANGER_REPLACES;
import static io.perennial.internal.ephemeral.NodeHappening.UPDATE;

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
}
