package io.perennial.internal.ephemeral;

import static io.perennial.internal.ephemeral.NodeHappening.CONNECTED;
import static io.perennial.internal.ephemeral.NodeHappening.CONNECTED_BY_ANOTHER_HANDLE;
import static io.perennial.internal.ephemeral.NodeHappening.CUT;
import static io.perennial.internal.ephemeral.NodeHappening.ONE_WORD;
import static io.perennial.internal.ephemeral.NodeHappening.PERMITS_ALL;
import static io.perennial.internal.ephemeral.NodeHappening.QUICK;
import static io.perennial.internal.ephemeral.NodeHappening.REFUSES;
import static io.perennial.internal.ephemeral.NodeHappening.REGISTER;
import static io.perennial.internal.ephemeral.NodeHappening.RELEASE;
import static io.perennial.internal.ephemeral.NodeHappening.SERVER_READS_ONE;
import static io.perennial.internal.ephemeral.NodeHappening.SLOW;
import static io.perennial.internal.ephemeral.NodeHappening.STRANGER_REPLACES;
import static io.perennial.internal.ephemeral.NodeHappening.UPDATE;
import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.RestorePolicy;
import io.perennial.ephemeral.EphemeralNode.Status;
import io.perennial.ephemeral.EphemeralSpec;
import io.perennial.internal.ephemeral.ModelTree.Right;
import io.perennial.internal.protocol.RequestKind;
import org.apache.zookeeper.KeeperException.Code;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** When a node is looked at before it is changed, and when what is known is enough. */
class NodeLooksTest extends NodePlayRig {
    /** With a path: requests that write data. */
    private static final int SET_DATA = 7;

    @Test
    @Tag("N4")
    void writesNothing_untilItKnowsTheServersHistory() {
        play.happens(REGISTER, A);
        play.happens(CUT, 0);
        play.happens(SLOW, 0);
        play.happens(CONNECTED, 0);
        int before = made();

        play.happens(REGISTER, B);
        play.happens(UPDATE, A);

        assertThat(made()).isEqualTo(before);
        play.happens(QUICK, 0);
        assertStands("/b");
    }

    @Test
    void writesAgainWithoutALook_whileTheWatchOnItsLastWriteIsOnItsWay() {
        play.happens(REGISTER, A);
        play.happens(SLOW, 0);
        play.happens(UPDATE, A);
        play.happens(SERVER_READS_ONE, 0);
        play.happens(ONE_WORD, 0); // the event of its own write
        play.happens(ONE_WORD, 0);
        int before = made();

        play.happens(UPDATE, A);

        assertThat(made()).isEqualTo(before + 1);
        play.happens(QUICK, 0);
        assertThat(made()).as("the write and a watch").isEqualTo(before + 2);
    }

    @Test
    @Tag("N2")
    void looksBeforeItsFirstWrite_becauseAnotherClientsNodeHasThatVersionToo() {
        play.happens(SLOW, 0);
        play.happens(REGISTER, A);
        wordByWordUntilHeld();
        play.happens(UPDATE, A);
        play.happens(SERVER_READS_ONE, 0); // arms the watch

        play.happens(STRANGER_REPLACES, BY_AN_EPHEMERAL_ONE);
        play.happens(QUICK, 0);

        assertStatus("/a", Status.CONFLICT);
        assertThat(play.server.tree.get("/a").version).isZero();
    }

    @Test
    void asksForItsWatchOnce_howeverOftenItIsWrittenUntilItsTurnComes() {
        play = play(with(RestorePolicy.defaults().withMaxRequestsInFlight(8)));
        play.happens(CUT, 0);
        register(10, 1);
        play.happens(SLOW, 0);
        play.happens(CONNECTED, 0);
        oneAnswer();
        int before = made() - 2;

        play.session(0).update("/n9");
        play.drain();
        play.happens(QUICK, 0);

        assertThat(made()).as("a look, a write and 10 watches").isEqualTo(before + 2 + 10);
    }

    @Test
    void isWatchedInTheEnd_whenItHasNoNumberAsItsTurnComes() {
        play = play(with(RestorePolicy.defaults().withMaxRequestsInFlight(8)));
        play.happens(CUT, 0);
        register(4, 1);
        play.happens(REGISTER, NUMBERED);
        play.happens(SLOW, 0);
        play.happens(CONNECTED, 0);
        oneAnswer();
        play.happens(UPDATE, NUMBERED);
        play.strangerDeletes(node("/q-").node().path());
        for (int i = 0; i < 4; i++) {
            oneAnswer(); // two watches, the look, and another watch
        }
        play.happens(QUICK, 0);

        play.strangerDeletes(node("/q-").node().path());
        play.drain();

        assertStands(node("/q-").node().path());
    }

    @Test
    void looksAgain_afterAnErrorThatLeavesOpenWhetherItWasWritten() {
        play.happens(REGISTER, A);
        play.server.failNext(RequestKind.SET_DATA, Code.SYSTEMERROR, false, 1);
        int before = made();

        play.happens(UPDATE, A);
        assertThat(made()).isEqualTo(before + 1);
        play.pass(1_000);

        assertThat(made()).as("two writes, a look and a watch").isEqualTo(before + 4);
    }

    @Test
    void countsItsLooksAnew_onEachConnection() {
        play.happens(REGISTER, A);
        play.happens(SLOW, 0);
        play.happens(UPDATE, A);
        cut();
        for (int i = 0; i < 12; i++) {
            play.happens(SLOW, 0);
            play.happens(CONNECTED, 0);
            oneAnswer(); // to the question whether it is the same history
            cut();
        }

        play.happens(CONNECTED, 0);

        assertStatus("/a", Status.HELD);
        assertLatestData("/a");
    }

