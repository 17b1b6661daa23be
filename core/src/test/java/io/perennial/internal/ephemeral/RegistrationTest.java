package io.perennial.internal.ephemeral;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.perennial.RestorePolicy;
import io.perennial.WithdrawnException;
import io.perennial.ephemeral.EphemeralNode;
import io.perennial.ephemeral.EphemeralNode.Status;
import io.perennial.ephemeral.EphemeralSpec;
import io.perennial.operation.SessionClosedException;
import io.perennial.testing.WhileWaiting;
import java.time.Duration;
import org.apache.curator.framework.imps.DefaultACLProvider;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is checked and what is shown before any server is there. */
class RegistrationTest {
    private static final int MAX_PACKET = 0xfffff;
    private static final byte[] NONE = new byte[0];

    private final DrivenNodes driven = new DrivenNodes();
    private final EphemeralNodes nodes = driven.nodes;
    private boolean started;

    @AfterEach
    void stop() throws Exception {
        if (!started) {
            driven.start();
        }
        driven.close();
    }

    @ParameterizedTest
    @CsvSource({
        "'',          path is empty; give an absolute path",
        "workers/a,   path 'workers/a' is relative; give an absolute path: '/workers/a'",
        "/workers/,   path '/workers/' is not a valid path",
        "/workers//a, path '/workers//a' is not a valid path",
        "/,           'path is ''/'', the root'",
    })
    void refusesABadPath(String path, String message) {
        assertThatThrownBy(() -> nodes.register(path, NONE))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
        assertThat(nodes.wanted()).isZero();
    }

    @Test
    void refusesNullPath() {
        assertThatThrownBy(() -> nodes.register(null, NONE))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("path is null");
    }

    @Test
    @Tag("U4")
    void givesEachCallerAFutureOfHisOwn() {
        EphemeralNode node = nodes.register("/a", NONE);
        node.whenHeld().cancel(false);
        assertThat(node.whenHeld()).isNotDone();
        node.release().cancel(false);
        assertThat(node.release()).isNotCancelled();
    }

    @Test
    void refusesAPathThatIsRegisteredUntilItIsReleased() {
        EphemeralNode first = nodes.register("/a", NONE);
        assertThatThrownBy(() -> nodes.register("/a", NONE))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("path '/a' is already registered in session 'rig'")
                .hasMessageContaining("release it first");
        first.release();
        EphemeralNode second = nodes.register("/a", NONE);
        assertThat(nodes.nodes()).containsExactly(second);
    }

    @Test
    void takesTheSameSequentialPathSeveralTimes() {
        nodes.register(EphemeralSpec.at("/q-").sequential(true));
        nodes.register(EphemeralSpec.at("/q-").sequential(true));
        assertThat(nodes.wanted()).isEqualTo(2);
    }

    @Test
    void listsNodesInTheOrderOfRegistration() {
        EphemeralNode b = nodes.register("/b", NONE);
        EphemeralNode a = nodes.register("/a", NONE);
        assertThat(nodes.nodes()).containsExactly(b, a);
        assertThat(a.status()).isEqualTo(Status.PENDING);
        assertThat(a.path()).isEqualTo("/a");
        assertThat(a.problem()).isNull();
        assertThat(nodes.standing()).isZero();
    }

