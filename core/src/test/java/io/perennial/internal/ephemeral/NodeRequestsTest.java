package io.perennial.internal.ephemeral;

import static io.perennial.internal.ephemeral.NodeHappening.CONNECTED;
import static io.perennial.internal.ephemeral.NodeHappening.CONNECTED_BY_ANOTHER_HANDLE;
import static io.perennial.internal.ephemeral.NodeHappening.CUT;
import static io.perennial.internal.ephemeral.NodeHappening.PERMITS_ALL;
import static io.perennial.internal.ephemeral.NodeHappening.QUICK;
import static io.perennial.internal.ephemeral.NodeHappening.REFUSES;
import static io.perennial.internal.ephemeral.NodeHappening.REGISTER;
import static io.perennial.internal.ephemeral.NodeHappening.RELEASE;
import static io.perennial.internal.ephemeral.NodeHappening.SESSION_EXPIRES;
import static io.perennial.internal.ephemeral.NodeHappening.SESSION_EXPIRES_NOT_REAPED;
import static io.perennial.internal.ephemeral.NodeHappening.SLOW;
import static io.perennial.internal.ephemeral.NodeHappening.STRANGER_DELETES;
import static io.perennial.internal.ephemeral.NodeHappening.STRANGER_MAKES;
import static io.perennial.internal.ephemeral.NodeHappening.STRANGER_WRITES;
import static io.perennial.internal.ephemeral.NodeHappening.UPDATE;
import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.RestorePolicy;
import io.perennial.ephemeral.EphemeralNode.Status;
import io.perennial.ephemeral.EphemeralSpec;
import io.perennial.internal.ephemeral.ModelTree.Right;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How many requests it takes: no more than is said, and none in quiet. */
class NodeRequestsTest extends NodePlayRig {
    private static final int CREATE = 0;

    @AfterEach
    void recover() {
        play.recover();
        play.isQuiet();
    }

    @Test
    @Tag("S-07")
    void verifiesAResumedSession_byTwoRequests_andSetsAGuardForEachNode() {
        register(5, 1);
        play.happens(CUT, 0);

        play.happens(CONNECTED_BY_ANOTHER_HANDLE, 0);

        assertThat(made()).isEqualTo(2 + 5);
    }

    @Test
    @Tag("S-07")
    void verifiesAResumedSession_nodeByNode_whenTheListMightBeTooLong() {
        play = play(NodeSetting.tight());
        register(9, 1);
        play.happens(CUT, 0);

        play.happens(CONNECTED_BY_ANOTHER_HANDLE, 0);

        assertThat(made()).isEqualTo(9 + 9);
    }

    @Test
    @Tag("N4")
    void looksAtOneNode_whenTheSameHandleHasReconnected() {
        register(5, 1);
        play.happens(CUT, 0);
        int before = made();

        play.happens(CONNECTED, 0);

        assertThat(made()).isEqualTo(before + 1);
    }

    @Test
    @Tag("S-22")
    void leavesWhatWaitsItsTime_whenItReconnects_andIsRestoredWithoutIt() {
        play.happens(REFUSES, CREATE);
        play.happens(REGISTER, A);
        play.happens(CUT, 0);
        int before = made();

        play.happens(CONNECTED, 0);

        assertThat(made()).isEqualTo(before);
        assertThat(play.session(0).isRestored()).isTrue();
    }

    @Test
    void deletesAtOnceWhenItReconnects_whatIsReleasedAndWaits() {
        play.happens(REGISTER, A);
        play.happens(REFUSES, DELETE);
        play.happens(RELEASE, A);
        play.happens(PERMITS_ALL, 0);
        play.happens(CUT, 0);

        play.happens(CONNECTED, 0);

        assertGone("/a");
    }

    @ParameterizedTest
    @CsvSource({"STRANGER_MAKES, 0", "STRANGER_MAKES, 14", "STRANGER_MAKES_PERSISTENT, 0"})
    void waitsForAStrangersNode_withoutAskingAgain(NodeHappening stranger, int waitingOrReplacing) {
        play.happens(stranger, A);
        play.happens(REGISTER, waitingOrReplacing);
        int before = made();

        play.pass(120_000);

        assertThat(made()).isEqualTo(before);
        assertStatus("/a", Status.CONFLICT);
        play.happens(STRANGER_DELETES, A);
        assertStatus("/a", Status.HELD);
        assertThat(made()).as("creation and guard").isEqualTo(before + 2);
    }