    @Test
    void isVerifiedAtOnce_thoughItWaits_whenTheSessionIsResumed() {
        play.happens(REGISTER, A);
        play.happens(REFUSES, SET_DATA);
        play.happens(UPDATE, A);
        play.happens(PERMITS_ALL, 0);
        play.happens(REGISTER, B); // which shows the history
        play.happens(CUT, 0);
        play.strangerDeletes("/a");

        play.happens(CONNECTED_BY_ANOTHER_HANDLE, 0);

        assertStands("/a");
    }

    @Test
    void getsAnotherNumber_whenItMayNotReadWhatHasTakenItsPath() {
        play.happens(REGISTER, NUMBERED);
        String path = node("/q-").node().path();
        play.happens(CUT, 0);
        play.strangerDeletes(path);
        play.strangerMakes(0, path, false);
        play.server.tree.deny(path, Right.READ);

        play.happens(CONNECTED, 0);

        assertStatus("/q-", Status.HELD);
        assertThat(node("/q-").node().path()).isNotEqualTo(path);
    }

    @ParameterizedTest
    @ValueSource(ints = {A, NUMBERED})
    void isNotRestored_untilWhatALookHasFoundGoneStandsAgain(int gone) {
        play = play(with(RestorePolicy.defaults().withMaxBatchOperations(1).withMaxBatchesInFlight(1)));
        play.happens(REGISTER, B);
        play.happens(REGISTER, gone);
        play.happens(CUT, 0);
        play.strangerDeletes("/b");
        play.happens(SLOW, 0);
        play.happens(CONNECTED_BY_ANOTHER_HANDLE, 0);
        oneAnswer(); // to the question whether it is the same history
        oneAnswer(); // the list
        play.happens(UPDATE, gone);
        play.strangerDeletes(node(NodePlay.PATHS.get(gone)).node().path());
        oneAnswer(); // /b is gone
        oneAnswer(); // and so is the other
        oneAnswer(); // /b is created

        assertStands("/b");
        assertThat(play.session(0).isRestored()).isFalse();
        play.happens(QUICK, 0);
        assertThat(play.session(0).isRestored()).isTrue();
    }

    @Test
    void isCreatedAgainWithoutALook_whenAnotherNodeOfItsTransactionIsRefused() {
        play.strangerMakes(0, "/svc", false);
        play.server.tree.deny("/svc", Right.CREATE);
        play.happens(CUT, 0);
        play.session(0).register(EphemeralSpec.at("/q-").sequential(true));
        play.session(0).register(EphemeralSpec.at("/svc/x"));
        int before = made();

        play.happens(CONNECTED, 0);

        assertThat(made()).as("two transactions and a watch").isEqualTo(before + 3);
    }

    @Test
    @Tag("S-17")
    void isCreatedAlone_whenThreeOfItsTransactionsHaveFailed() {
        play.strangerMakes(0, "/svc", false);
        play.server.tree.deny("/svc", Right.CREATE);
        play.happens(CUT, 0);
        for (String path : new String[] {"/svc/1", "/svc/2", "/svc/3", "/a", "/b"}) {
            play.session(0).register(EphemeralSpec.at(path));
        }
        play.happens(SLOW, 0);
        int before = made();
        play.happens(CONNECTED, 0);
        oneAnswer();
        oneAnswer();
        assertThat(made()).as("three transactions").isEqualTo(before + 3);

        oneAnswer();

        assertThat(made()).as("and two creations").isEqualTo(before + 3 + 2);
        play.happens(QUICK, 0);
        assertThat(made()).as("and two watches").isEqualTo(before + 3 + 2 + 2);

        deleteAandB();
        assertThat(made()).as("one transaction for both").isEqualTo(before + 3 + 2 + 2 + 1);
        play.happens(QUICK, 0);
    }

    /** By another client, so that the session learns of both at once. */
    private void deleteAandB() {
        play.happens(SLOW, 0);
        play.strangerDeletes("/a");
        play.strangerDeletes("/b");
        play.oneThing(0, ModelClient::deliver);
        play.oneThing(0, ModelClient::deliver);
        play.drain();
    }

    @Test
    @Tag("S-17")
    void areCreatedOneByOne_whenTheirTransactionFailsAndItIsUnknownWhoIsToBlame() {
        failOnce(2);

        play.happens(QUICK, 0);

        assertThat(made()).as("a transaction, and looks, creations and watches").isEqualTo(1 + 3 * 2);
    }

    @Test
    void isGone_whenItIsReleasedWhileItWaitsToBeCreatedAlone() {
        failOnce(2);
        oneAnswer(); // of one node, whose creation waits until the other was looked at
        PlayedNode first = node("/n0");

        play.session(0).release("/n0");
        play.happens(QUICK, 0);

        assertThat(first.isAllDone()).isTrue();
        assertGone("/n0");
    }

    /** One transaction, without a word about any of its nodes. */
    private void failOnce(int nodes) {
        play.happens(CUT, 0);
        register(nodes, 1);
        play.server.failNext(RequestKind.CREATE, Code.SYSTEMERROR, false, 1);
        play.happens(SLOW, 0);
        play.happens(CONNECTED, 0);
        oneAnswer();
    }

    @Test
    @Tag("N3")
    void takesOverItsPredecessorsWatch_andWritesWithoutALook() {
        play.happens(REGISTER, A);
        play.happens(REFUSES, DELETE);
        play.happens(RELEASE, A);
        int before = made();

        play.happens(REGISTER, A);

        assertThat(made()).as("a write and a watch").isEqualTo(before + 2);
    }
}
