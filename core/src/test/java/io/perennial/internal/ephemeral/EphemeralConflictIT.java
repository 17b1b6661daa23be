package io.perennial.internal.ephemeral;

import static io.perennial.internal.ephemeral.Nodes.assertOwned;
import static io.perennial.internal.ephemeral.Nodes.awaitStatus;
import static io.perennial.internal.ephemeral.Nodes.register;
import static io.perennial.testing.Data.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.perennial.ResilientSession;
import io.perennial.ephemeral.EphemeralNode;
import io.perennial.ephemeral.EphemeralNode.Status;
import io.perennial.ephemeral.EphemeralSpec;
import io.perennial.ephemeral.EphemeralSpec.OnConflict;
import io.perennial.internal.restore.Attachment;
import io.perennial.operation.OperationFailedException;
import io.perennial.test.IndependentClient;
import io.perennial.test.NoLeaks;
import io.perennial.testing.SessionRig;
import io.perennial.testing.Sessions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.ZooDefs.Ids;
import org.apache.zookeeper.ZooDefs.OpCode;
import org.apache.zookeeper.data.Stat;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Somebody else's node stands where ours is to be. */
@ExtendWith(NoLeaks.class)
@Tag("S-15")
class EphemeralConflictIT {
    @AutoClose
    private final SessionRig rig = SessionRig.steady();