    @Test
    void takesTheGuardBack_fromAStrangersNode_andNotFromItsOwn() {
        play.happens(STRANGER_MAKES, A);
        play.happens(REGISTER, A);
        play.happens(REGISTER, B);
        int before = made();

        play.happens(RELEASE, A);
        assertThat(made()).isEqualTo(before + 1);

        play.happens(RELEASE, B);
        assertThat(made()).as("a look and the deletion").isEqualTo(before + 3);
    }

    @Test
    void deletesWithoutALookBefore_whatWasToldOfAllAlong_thoughItWasRefusedOnce() {
        play.happens(REGISTER, A);
        play.happens(REFUSES, DELETE);
        play.happens(RELEASE, A);
        play.happens(PERMITS_ALL, 0);
        int before = made();

        play.pass(1_000);

        assertGone("/a");
        assertThat(made()).isEqualTo(before + 2);
    }

    @Test
    void looksNoMore_whenItsDeletionFindsNothing() {
        play.happens(REGISTER, A);
        play.happens(SLOW, 0);
        int before = made();
        play.happens(RELEASE, A);
        play.happens(STRANGER_DELETES, A);

        play.happens(QUICK, 0);

        assertThat(made()).as("a look and the deletion").isEqualTo(before + 2);
    }

    @Test
    @Tag("S-21")
    void makesAgainWhatWasDeleted_withoutALook() {
        play.happens(REGISTER, A);
        int before = made();

        play.happens(STRANGER_DELETES, A);

        assertThat(made()).as("creation and guard").isEqualTo(before + 2);
    }

    @Test
    void looksWhenOthersWriteItsNode_andNotWhenTheyWriteTheirs() {
        play.happens(REGISTER, A);
        play.happens(STRANGER_MAKES, B);
        play.happens(REGISTER, B);
        int before = made();

        play.happens(STRANGER_WRITES, A);
        assertThat(made()).as("a look and the guard").isEqualTo(before + 2);

        play.happens(STRANGER_WRITES, B);
        assertThat(made()).as("the guard").isEqualTo(before + 3);
    }

    @Test
    void waitsWithACreation_forThoseThatAreStillLookedAt() {
        play.happens(SLOW, 0);
        play.happens(REGISTER, A);
        play.happens(REGISTER, B);
        cut();
        int before = made();
        play.happens(SLOW, 0);
        play.happens(CONNECTED, 0);
        assertThat(made()).as("looks").isEqualTo(before + 2);

        oneAnswer();
        assertThat(made()).isEqualTo(before + 2);
        oneAnswer();

        assertThat(made()).as("one transaction").isEqualTo(before + 3);
        play.slow = false;
    }

    @Test
    void makesTransactionsFull_andAsManyAtATimeAsIsSaid() {
        play = play(with(RestorePolicy.defaults()
                .withMaxBatchOperations(2)
                .withMaxBatchBytes(1_024)
                .withMaxBatchesInFlight(1)));
        play.happens(CUT, 0);
        register(5, 1);
        play.happens(SLOW, 0);
        int before = made();
        play.happens(CONNECTED, 0);
        assertThat(made()).isEqualTo(before + 1);

        oneAnswer();
        assertThat(made()).isEqualTo(before + 2);
        oneAnswer();
        assertThat(made()).isEqualTo(before + 3);
        oneAnswer();

        assertThat(made()).as("guards").isEqualTo(before + 3 + 5);
        play.slow = false;
    }

    @ParameterizedTest
    @CsvSource({"300, 1", "400, 2"})
    void makesTransactionsNoLonger_thanIsSaid(int pathBytes, int transactions) {
        play = play(with(RestorePolicy.defaults()
                .withMaxBatchOperations(100)
                .withMaxBatchBytes(1_024)
                .withMaxBatchesInFlight(4)));

        assertThat(transactionsOfTwo(pathBytes)).isEqualTo(transactions);
    }

