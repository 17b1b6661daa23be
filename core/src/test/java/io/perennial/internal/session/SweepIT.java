package io.perennial.internal.session;

import static io.perennial.SessionState.CONNECTED;
import static io.perennial.SessionState.LOST;
import static io.perennial.testing.Sessions.awaitState;
import static io.perennial.testing.Sessions.eventually;
import static io.perennial.testing.Sessions.generationOf;
import static io.perennial.testing.Sessions.handleOf;
import static io.perennial.testing.Sessions.idOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.ResilientSession;
import io.perennial.ephemeral.EphemeralNode;
import io.perennial.ephemeral.EphemeralSpec;
import io.perennial.operation.Write;
import io.perennial.operation.WriteOutcome;
import io.perennial.test.NoLeaks;
import io.perennial.testing.SessionRig;
import io.perennial.testing.Sessions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;
import org.apache.curator.framework.recipes.leader.LeaderLatch;
import org.apache.curator.framework.recipes.locks.InterProcessMutex;
import org.apache.curator.framework.state.ConnectionState;
import org.apache.zookeeper.ZooDefs.OpCode;
import org.apache.zookeeper.client.ZKClientConfig;
import org.apache.zookeeper.common.ZKConfig;
import org.apache.zookeeper.data.Stat;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** At LOST Curator's recipes take their nodes for gone; then the session is taken over, and the nodes stand. */
@ExtendWith(NoLeaks.class)
@Tag("C8")
class SweepIT {
    private static final Duration TIMEOUT = Duration.ofSeconds(4);

    @AutoClose
    private final SessionRig rig = new SessionRig();

    private final List<ConnectionState> curatorHeard = new CopyOnWriteArrayList<>();
    /** What stood below /lock when Curator heard RECONNECTED. */
    private final List<String> stood = new CopyOnWriteArrayList<>();

    private ResilientSession connect(UnaryOperator<ResilientSession.Builder> options) throws Exception {
        ResilientSession session = rig.build(b -> options.apply(b.sessionTimeout(TIMEOUT)));
        session.curator().getConnectionStateListenable().addListener((client, state) -> {
            if (state == ConnectionState.RECONNECTED) {
                stood.addAll(rig.observer().children("/lock"));
            }
            curatorHeard.add(state);
        });
        session.start();
        assertThat(session.awaitConnected(SessionRig.PATIENCE)).isTrue();
        return session;
    }

    /** A lock whose holder gives it up without a word at LOST, as Curator tells him to. */
    private static void lock(ResilientSession session) throws Exception {
        assertThat(new InterProcessMutex(session.curator(), "/lock").acquire(30, TimeUnit.SECONDS))
                .isTrue();
    }

    private void loseAndResume(ResilientSession session) {
        long id = idOf(session);
        rig.stopServer();
        awaitState(session, LOST);
        rig.restartServer();
        awaitState(session, CONNECTED);
        assertThat(idOf(session)).isEqualTo(id);
        eventually(() -> assertThat(curatorHeard).endsWith(ConnectionState.LOST, ConnectionState.RECONNECTED));
    }

    @Test
    void takesARecipesNodesAwayBeforeCuratorHearsOfTheConnection() throws Exception {
        ResilientSession session = connect(b -> b);
        lock(session);
        assertThat(rig.observer().children("/lock")).hasSize(1);

        loseAndResume(session);

        assertThat(stood).isEmpty();
        lock(session);
        assertThat(session.report().problems()).isEmpty();
        assertThat(rig.logLines()).anyMatch(line -> line.contains("Curator's recipes had given up"));
    }

    @Test
    @DisplayName("Nodes of the ledger, sequential ones too, stand untouched, whatever their paths on the server are")
    void leavesRegisteredNodesAlone() throws Exception {
        rig.observer().create("/app", new byte[0]);
        ResilientSession session = connect(
                b -> b.connectString(rig.proxy().connectString() + "/app").namespace("shop"));
        EphemeralNode plain = session.ephemerals().register("/plain", new byte[] {1});
        EphemeralNode numbered = session.ephemerals()
                .register(EphemeralSpec.at("/numbered").data(new byte[] {1}).sequential(true));
        plain.whenHeld().get(30, TimeUnit.SECONDS);
        numbered.whenHeld().get(30, TimeUnit.SECONDS);
        lock(session);
        Stat plainBefore = rig.observer().stat("/app/shop/plain").orElseThrow();
        String number = numbered.path();
        Stat numberedBefore = rig.observer().stat("/app/shop" + number).orElseThrow();

        rig.observer().create("/lock", new byte[0]);
        loseAndResume(session);

        assertThat(rig.observer().children("/app/shop/lock")).isEmpty();
        assertThat(rig.observer().stat("/app/shop/plain")).contains(plainBefore);
        assertThat(numbered.path()).isEqualTo(number);
        assertThat(rig.observer().stat("/app/shop" + number)).contains(numberedBefore);
    }