    @ParameterizedTest
    @EnumSource(OnConflict.class)
    void neverTouchesALiveStrangersNode_whateverThePolicy(OnConflict policy) throws Exception {
        rig.observer().create("/n", bytes("theirs"), CreateMode.EPHEMERAL);
        Stat theirs = rig.observer().stat("/n").orElseThrow();
        ResilientSession session = rig.build();
        EphemeralNode node = session.ephemerals()
                .register(EphemeralSpec.at("/n").data(bytes("ours")).onConflict(policy));
        List<EphemeralNode> others = register(session, "/other-", 20);
        session.start();

        // What conflicts does not hold the restoration back, nor the others.
        assertThat(session.awaitConnected(SessionRig.PATIENCE)).isTrue();
        assertOwned(rig, session, others);
        awaitStatus(node, Status.CONFLICT);
        assertThat(node.problem()).contains("'/n' is not held", "another owner", "onConflict " + policy);
        assertThat(session.report().problems()).containsExactly(node.problem());
        assertThat(session.report().nodesHeld()).isEqualTo(20);
        node.update(bytes("ours, too"));
        node.release().get(20, TimeUnit.SECONDS);
        assertThat(rig.observer().stat("/n")).hasValue(theirs);
        assertThat(rig.proxy().operations(OpCode.delete)).isZero();
        assertThat(rig.proxy().operations(OpCode.setData)).isZero();
        assertThat(session.report().problems()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(
            value = OnConflict.class,
            names = {"WAIT", "REPLACE"})
    void createsItsNode_whenTheStrangersIsGone(OnConflict policy) throws Exception {
        rig.observer().create("/n", bytes("theirs"), CreateMode.EPHEMERAL);
        ResilientSession session = rig.connect();
        EphemeralNode node = session.ephemerals()
                .register(EphemeralSpec.at("/n").data(bytes("ours")).onConflict(policy));
        awaitStatus(node, Status.CONFLICT);
        assertThat(node.whenHeld()).isNotDone();
        rig.awaitWatches(1);
        rig.observer().setData("/n", bytes("theirs still")); // uses the watch up
        rig.awaitWatches(1);
        rig.observer().delete("/n");

        node.whenHeld().get(20, TimeUnit.SECONDS);
        assertThat(node.status()).isEqualTo(Status.HELD);
        assertThat(node.problem()).isNull();
        assertThat(rig.observer().data("/n")).isEqualTo(bytes("ours"));
        assertOwned(rig, session, List.of(node));
    }

    @Test
    void createsItsNode_whenTheStrangerGoesWhileWeAreAway() throws Exception {
        rig.observer().create("/n", bytes("theirs"), CreateMode.EPHEMERAL);
        ResilientSession session = rig.connect();
        EphemeralNode node = session.ephemerals().register("/n", bytes("ours"));
        awaitStatus(node, Status.CONFLICT);
        rig.awaitWatches(1);
        rig.proxy().disconnect();
        rig.observer().delete("/n");
        rig.proxy().accept();
        awaitStatus(node, Status.HELD);
        assertOwned(rig, session, List.of(node));
    }

    @Test
    void givesUpUntilTheNextSession_whenThePolicyIsToFail() throws Exception {
        rig.observer().create("/n", bytes("theirs"), CreateMode.EPHEMERAL);
        ResilientSession session = rig.connect();
        EphemeralNode node = session.ephemerals()
                .register(EphemeralSpec.at("/n").data(bytes("ours")).onConflict(OnConflict.FAIL));
        assertThatThrownBy(() -> node.whenHeld().get(20, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class)
                .cause()
                .isInstanceOfSatisfying(OperationFailedException.class, e -> assertThat(e.code())
                        .isEqualTo(Code.NODEEXISTS));
        assertThat(node.status()).isEqualTo(Status.CONFLICT);
        rig.observer().delete("/n");
        EphemeralNode other = session.ephemerals().register("/other", new byte[0]);
        other.whenHeld().get(20, TimeUnit.SECONDS);
        assertThat(node.status()).isEqualTo(Status.CONFLICT);
        assertThat(rig.observer().exists("/n")).isFalse();

        rig.server().expireSession(Sessions.idOf(session));
        awaitStatus(node, Status.HELD);
        assertOwned(rig, session, List.of(node));
    }

    @Test
    void givesItsDataToANodeThatTheSessionOwnsAlready() throws Exception {
        ResilientSession session = rig.connect();
        session.curator().create().withMode(CreateMode.EPHEMERAL).forPath("/n", bytes("made by hand"));
        EphemeralNode node = session.ephemerals().register("/n", bytes("registered"));
        node.whenHeld().get(20, TimeUnit.SECONDS);
        await().untilAsserted(() -> assertThat(rig.observer().data("/n")).isEqualTo(bytes("registered")));
        assertOwned(rig, session, List.of(node));
    }

    @Test
    void replacesAPersistentNodeInOneTransaction_whenThePolicyIsToReplace() throws Exception {
        rig.observer().create("/n", bytes("left by a mistake"));
        ResilientSession session = rig.connect();
        EphemeralNode node = session.ephemerals()
                .register(EphemeralSpec.at("/n").data(bytes("ours")).onConflict(OnConflict.REPLACE));
        node.whenHeld().get(20, TimeUnit.SECONDS);
        assertOwned(rig, session, List.of(node));
        assertThat(rig.observer().data("/n")).isEqualTo(bytes("ours"));
        assertThat(rig.proxy().requests(OpCode.delete)).isZero();
        // The left-over, and the child by which the server makes sure that no session owns it (N1).
        assertThat(rig.proxy().operations(OpCode.delete)).isEqualTo(2);
    }

    @Test
    void replacesManyPersistentNodesAtOnce_eachWithItsOwnData() throws Exception {
        for (int i = 0; i < 30; i += 2) {
            rig.observer().create("/n" + i, bytes("left"));
        }
        ResilientSession session = rig.build();
        List<EphemeralNode> nodes = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            nodes.add(session.ephemerals()
                    .register(
                            EphemeralSpec.at("/n" + i).data(bytes("data " + i)).onConflict(OnConflict.REPLACE)));
        }
        session.start();
        assertThat(session.awaitConnected(SessionRig.PATIENCE)).isTrue();
        assertThat(session.report().nodesHeld()).isEqualTo(30);
        assertOwned(rig, session, nodes);
        for (int i = 0; i < 30; i++) {
            assertThat(rig.observer().data("/n" + i)).isEqualTo(bytes("data " + i));
            assertThat(rig.observer().children("/n" + i)).isEmpty();
        }
        nodes.get(2).release().get(20, TimeUnit.SECONDS);
        assertThat(rig.observer().exists("/n2")).isFalse();
    }

    @Test
    void leavesAPersistentNode_whenThePolicyIsToWait() throws Exception {
        rig.observer().create("/n", bytes("theirs"));
        ResilientSession session = rig.connect();
        EphemeralNode node = session.ephemerals().register("/n", bytes("ours"));
        awaitStatus(node, Status.CONFLICT);
        assertThat(node.problem()).contains("a persistent node");
        assertThat(rig.observer().data("/n")).isEqualTo(bytes("theirs"));
        rig.observer().delete("/n");
        awaitStatus(node, Status.HELD);
    }

    @Test
    void replacesAPersistentNodeLater_whenItsChildrenAreGone() throws Exception {
        rig.observer().create("/n", new byte[0]);
        rig.observer().create("/n/child", new byte[0]);
        ResilientSession session = rig.connect();
        EphemeralNode node =
                session.ephemerals().register(EphemeralSpec.at("/n").onConflict(OnConflict.REPLACE));
        awaitStatus(node, Status.CONFLICT);
        assertThat(node.problem()).contains("with 1 children");
        rig.observer().delete("/n/child");
        awaitStatus(node, Status.HELD);
        assertOwned(rig, session, List.of(node));
    }

    @Test
    void waitsForANodeThatItMayNotRead() throws Exception {
        try (var owner = new IndependentClient(rig.server().connectString())) {
            owner.raw().addAuthInfo("digest", bytes("them:secret"));
            owner.raw().create("/n", new byte[0], Ids.CREATOR_ALL_ACL, CreateMode.EPHEMERAL);
            ResilientSession session = rig.connect();
            EphemeralNode node = session.ephemerals().register("/n", new byte[0]);
            awaitStatus(node, Status.CONFLICT);
            assertThat(node.problem()).contains("no permission to read");
            rig.observer().delete("/n");
            awaitStatus(node, Status.HELD);
            assertThat(rig.observer().ownerOf("/n")).isEqualTo(Optional.of(Sessions.idOf(session)));
        }
    }

    @Test
    void leavesNoWatcherBehind_whenAWaitingNodeIsReleased() throws Exception {
        rig.observer().create("/n", bytes("theirs"), CreateMode.EPHEMERAL);
        try (var driven = new DrivenNodes().start()) {
            DrivenNodes.Handle handle = driven.connect(rig.proxy().connectString(), Duration.ofSeconds(20));
            driven.attachAndWait(handle, Attachment.NEW_SESSION);
            for (int i = 0; i < 5; i++) {
                EphemeralNode node = driven.nodes.register("/n", bytes("ours"));
                awaitStatus(node, Status.CONFLICT);
                if (i % 2 == 0) {
                    await().untilAsserted(() -> assertThat(handle.dataWatches()).containsExactly("/n"));
                }
                node.release().get(20, TimeUnit.SECONDS);
            }
            await().untilAsserted(() -> assertThat(handle.dataWatches()).isEmpty());
        }
    }
}
