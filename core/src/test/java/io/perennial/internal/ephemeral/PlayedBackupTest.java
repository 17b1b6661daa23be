package io.perennial.internal.ephemeral;

import static io.perennial.internal.ephemeral.NodeHappening.BACKUP_PUT_BACK;
import static io.perennial.internal.ephemeral.NodeHappening.BACKUP_TAKEN;
import static io.perennial.internal.ephemeral.NodeHappening.CONNECTED;
import static io.perennial.internal.ephemeral.NodeHappening.CUT;
import static io.perennial.internal.ephemeral.NodeHappening.QUICK;
import static io.perennial.internal.ephemeral.NodeHappening.REGISTER;
import static io.perennial.internal.ephemeral.NodeHappening.RELEASE;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The servers are put back to a backup, which has the session and its nodes of then; found by plays at random. */
@Tag("N4")
class PlayedBackupTest extends NodePlayRig {
    private static final int A_GIVING_UP = 7 + A;

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

    @ParameterizedTest
    @DisplayName("A sequential node got another number since the backup: the one of then is found, and is the only one")
    @EnumSource(names = {"CONNECTED", "CONNECTED_BY_ANOTHER_HANDLE"})
    void findsANumberedNode_underTheNumberThatTheBackupHas(NodeHappening how) {
        numberedAnewSinceTheBackup();
        play.happens(UPDATE, NUMBERED);
        play.happens(BACKUP_PUT_BACK, 0);
        play.happens(how, 0);
        play.pass(20_000); // its watch reports a second deletion in a short while (S-21)

        assertOnlyTheNumberedOne();
    }

    @Test
    @DisplayName("The same where no watch reports it, but a look for the history")
    void findsANumberedNode_thatIsNotWatched() {
        play.happens(REGISTER, A);
        play.happens(REGISTER, NUMBERED);
        play.happens(BACKUP_TAKEN, 0);
        play.server.failNext(RequestKind.EXISTS, Code.SYSTEMERROR, false, 1);
        play.happens(STRANGER_DELETES, NUMBERED);
        play.happens(UPDATE, A);
        play.happens(BACKUP_PUT_BACK, 0);
        play.happens(CONNECTED, 0);
        play.happens(RELEASE, A);

        assertOnlyTheNumberedOne();
    }

    @Test
    @DisplayName("It was released meanwhile: the one of then is found, and deleted")
    void deletesAReleasedNumberedNode_underTheNumberThatTheBackupHas() {
        numberedAnewSinceTheBackup();
        play.happens(CUT, 0);
        play.happens(RELEASE, NUMBERED);
        play.happens(BACKUP_PUT_BACK, 0);
        play.happens(CONNECTED, 0);

        assertThat(play.server.tree.nodes()).as(trace()).isEmpty();
    }

    private void numberedAnewSinceTheBackup() {
        play.happens(REGISTER, NUMBERED);
        play.happens(BACKUP_TAKEN, 0);
        play.happens(STRANGER_DELETES, NUMBERED);
        assertStatus("/q-", Status.HELD);
    }

    private void assertOnlyTheNumberedOne() {
        assertStatus("/q-", Status.HELD);
        assertThat(play.server.tree.nodes()).as(trace()).singleElement().satisfies(there -> {
            assertThat(there.path).isEqualTo(node("/q-").node().path());
            assertThat(ModelData.of(there.data)).isEqualTo(node("/q-").data());
        });
    }

    @ParameterizedTest
    @DisplayName("A node gave up its path to another client since the backup: ours exists again, and is found")
    @EnumSource(names = {"CONNECTED", "CONNECTED_BY_ANOTHER_HANDLE"})
    void findsItsOwnNode_whereItHadGivenUpSinceTheBackup(NodeHappening how) {
        play.happens(REGISTER, A_GIVING_UP);
        play.happens(REGISTER, B);
        play.happens(BACKUP_TAKEN, 0);
        play.happens(STRANGER_REPLACES, BY_AN_EPHEMERAL_ONE);
        assertStatus("/a", Status.CONFLICT);
        play.happens(UPDATE, B);
        play.happens(BACKUP_PUT_BACK, 0);
        play.happens(how, 0);

        assertStatus("/a", Status.HELD);
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