    @Test
    @Tag("S-26")
    void refusesDataThatDoNotFitIntoOnePacket_andKeepsTheOldOnes() {
        EphemeralNode node = nodes.register("/a", new byte[] {1});
        assertThatThrownBy(() -> nodes.register("/b", new byte[MAX_PACKET]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("data of '/b' are 1048575 bytes")
                .hasMessageContaining("jute.maxbuffer is 1048575");
        assertThatThrownBy(() -> node.update(new byte[MAX_PACKET])).isInstanceOf(IllegalArgumentException.class);
        assertThat(node.spec().data()).containsExactly(1);
        assertThat(nodes.nodes()).containsExactly(node);
    }

    @Test
    @Tag("S-25")
    void refusesPathsThatTheServerCouldNotCloseInOneTransaction_andTakesThemAgainWhenOthersAreReleased() {
        String longName = "x".repeat(996);
        int fitting = (MAX_PACKET * 3 / 2 - 64) / 1_005;
        for (int i = 0; i < fitting; i++) {
            nodes.register(path(longName, i), NONE);
        }
        assertThatThrownBy(() -> nodes.register(path(longName, fitting), NONE))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("would take " + (fitting + 1) * 1_005 + " bytes")
                .hasMessageContaining("may take " + (MAX_PACKET * 3L / 2 - 64))
                .hasMessageContaining("ZOOKEEPER-4306")
                .hasMessageContaining("several sessions");
        assertThat(nodes.wanted()).isEqualTo(fitting);

        nodes.nodes().get(0).release();
        assertThat(nodes.register(path(longName, fitting), NONE).status()).isEqualTo(Status.PENDING);
    }

    @Test
    @Tag("C13")
    @Tag("S-25")
    void countsAChrootThatIsKnownLate_forTheNodesRegisteredBeforeToo() {
        String longName = "x".repeat(996);
        int fitting = (MAX_PACKET * 3 / 2 - 64) / (2 * 1_005);
        for (int i = 0; i < fitting - 1; i++) {
            nodes.register(path(longName, i), NONE);
        }

        driven.chroot = "/" + "c".repeat(1_004);

        nodes.register(path(longName, fitting - 1), NONE);
        assertThatThrownBy(() -> nodes.register(path(longName, fitting), NONE))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("would take " + (fitting + 1) * 2 * 1_005 + " bytes");
        nodes.nodes().get(0).release();
        assertThat(nodes.register(path(longName, fitting), NONE).status()).isEqualTo(Status.PENDING);
    }

    @Test
    @Tag("S-25")
    void takesFiftyThousandNodesWithPathsOfTwentyFiveBytes() {
        for (int i = 0; i < 50_000; i++) {
            nodes.register("/workers/worker-0000" + (10_000 + i), NONE);
        }
        assertThat(nodes.wanted()).isEqualTo(50_000);
    }

    @Test
    @Tag("N10")
    void keepsOnePromise_howeverManyUpdatesComeWhileNoServerIsThere() {
        EphemeralNode node = nodes.register("/a", NONE);
        var future = node.update(new byte[] {0});
        for (int i = 0; i < 10_000; i++) {
            assertThat(node.update(new byte[] {(byte) i})).isSameAs(future);
        }
    }

    @Test
    void completesAReleaseAtOnce_whenNothingWasEverSent() {
        EphemeralNode node = nodes.register("/a", NONE);
        assertThat(node.release()).isCompleted();
        assertThat(node.release()).isCompleted();
        assertThat(node.status()).isEqualTo(Status.RELEASED);
        assertThat(node.whenHeld())
                .failsWithin(Duration.ofSeconds(5))
                .withThrowableThat()
                .withCauseInstanceOf(WithdrawnException.class);
        assertThatThrownBy(() -> node.update(NONE)).isInstanceOf(WithdrawnException.class);
        assertThat(nodes.wanted()).isZero();
    }

    @Test
    @Tag("K2")
    void waitsForTheDeletion_whenTheClosingThreadIsInterrupted_whichStaysSo() {
        var node = (TrackedNode) nodes.register("/a", NONE);
        node.touched = true; // It may be on a server.
        WhileWaiting.run(() -> node.gone.complete(null));
        Thread.currentThread().interrupt();

        node.close();

        assertThat(Thread.interrupted()).isTrue();
        assertThat(node.gone.isDone()).isTrue();
    }

    @Test
    @Tag("H7")
    void refusesNull_byName() {
        EphemeralNode node = nodes.register("/a", NONE);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> nodes.register("/b", null))
                .withMessage("data is null; give an empty array for none");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> nodes.register((EphemeralSpec) null))
                .withMessageStartingWith("spec is null");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> EphemeralSpec.at(null))
                .withMessageStartingWith("path is null");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> node.update(null))
                .withMessageStartingWith("data is null");
        assertThat(nodes.wanted()).isOne();
    }

    @Test
    void failsWhatIsPendingAndTakesNothingMore_whenTheSessionCloses() throws Exception {
        EphemeralNode node = nodes.register("/a", NONE);
        var updated = node.update(new byte[] {1});
        driven.start();
        started = true;
        driven.closeNodes();

        assertThat(node.whenHeld())
                .failsWithin(Duration.ofSeconds(5))
                .withThrowableThat()
                .withCauseInstanceOf(SessionClosedException.class);
        assertThat(updated)
                .failsWithin(Duration.ofSeconds(5))
                .withThrowableThat()
                .withCauseInstanceOf(SessionClosedException.class);
        assertThat(node.status()).isEqualTo(Status.PENDING);
        assertThatThrownBy(() -> nodes.register("/b", NONE))
                .isInstanceOf(SessionClosedException.class)
                .hasMessageContaining("session 'rig' is closed");
        assertThatThrownBy(() -> node.update(NONE)).isInstanceOf(SessionClosedException.class);
        assertThat(node.release()).succeedsWithin(Duration.ofSeconds(5));
    }

    @Test
    void refusesToRegister_whenTheLoopHasStopped() throws Exception {
        driven.start();
        started = true;
        driven.onLoop(() -> {});
        driven.loop.stop();
        assertThatThrownBy(() -> nodes.register("/b", NONE)).isInstanceOf(SessionClosedException.class);
        assertThat(nodes.wanted()).isZero();
    }

    @Test
    void countsTheNamespaceAndTheChrootAsTheServerDoes() throws Exception {
        var within = new DrivenNodes("/ns", "/chroot", RestorePolicy.defaults(), new DefaultACLProvider());
        var node = (TrackedNode) within.nodes.register("/a", NONE);
        assertThat(node.serverPath).isEqualTo("/ns/a");
        assertThat(within.nodes)
                .extracting("ledger", InstanceOfAssertFactories.type(NodeLedger.class))
                .extracting(NodeLedger::pathBytes)
                .isEqualTo(4L + "/chroot/ns/a".length());
        assertThat(node.path()).isEqualTo("/a");
    }

    private static String path(String longName, int number) {
        return "/" + longName + (1_000 + number);
    }
}