    @Test
    @DisplayName(
            "Servers before 3.6 hang up when they are asked for a session's nodes: it is said, and all else goes on")
    void saysSo_whenTheServersCannotListTheNodes() throws Exception {
        ResilientSession session = connect(b -> b);
        lock(session);
        Stat mine = rig.registerEphemeral(session, "/mine");
        rig.stopServer();
        awaitState(session, LOST);
        for (int i = 0; i < 6; i++) {
            rig.proxy().loseRequest(op -> op == OpCode.getEphemerals);
        }

        rig.restartServer();

        awaitState(session, CONNECTED);
        eventually(() -> assertThat(curatorHeard).endsWith(ConnectionState.RECONNECTED));
        assertThat(generationOf(session)).isEqualTo(1);
        assertThat(rig.observer().stat("/mine")).contains(mine);
        assertThat(stood).hasSize(1);
        assertThat(session.report().problems())
                .singleElement()
                .asString()
                .contains("Curator's recipes", "3.6", "resume(false)");

        loseAndResume(session);

        assertThat(session.report().problems())
                .singleElement()
                .asString()
                .contains("Curator's recipes", "cannot list a session's nodes", "3.6", "resume(false)")
                .doesNotContain("CONNECTIONLOSS");
    }

    @Test
    @DisplayName("A write in doubt whose witness had been taken away would be taken for not applied, and made again")
    void leavesTheWitnessOfAWriteInDoubt() throws Exception {
        List.of("/lock", "/witnesses", "/node").forEach(path -> rig.observer().create(path, new byte[0]));
        ResilientSession session = connect(b -> b);
        CompletableFuture<Void> lost =
                rig.proxy().loseAcknowledgement(op -> op == OpCode.multi).thenRun(this::letNothingBeSettled);
        CompletableFuture<WriteOutcome> outcome = session.operations()
                .within(SessionRig.PATIENCE)
                .witnessedBelow("/witnesses")
                .transactionAsync(Write.setData("/node", new byte[] {1}, Write.ANY_VERSION));
        assertThat(lost).succeedsWithin(SessionRig.PATIENCE);
        // From this answer on the handle has seen the write's transaction, and what came before it is no news.
        eventually(() ->
                assertThat(session.curator().checkExists().forPath("/node")).isNotNull());
        assertThat(rig.observer().children("/witnesses")).hasSize(1);
        assertThat(outcome).isNotDone();

        handleOf(session).getTestable().injectSessionExpiration();
        eventually(() -> assertThat(curatorHeard).contains(ConnectionState.LOST).endsWith(ConnectionState.RECONNECTED));
        rig.proxy().heal();

        assertThat(outcome).succeedsWithin(SessionRig.PATIENCE).returns(WriteOutcome.Kind.APPLIED, WriteOutcome::kind);
        assertThat(rig.observer().stat("/node").orElseThrow().getVersion()).isEqualTo(1);
        assertThat(generationOf(session)).isEqualTo(1);
        eventually(() -> assertThat(rig.observer().children("/witnesses")).isEmpty());
    }

    /** Whoever asks what became of a write asks by a transaction. */
    private void letNothingBeSettled() {
        for (int i = 0; i < 30; i++) {
            rig.proxy().loseRequest(op -> op == OpCode.multi);
        }
    }

