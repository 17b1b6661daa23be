package io.perennial.internal.ephemeral;

import static io.perennial.internal.ephemeral.Nodes.awaitStatus;
import static io.perennial.testing.Data.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.perennial.ephemeral.EphemeralNode;
import io.perennial.ephemeral.EphemeralNode.Status;
import io.perennial.ephemeral.EphemeralSpec;
import io.perennial.ephemeral.EphemeralSpec.OnConflict;
import io.perennial.internal.restore.Attachment;
import io.perennial.test.EmbeddedServer;
import io.perennial.test.FaultProxy;
import io.perennial.test.IndependentClient;
import io.perennial.test.NoLeaks;
import io.perennial.testing.CapturedLog;
import io.perennial.testing.SessionRig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.ZooDefs.Ids;
import org.apache.zookeeper.ZooDefs.OpCode;
import org.apache.zookeeper.ZooDefs.Perms;
import org.apache.zookeeper.data.ACL;
import org.apache.zookeeper.data.Stat;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Two sessions, and perhaps a third party, want the same paths at the same moments. */
@ExtendWith(NoLeaks.class)
class EphemeralContentionIT {
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final EphemeralSpec REPLACING =
            EphemeralSpec.at("/n").data(bytes("ours")).onConflict(OnConflict.REPLACE);

    @AutoClose
    private final SessionRig rig = new SessionRig();

    private final EmbeddedServer server = rig.server();
    private final IndependentClient observer = rig.observer();

    @AutoClose
    private final Contender one = new Contender(server);

    @AutoClose
    private final Contender other = new Contender(server);

    @Test
    @Tag("N1")
    @DisplayName(
            "N1: what was a persistent left-over at the look, and is a live node at the transaction, is left alone")
    void leavesALiveNode_whenItTookThePlaceOfTheLeftOverSinceTheLook() throws Exception {
        observer.create("/n", bytes("left"));
        one.attach();
        other.proxy.freezeResponsesFrom(op -> op == OpCode.exists);
        EphemeralNode late = other.driven.nodes.register(REPLACING);
        var unused = other.driven.attach(other.handle, Attachment.NEW_SESSION);
        await().pollInterval(Duration.ofMillis(5)).untilAsserted(() -> assertThat(other.proxy.requests(OpCode.exists))
                .isEqualTo(1));

        EphemeralNode early = one.driven.nodes.register(REPLACING);
        early.whenHeld().get(20, TimeUnit.SECONDS);
        Stat live = observer.stat("/n").orElseThrow();
        other.proxy.thaw();

        awaitStatus(late, Status.CONFLICT);
        assertThat(observer.stat("/n")).hasValue(live);
        assertThat(live.getEphemeralOwner()).isEqualTo(one.handle.getSessionId());
        assertThat(late.problem()).contains("a node of another owner");
        early.release().get(20, TimeUnit.SECONDS);
        late.whenHeld().get(20, TimeUnit.SECONDS);
    }