    @ParameterizedTest
    @CsvSource({"700, 1", "850, 2"})
    void makesTransactionsNoLonger_thanOneRequestMayBe(int pathBytes, int transactions) {
        play = play(NodeSetting.tight());

        assertThat(transactionsOfTwo(pathBytes)).isEqualTo(transactions);
    }

    private int transactionsOfTwo(int pathBytes) {
        play.happens(CUT, 0);
        register(2, pathBytes);
        int before = made();
        play.happens(SLOW, 0);
        play.happens(CONNECTED, 0);
        play.slow = false;
        return made() - before;
    }

    @Test
    void setsAFewGuardsAtATime() {
        play = play(with(RestorePolicy.defaults().withMaxRequestsInFlight(8)));
        play.happens(CUT, 0);
        register(6, 1);
        play.happens(SLOW, 0);
        int before = made();
        play.happens(CONNECTED, 0);
        oneAnswer();
        assertThat(made()).isEqualTo(before + 1 + 2);

        oneAnswer();
        assertThat(made()).isEqualTo(before + 1 + 3);
        play.slow = false;
    }

    @Test
    @Tag("S-17")
    void repeatsWithoutTheOneThatIsRefused_theOthersOfItsTransaction() {
        play.strangerMakes(0, "/svc", false);
        play.server.tree.deny("/svc", Right.CREATE);
        play.happens(CUT, 0);
        play.session(0).register(EphemeralSpec.at("/a"));
        play.session(0).register(EphemeralSpec.at("/svc/x"));
        int before = made();

        play.happens(CONNECTED, 0);

        assertStatus("/a", Status.HELD);
        assertStatus("/svc/x", Status.FAILED);
        assertThat(made()).as("two transactions and a guard").isEqualTo(before + 3);
    }

    @Test
    void findsItsNodeInTheList_whenItMayNotLookAtIt() {
        play.happens(REGISTER, A);
        play.server.tree.deny("/a", Right.READ);
        play.happens(SLOW, 0);
        play.happens(UPDATE, A);
        cut();

        play.happens(CONNECTED, 0);

        assertStatus("/a", Status.HELD);
        assertLatestData("/a");
    }

    @Test
    void removesWhatAnEarlierSessionLeft_howeverMuchThatIs_andThenIsQuiet() {
        for (int i = 0; i < 120; i++) {
            play.session(0).register(EphemeralSpec.at("/q-").sequential(true));
        }
        play.drain();
        play.happens(SESSION_EXPIRES_NOT_REAPED, 0);
        play.happens(CONNECTED, 0);
        assertThat(play.server.tree.nodes()).hasSize(120);
        int before = made();

        play.pass(1_300_000);

        assertThat(made()).isEqualTo(before);
    }

    @Test
    void looksOnce_forWhatAnEarlierSessionLeft_thatTheServerHasReaped() {
        play.session(0).register(EphemeralSpec.at("/q-").sequential(true));
        play.drain();
        play.happens(SESSION_EXPIRES, 0);
        play.happens(CONNECTED, 0);
        assertThat(made()).as("creation, guard, look").isEqualTo(3);

        play.pass(1_300_000);

        assertThat(made()).isEqualTo(3);
    }

    @Test
    @Tag("C3")
    void makesOneByOne_whatWasUnderWayWhenTwoConnectionsBroke() {
        play.happens(SLOW, 0);
        play.happens(REGISTER, A);
        play.happens(REGISTER, B);
        cut();
        connectAndLook();
        cut();
        int before = made();
        connectAndLook();
        play.pass(60);
        assertThat(made()).as("looks and one creation").isEqualTo(before + 2 + 1);

        oneAnswer();

        assertThat(made()).as("the other creation").isEqualTo(before + 2 + 2);
        play.happens(QUICK, 0);
    }

    private void connectAndLook() {
        play.happens(SLOW, 0);
        play.happens(CONNECTED, 0);
        oneAnswer();
        oneAnswer();
    }
}