    @Test
    @DisplayName("A list of nodes longer than an answer may be would break each connection over which it comes")
    void saysSo_whenTheListWouldNotFitIntoOneAnswer() throws Exception {
        var config = new ZKClientConfig();
        config.setProperty(ZKConfig.JUTE_MAXBUFFER, "2000");
        ResilientSession session = connect(b -> b.clientConfig(config));
        lock(session);
        for (int i = 0; i < 10; i++) {
            rig.registerEphemeral(session, "/" + "n".repeat(200) + i);
        }

        rig.proxy().resetCounters();
        loseAndResume(session);

        assertThat(rig.proxy().requests(OpCode.createSession)).as("connections").isEqualTo(1);
        assertThat(session.report().problems()).singleElement().asString().contains("fit into one answer");
    }

    @Test
    @DisplayName("Code of the application's may block the event thread at any moment (S-06)")
    void isNotWaitedForWithoutEnd_whenItsAnswersDoNotCome() throws Exception {
        ResilientSession session = connect(b -> b);
        lock(session);
        rig.stopServer();
        awaitState(session, LOST);
        rig.proxy().resetCounters();
        rig.proxy().delayResponses(Duration.ofMillis(300));
        rig.restartServer();
        eventually(() -> assertThat(rig.proxy().requests(OpCode.getEphemerals)).isEqualTo(1));

        var blocked = new CountDownLatch(1);
        handleOf(session)
                .sync(
                        "/",
                        (rc, path, ctx) -> {
                            blocked.countDown();
                            LockSupport.parkNanos(Duration.ofHours(1).toNanos()); // until it is interrupted
                        },
                        null);
        assertThat(blocked.await(30, TimeUnit.SECONDS)).isTrue();
        rig.proxy().delayResponses(Duration.ZERO);

        awaitState(session, CONNECTED);
    }

    @Test
    @DisplayName("Curator's TestLeaderLatch#testSessionInterruptionDoNotCauseBrainSplit")
    void leavesLeadershipToTheOther_whenTheSessionWasGivenUp() throws Exception {
        rig.observer().create("/lock", new byte[0]);
        ResilientSession session = connect(b -> b);
        LeaderLatch latch = rig.open(new LeaderLatch(session.curator(), "/leader"));
        latch.start();
        assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
        ResilientSession rivals = rig.connect();
        LeaderLatch rival = rig.open(new LeaderLatch(rivals.curator(), "/leader"));
        rival.start();
        eventually(() -> assertThat(rig.observer().children("/leader")).hasSize(2));

        handleOf(session).getTestable().injectSessionExpiration();

        assertThat(rival.await(30, TimeUnit.SECONDS)).isTrue();
        eventually(() -> assertThat(rig.observer().children("/leader")).hasSize(2));
        assertThat(latch.hasLeadership()).isFalse();
        assertThat(generationOf(session)).isEqualTo(1);
    }

    @Test
    @DisplayName(
            "Curator's TestInterProcessMutex#testKilledSession: a lock of the same session waits for the one thrown"
                    + " away")
    void letsTheNextLockIn_withANodeThatStands() throws Exception {
        ResilientSession session = connect(b -> b);
        lock(session);
        var next = new InterProcessMutex(session.curator(), "/lock");
        CompletableFuture<Boolean> acquired = CompletableFuture.supplyAsync(() -> acquire(next));
        eventually(() -> assertThat(rig.observer().children("/lock")).hasSize(2));

        handleOf(session).getTestable().injectSessionExpiration();

        assertThat(acquired.get(30, TimeUnit.SECONDS)).isTrue();
        eventually(() -> assertThat(curatorHeard).endsWith(ConnectionState.RECONNECTED));
        assertThat(rig.observer().children("/lock")).hasSize(1);
        assertThat(generationOf(session)).isEqualTo(1);
    }

    private static boolean acquire(InterProcessMutex lock) {
        try {
            return lock.acquire(30, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new CompletionException(e);
        }
    }

    @Test
    void makesANewSession_whenTheCallerWantsNoneResumed() throws Exception {
        rig.observer().create("/lock", new byte[0]);
        ResilientSession session = connect(b -> b.resume(false));
        long first = idOf(session);
        rig.registerEphemeral(session, "/mine");
        rig.stopServer();
        awaitState(session, LOST);
        rig.restartServer();

        Sessions.awaitGeneration(session, 2);

        assertThat(idOf(session)).isNotEqualTo(first);
        eventually(() -> assertThat(rig.observer().stat("/mine"))
                .hasValueSatisfying(stat -> assertThat(stat.getEphemeralOwner()).isEqualTo(idOf(session))));
    }
}