    @Test
    @Tag("N1")
    @Tag("S-68")
    void givesEachPathToOneSession_whenTwoStartTogetherOverPersistentLeftOvers() throws Exception {
        for (int round = 0; round < 10; round++) {
            List<String> paths = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                paths.add(observer.create("/n-" + round + "-" + i, bytes("left")));
            }
            List<EphemeralNode> first = one.register(paths);
            List<EphemeralNode> second = other.register(paths);
            if (round == 0) {
                var unused = one.driven.attach(one.handle, Attachment.NEW_SESSION);
                unused = other.driven.attach(other.handle, Attachment.NEW_SESSION);
            }
            for (int i = 0; i < paths.size(); i++) {
                EphemeralNode a = first.get(i);
                EphemeralNode b = second.get(i);
                await().atMost(SessionRig.PATIENCE)
                        .pollInterval(Duration.ofMillis(2))
                        .untilAsserted(() -> assertThat(List.of(a.status(), b.status()))
                                .containsExactlyInAnyOrder(Status.HELD, Status.CONFLICT));
                // A session that held it once holds it still: nobody has taken it away.
                assertThat(a.whenHeld().isDone()).isEqualTo(a.status() == Status.HELD);
                assertThat(b.whenHeld().isDone()).isEqualTo(b.status() == Status.HELD);
            }
        }
    }

    @Test
    @Tag("N1")
    void waitsAndSaysWhy_whenTheLeftOversAclDoesNotLetItAskForTheOwner() throws Exception {
        observer.raw().create("/n", bytes("left"), new ArrayList<>(Ids.READ_ACL_UNSAFE), CreateMode.PERSISTENT);
        EphemeralNode node = one.driven.nodes.register(REPLACING);
        EphemeralNode neighbour = one.driven.nodes.register("/m", new byte[0]);
        one.attach();
        awaitStatus(node, Status.CONFLICT);
        assertThat(neighbour.status()).isEqualTo(Status.HELD);
        assertThat(node.problem()).contains("ACL does not let this session", "onConflict REPLACE");
        assertThat(observer.data("/n")).isEqualTo(bytes("left"));
        observer.delete("/n");
        awaitStatus(node, Status.HELD);
    }

    @Test
    @Tag("N2")
    @Tag("S-68")
    void leavesAStrangersNode_whenItTookThePlaceOfOursWhileWeWereAwayAndReleasedIt() throws Exception {
        EphemeralNode node = one.driven.nodes.register("/n", bytes("ours"));
        one.attach();
        awaitWatched("/n");
        one.proxy.disconnect();
        one.driven.detach();
        observer.delete("/n");
        observer.create("/n", bytes("theirs"), CreateMode.EPHEMERAL);
        Stat theirs = observer.stat("/n").orElseThrow();
        var gone = node.release();
        one.proxy.accept();
        one.awaitReconnected();
        one.driven.attachAndWait(one.handle, Attachment.RECONNECTED);

        gone.get(20, TimeUnit.SECONDS);
        assertThat(observer.stat("/n")).hasValue(theirs);
        assertThat(one.proxy.operations(OpCode.delete)).isZero();
    }

    @Test
    @Tag("N11")
    @DisplayName("N11: a release that hits a stranger's node, in the round trip in which nothing can help it, says so")
    void tells_whenAReleaseHasDeletedAStrangersNode() throws Exception {
        EphemeralNode node = one.driven.nodes.register("/n", bytes("ours"));
        EphemeralNode harmless = one.driven.nodes.register("/m", bytes("ours"));
        one.attach();
        awaitWatched("/n");
        try (var log = CapturedLog.ofSessions()) {
            harmless.release().get(20, TimeUnit.SECONDS);
            assertThat(log.warnings()).isEmpty();
            one.proxy.freezeResponses();
            observer.delete("/n");
            observer.create("/n", bytes("theirs"), CreateMode.EPHEMERAL);
            var gone = node.release();
            await().atMost(SessionRig.PATIENCE)
                    .untilAsserted(() -> assertThat(observer.exists("/n")).isFalse());
            one.proxy.thaw();
            gone.get(20, TimeUnit.SECONDS);
            assertThat(log.warnings()).anyMatch(text -> text.contains("the release deleted that client's node"));
        }
    }

    @Test
    @Tag("N11")
    void tells_whenAnUpdateHasHitAStrangersNode() throws Exception {
        EphemeralNode node = one.driven.nodes.register("/n", bytes("ours"));
        one.attach();
        awaitWatched("/n");
        try (var log = CapturedLog.ofSessions()) {
            one.proxy.freezeResponses();
            observer.delete("/n");
            observer.create("/n", bytes("theirs"), CreateMode.EPHEMERAL);
            var unused = node.update(bytes("new"));
            await().atMost(SessionRig.PATIENCE)
                    .untilAsserted(() -> assertThat(observer.data("/n")).isEqualTo(bytes("new")));
            one.proxy.thaw();
            awaitStatus(node, Status.CONFLICT);
            assertThat(log.warnings()).anyMatch(text -> text.contains("the update changed that client's node"));
        }
    }

    @Test
    @Tag("N3")
    @DisplayName("N3: a path registered again is taken over where the server refuses to delete the predecessor's node")
    void takesOverThePredecessorsNode_whenItsDeletionIsRefused() throws Exception {
        List<ACL> createOnly = List.of(new ACL(Perms.READ | Perms.CREATE, Ids.ANYONE_ID_UNSAFE));
        observer.raw().create("/p", new byte[0], new ArrayList<>(createOnly), CreateMode.PERSISTENT);
        EphemeralNode old = one.driven.nodes.register("/p/n", bytes("old"));
        one.attach();
        var gone = old.release();
        await().atMost(SessionRig.PATIENCE).untilAsserted(() -> assertThat(one.proxy.operations(OpCode.delete))
                .isPositive());
        EphemeralNode anew = one.driven.nodes.register("/p/n", bytes("new"));
        anew.whenHeld().get(20, TimeUnit.SECONDS);
        gone.get(20, TimeUnit.SECONDS);
        assertThat(observer.data("/p/n")).isEqualTo(bytes("new"));

        // With another ACL it would have to be made anew, which is refused and told, and holds nothing back.
        anew.release();
        EphemeralNode other = one.driven.nodes.register(EphemeralSpec.at("/p/n").acl(createOnly));
        awaitStatus(other, Status.FAILED);
        assertThat(other.problem()).contains("NOAUTH");
        one.driven.detach();
        one.driven.attachAndWait(one.handle, Attachment.RECONNECTED);
        // And its release is a deletion again; registered while that is refused it is what it was.
        other.release();
        awaitStatus(one.driven.nodes.register("/p/n", bytes("newest")), Status.FAILED);
    }

    @Test
    @Tag("N3")
    void replacesThePredecessorsNode_whenItCannotBeWritten() throws Exception {
        EphemeralSpec readable = EphemeralSpec.at("/n").acl(Ids.READ_ACL_UNSAFE);
        EphemeralNode old = one.driven.nodes.register(readable.data(bytes("old")));
        one.attach();
        one.driven.detach();
        var gone = old.release();
        EphemeralNode anew = one.driven.nodes.register(readable.data(bytes("new")));
        one.driven.attachAndWait(one.handle, Attachment.RECONNECTED);
        assertThat(anew.whenHeld()).isCompleted();
        gone.get(20, TimeUnit.SECONDS);
        assertThat(observer.data("/n")).isEqualTo(bytes("new"));
        assertThat(observer.ownerOf("/n")).hasValue(one.handle.getSessionId());
        // And nothing of it is left when the new one goes, too.
        anew.release().get(20, TimeUnit.SECONDS);
        assertThat(observer.exists("/n")).isFalse();
    }

    @Test
    @Tag("N3")
    void isRestored_whenANodeToBeWrittenIsGoneAndWaitsToBeMadeAgain() throws Exception {
        EphemeralNode node = one.driven.nodes.register("/n", bytes("old"));
        one.attach();
        awaitWatched("/n");
        long first = observer.stat("/n").orElseThrow().getCzxid();
        observer.delete("/n");
        await().atMost(SessionRig.PATIENCE).untilAsserted(() -> assertThat(observer.stat("/n"))
                .hasValueSatisfying(stat -> assertThat(stat.getCzxid()).isGreaterThan(first)));
        awaitWatched("/n");
        one.proxy.freezeResponses();
        one.driven.detach();
        node.update(bytes("new"));
        int looks = one.proxy.operations(OpCode.exists);
        var atRestoration = new AtomicReference<Status>();
        var restored =
                one.driven.attach(one.handle, Attachment.RECONNECTED).thenRun(() -> atRestoration.set(node.status()));
        await().atMost(SessionRig.PATIENCE).untilAsserted(() -> assertThat(one.proxy.operations(OpCode.exists))
                .isGreaterThan(looks));
        observer.delete("/n"); // the second time, so that it is made again after a pause only
        one.proxy.thaw();
        restored.get(20, TimeUnit.SECONDS);
        assertThat(atRestoration).hasValue(Status.FAILED);
        awaitStatus(node, Status.HELD);
        assertThat(observer.data("/n")).isEqualTo(bytes("new"));
    }

    @Test
    @Tag("N9")
    @Tag("S-20")
    void makesNoSecondSequentialNode_whenALateCreateWasAppliedAfterItsAbsenceWasSeen() throws Exception {
        observer.create("/q", new byte[0]);
        var node = (TrackedNode)
                one.driven.nodes.register(EphemeralSpec.at("/q/q-").sequential(true));
        var lost = one.proxy.loseRequest(op -> op == OpCode.multi);
        var unused = one.driven.attach(one.handle, Attachment.NEW_SESSION);
        lost.get(20, TimeUnit.SECONDS);
        one.driven.detach();
        one.awaitReconnected();
        assertThat(node.state.known()).isNotEqualTo(ObservedNode.ABSENT);
        var detached = one.driven.detachWhen(() -> node.state.known() == ObservedNode.ABSENT);
        unused = one.driven.attach(one.handle, Attachment.RECONNECTED);
        detached.get(20, TimeUnit.SECONDS);
        assertThat(one.proxy.requests(OpCode.getEphemerals)).isEqualTo(1);
        String late = ProtectedName.path(node.serverPath, String.valueOf(node.state.protectionId()));
        String path = one.handle.create(late, new byte[0], Ids.OPEN_ACL_UNSAFE, CreateMode.EPHEMERAL_SEQUENTIAL);

        one.driven.attachAndWait(one.handle, Attachment.RECONNECTED);
        assertThat(observer.children("/q")).hasSize(1);
        assertThat(node.path()).isEqualTo(path);
    }

    private void awaitWatched(String path) {
        await().atMost(SessionRig.PATIENCE)
                .untilAsserted(() -> assertThat(one.handle.dataWatches()).contains(path));
    }

    /** One of them: a proxy, a server session through it, and the nodes. */
    private static final class Contender implements AutoCloseable {
        final FaultProxy proxy;
        final DrivenNodes driven = new DrivenNodes().start();
        final DrivenNodes.Handle handle;

        Contender(EmbeddedServer server) {
            proxy = new FaultProxy(server.port());
            handle = driven.connect(proxy.connectString(), LONG);
        }

        void attach() {
            driven.attachAndWait(handle, Attachment.NEW_SESSION);
        }

        /** For the first time; as the engine does, with an answer, before which the watches have caught up. */
        void awaitReconnected() throws Exception {
            await().atMost(SessionRig.PATIENCE)
                    .pollInterval(Duration.ofMillis(5))
                    .untilAsserted(() -> assertThat(proxy.connectionsAccepted()).isEqualTo(2));
            DrivenNodes.awaitConnected(handle);
            // To a callback, on the thread that tells of changes: a call that waits may have its answer before those
            // are told.
            var answered = new CompletableFuture<Void>();
            handle.exists("/", false, (code, path, context, stat) -> answered.complete(null), null);
            answered.get(20, TimeUnit.SECONDS);
        }

        List<EphemeralNode> register(List<String> paths) {
            return paths.stream()
                    .map(path -> driven.nodes.register(EphemeralSpec.at(path).onConflict(OnConflict.REPLACE)))
                    .toList();
        }

        @Override
        public void close() throws Exception {
            driven.close();
            proxy.close();
        }
    }
}
