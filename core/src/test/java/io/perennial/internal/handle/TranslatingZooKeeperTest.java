package io.perennial.internal.handle;

import static io.perennial.internal.protocol.ServerRelease.V3_5;
import static io.perennial.internal.protocol.ServerRelease.V3_5_3;
import static io.perennial.internal.protocol.ServerRelease.V3_6;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.perennial.internal.connect.ConnectString;
import io.perennial.internal.engine.HandTicker;
import io.perennial.internal.engine.SessionThreads;
import io.perennial.internal.engine.ThrottledLog;
import io.perennial.internal.protocol.ServerKnowledge;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.curator.ensemble.fixed.FixedEnsembleProvider;
import org.apache.zookeeper.AddWatchMode;
import org.apache.zookeeper.AsyncCallback.Create2Callback;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.KeeperException.UnimplementedException;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.QueuedRequests;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.Watcher.WatcherType;
import org.apache.zookeeper.ZooDefs.Ids;
import org.apache.zookeeper.ZooDefs.OpCode;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.client.ZKClientConfig;
import org.apache.zookeeper.data.Stat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A client whose server accepts and says nothing: what it would send waits in its queue. */
@Tag("S-58")
class TranslatingZooKeeperTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final Watcher WATCHER = event -> {};

    private final HandTicker ticker = new HandTicker();
    private final ThrottledLog log = new ThrottledLog("translated", ticker);
    private final ServerKnowledge servers = new ServerKnowledge();
    private final List<String> answers = new ArrayList<>();
    private final List<Runnable> late = new ArrayList<>();
    private boolean callerIsAsking;
    private final List<Runnable> muchLater = new ArrayList<>();
    private ServerSocket silent;
    private Handle handle;
    private ZooKeeper client;
    private QueuedRequests queued;
    private Stat told;

    @BeforeEach
    void connect() throws Exception {
        silent = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
        String address = "127.0.0.1:" + silent.getLocalPort();
        var config = new HandleConfig(
                new FixedEnsembleProvider(address),
                ConnectString.parse(address),
                TIMEOUT,
                TIMEOUT,
                false,
                List.of(),
                new ZKClientConfig(),
                true,
                100,
                null);
        log.silence();
        handle = new HandleFactory(
                        config,
                        new SessionThreads("translated", getClass().getClassLoader()),
                        log,
                        ticker,
                        () -> true,
                        servers,
                        event -> {},
                        (id, millis) -> {},
                        new CuratorFeed(Runnable::run, () -> false),
                        discarded -> {},
                        new LateAnswers(this::answerLate, (delay, task) -> {
                            assertThat(delay).isEqualTo(Duration.ofSeconds(1));
                            muchLater.add(task);
                        }))
                .make(null);
        handle.publish();
        client = handle.zooKeeper();
        queued = new QueuedRequests(client);
    }

    /** Also of what the test answers: it is not the event thread. */
    private void answerLate(Runnable callback) {
        if (callerIsAsking) {
            late.add(callback);
        } else {
            callback.run();
        }
    }

    @AfterEach
    void disconnect() throws Exception {
        handle.abandon();
        silent.close();
        EndingHandles.await(handle, TIMEOUT);
    }

    private void create(CreateMode mode) {
        Create2Callback created = (rc, path, context, name, stat) -> {
            answers.add(Code.get(rc) + " " + path + " " + name);
            told = stat;
        };
        client.create("/n", new byte[3], Ids.OPEN_ACL_UNSAFE, mode, created, null, mode.isTTL() ? 1_000 : -1);
    }

    @Test
    void sendsWhatTheServerKnows_inOneRequest() {
        servers.answered(V3_5);
        create(CreateMode.PERSISTENT);
        create(CreateMode.CONTAINER);
        create(CreateMode.PERSISTENT_WITH_TTL);

        assertThat(queued.types()).containsExactly(OpCode.create2, OpCode.createContainer, OpCode.createTTL);
    }

    @Test
    void translatesACreation_andLooksAtTheNode_beforeAnythingIsKnownToo() {
        create(CreateMode.PERSISTENT_SEQUENTIAL);
        assertThat(queued.types()).containsExactly(OpCode.create);
        queued.answer(Code.OK, "/n1", null);
        assertThat(answers).as("without the stat").isEmpty();
        assertThat(queued.types()).containsExactly(OpCode.exists);
        var changed = new Stat(5, 9, 100, 200, 4, 3, 2, 0, 1_000, 6, 8);
        queued.answer(Code.OK, null, changed);

        assertThat(answers).containsExactly("OK /n /n1");
        assertThat(told).as("as it was created").isEqualTo(new Stat(5, 5, 100, 100, 0, 0, 0, 0, 3, 0, 5));
    }

    @Test
    void hasSucceeded_whateverBecomesOfTheLook() {
        create(CreateMode.PERSISTENT);
        queued.answer(Code.OK, "/n", null);
        queued.answer(Code.CONNECTIONLOSS, null, null);
        assertThat(told).as("what is certain").isEqualTo(new Stat(0, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0));
        create(CreateMode.PERSISTENT);
        queued.answer(Code.NODEEXISTS, null, null);

        assertThat(answers).containsExactly("OK /n /n", "NODEEXISTS /n null");
    }

    @Test
    void takesNothing_fromANodeThatIsNotTheOneCreated() {
        create(CreateMode.EPHEMERAL);
        queued.answer(Code.OK, "/n", null);
        queued.answer(Code.OK, null, new Stat(9, 9, 100, 100, 0, 0, 0, 77, 3, 0, 9));

        assertThat(told).isEqualTo(new Stat(0, 0, 0, 0, 0, 0, 0, client.getSessionId(), 3, 0, 0));
    }

    @Test
    void saysThatACreationIsToBeRepeated_whenAnOlderServerHasGotIt() {
        servers.answered(V3_6);
        create(CreateMode.PERSISTENT);
        queued.answer(Code.UNIMPLEMENTED, null, null);

        assertThat(answers).containsExactly("CONNECTIONLOSS /n null");
        create(CreateMode.PERSISTENT);
        assertThat(queued.types()).containsExactly(OpCode.create);
    }

    @Test
    void sendsNothing_thatA34ServerDoesNotKnow_andRefusesItElsewhere() {
        servers.containersAsked(false);
        callerIsAsking = true;

        create(CreateMode.CONTAINER);
        create(CreateMode.PERSISTENT_WITH_TTL);
        transaction(CreateMode.CONTAINER);
        client.multi(
                List.of(Op.getData("/c")), (rc, path, context, results) -> answers.add(Code.get(rc) + " reads"), null);
        client.removeWatches("/n", WATCHER, WatcherType.Any, false, this::answered, null);
        client.removeAllWatches("/n", WatcherType.Any, false, this::answered, null);
        client.addWatch("/n", WATCHER, AddWatchMode.PERSISTENT, this::answered, null);
        client.getEphemerals("/n", (rc, context, paths) -> answers.add(Code.get(rc) + " list"), null);
        client.getAllChildrenNumber("/n", (rc, path, context, number) -> answers.add(Code.get(rc) + " number"), null);

        assertThat(answers).as("while the caller is asking").isEmpty();
        callerIsAsking = false;
        late.forEach(Runnable::run);
        assertThat(answers).hasSize(8).allMatch(answer -> answer.startsWith("UNIMPLEMENTED"));
        muchLater.forEach(Runnable::run);
        assertThat(answers).as("with the watch").hasSize(9).endsWith("UNIMPLEMENTED /n");
        assertThat(queued.types()).isEmpty();
    }

    /** A server of any release says so unless extendedTypesEnabled is set. */
    @Test
    void learnsNothing_fromARefusedTimeToLive() {
        servers.answered(V3_5);
        create(CreateMode.PERSISTENT_WITH_TTL);
        queued.answer(Code.UNIMPLEMENTED, null, null);
        transaction(CreateMode.PERSISTENT_WITH_TTL);
        queued.answer(Code.UNIMPLEMENTED, null, null);

        assertThat(answers).containsExactly("UNIMPLEMENTED /n null", "UNIMPLEMENTED transaction");
        assertThat(servers.lacks(V3_6)).isFalse();
        assertThat(Novelty.TTL.refusal(servers))
                .isEqualTo(
                        "a node with a time to live is refused by the server: it takes none unless it is of ZooKeeper"
                                + " 3.5.3 or later and extendedTypesEnabled is set there: upgrade the servers, or set"
                                + " it");
        create(CreateMode.PERSISTENT_WITH_TTL);
        queued.answer(Code.OK, "/n", null);
        assertThat(servers.has(V3_5_3)).isTrue();
    }

    /** It cannot read the transaction, says so, and keeps the connection. */
    @Test
    void learns_thatAServerIsBefore353_fromATransactionThatItCannotRead() {
        transaction(CreateMode.PERSISTENT_WITH_TTL);
        queued.answer(Code.MARSHALLINGERROR, null, null);

        assertThat(answers).containsExactly("UNIMPLEMENTED transaction");
        assertThat(servers.lacks(V3_5_3)).isTrue();
        assertThat(servers.lacks(V3_5)).isFalse();
    }

    private void transaction(CreateMode mode) {
        client.multi(
                List.of(Op.create("/c", new byte[0], Ids.OPEN_ACL_UNSAFE, mode, mode.isTTL() ? 1_000 : -1)),
                (rc, path, context, results) -> answers.add(Code.get(rc) + " transaction"),
                null);
    }

    private void answered(int rc, String path, Object context) {
        answers.add(Code.get(rc) + " " + path);
    }

    @Test
    void tellsInASentence_whyItRefuses() {
        servers.unimplemented(V3_5_3, 0);

        assertThatThrownBy(() ->
                        client.create("/n", new byte[0], Ids.OPEN_ACL_UNSAFE, CreateMode.CONTAINER, new Stat(), -1))
                .isInstanceOf(UnimplementedException.class)
                .hasMessage("a container came with ZooKeeper 3.5.3, and the server is older than ZooKeeper 3.5.3:"
                        + " upgrade the servers");
        assertThatThrownBy(() -> client.addWatch("/n", WATCHER, AddWatchMode.PERSISTENT))
                .isInstanceOf(UnimplementedException.class)
                .hasMessageContaining("a persistent watch came with ZooKeeper 3.6");
        assertThat(queued.types()).isEmpty();
    }

    @Test
    void learns_fromWhatOthersAsk_andLeavesItsOwnToTheQuarantine() {
        client.addWatch("/n", WATCHER, AddWatchMode.PERSISTENT, this::answered, null);
        queued.answer(Code.CONNECTIONLOSS, null, null);
        assertThat(servers.asksFirst(ticker.nanos())).isTrue();
        client.addWatch("/n", WATCHER, AddWatchMode.PERSISTENT, this::answered, null);
        queued.answer(Code.OK, null, null);
        assertThat(servers.has(V3_6)).isTrue();
        new HandleWire(client).addWatch("/n", WATCHER, AddWatchMode.PERSISTENT, reply -> {});
        queued.answer(Code.CONNECTIONLOSS, null, null);
        assertThat(servers.has(V3_6)).as("counted elsewhere").isTrue();

        client.addWatch("/n", WATCHER, AddWatchMode.PERSISTENT, this::answered, null);
        queued.answer(Code.UNIMPLEMENTED, null, null);
        assertThat(servers.lacks(V3_6)).isTrue();
    }
}
