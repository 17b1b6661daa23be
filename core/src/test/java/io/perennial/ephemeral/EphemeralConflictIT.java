package io.perennial.ephemeral;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.perennial.ResilientSession;
import io.perennial.ephemeral.EphemeralNode.Status;
import io.perennial.ephemeral.EphemeralSpec.OnConflict;
import io.perennial.handle.Attachment;
import io.perennial.operation.OperationFailedException;
import io.perennial.test.IndependentClient;
import io.perennial.test.NoLeaks;
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
    private final Site site = new Site();

    @ParameterizedTest
    @EnumSource(OnConflict.class)
    void neverTouchesALiveStrangersNode_whateverThePolicy(OnConflict policy) throws Exception {
        site.observer.create("/n", Site.bytes("theirs"), CreateMode.EPHEMERAL);
        Stat theirs = site.observer.stat("/n").orElseThrow();
        ResilientSession session = site.session();
        EphemeralNode node = session.ephemerals()
                .register(EphemeralSpec.at("/n").data(Site.bytes("ours")).onConflict(policy));
        List<EphemeralNode> others = Site.register(session, "/other-", 20);
        session.start();

        // What conflicts does not hold the restoration back, nor the others.
        assertThat(session.awaitConnected(Site.PATIENCE)).isTrue();
        site.assertOwned(session, others);
        Site.awaitStatus(node, Status.CONFLICT);
        assertThat(node.problem()).contains("'/n' is not ours", "another owner", "onConflict " + policy);
        assertThat(session.report().problems()).containsExactly(node.problem());
        assertThat(session.report().nodesHeld()).isEqualTo(20);
        node.update(Site.bytes("ours, too"));
        node.release().get(20, TimeUnit.SECONDS);
        assertThat(site.observer.stat("/n")).hasValue(theirs);
        assertThat(site.proxy.operations(OpCode.delete)).isZero();
        assertThat(site.proxy.operations(OpCode.setData)).isZero();
        assertThat(session.report().problems()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(
            value = OnConflict.class,
            names = {"WAIT", "REPLACE"})
    void createsItsNode_whenTheStrangersIsGone(OnConflict policy) throws Exception {
        site.observer.create("/n", Site.bytes("theirs"), CreateMode.EPHEMERAL);
        ResilientSession session = site.connected();
        EphemeralNode node = session.ephemerals()
                .register(EphemeralSpec.at("/n").data(Site.bytes("ours")).onConflict(policy));
        Site.awaitStatus(node, Status.CONFLICT);
        assertThat(node.whenHeld()).isNotDone();
        site.awaitGuarded(1);
        site.observer.setData("/n", Site.bytes("theirs still")); // uses the watch up
        site.awaitGuarded(1);
        site.observer.delete("/n");

        node.whenHeld().get(20, TimeUnit.SECONDS);
        assertThat(node.status()).isEqualTo(Status.HELD);
        assertThat(node.problem()).isNull();
        assertThat(site.observer.data("/n")).isEqualTo(Site.bytes("ours"));
        site.assertOwned(session, List.of(node));
    }

    @Test
    void createsItsNode_whenTheStrangerGoesWhileWeAreAway() throws Exception {
        site.observer.create("/n", Site.bytes("theirs"), CreateMode.EPHEMERAL);
        ResilientSession session = site.connected();
        EphemeralNode node = session.ephemerals().register("/n", Site.bytes("ours"));
        Site.awaitStatus(node, Status.CONFLICT);
        site.awaitGuarded(1);
        site.proxy.refuse();
        site.proxy.cut();
        site.observer.delete("/n");
        site.proxy.accept();
        Site.awaitStatus(node, Status.HELD);
        site.assertOwned(session, List.of(node));
    }

    @Test
    void givesUpUntilTheNextSession_whenThePolicyIsToFail() throws Exception {
        site.observer.create("/n", Site.bytes("theirs"), CreateMode.EPHEMERAL);
        ResilientSession session = site.connected();
        EphemeralNode node = session.ephemerals()
                .register(EphemeralSpec.at("/n").data(Site.bytes("ours")).onConflict(OnConflict.FAIL));
        assertThatThrownBy(() -> node.whenHeld().get(20, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class)
                .cause()
                .isInstanceOfSatisfying(OperationFailedException.class, e -> assertThat(e.code())
                        .isEqualTo(Code.NODEEXISTS));
        assertThat(node.status()).isEqualTo(Status.CONFLICT);
        site.observer.delete("/n");
        EphemeralNode other = session.ephemerals().register("/other", new byte[0]);
        other.whenHeld().get(20, TimeUnit.SECONDS);
        assertThat(node.status()).isEqualTo(Status.CONFLICT);
        assertThat(site.observer.exists("/n")).isFalse();

        site.server.expireSession(Site.id(session));
        Site.awaitStatus(node, Status.HELD);
        site.assertOwned(session, List.of(node));
    }

    @Test
    void replacesAPersistentNodeInOneTransaction_whenThePolicyIsToReplace() throws Exception {
        site.observer.create("/n", Site.bytes("left by a mistake"));
        ResilientSession session = site.connected();
        EphemeralNode node = session.ephemerals()
                .register(EphemeralSpec.at("/n").data(Site.bytes("ours")).onConflict(OnConflict.REPLACE));
        node.whenHeld().get(20, TimeUnit.SECONDS);
        site.assertOwned(session, List.of(node));
        assertThat(site.observer.data("/n")).isEqualTo(Site.bytes("ours"));
        assertThat(site.proxy.requests(OpCode.delete)).isZero();
        // The left-over, and the child by which the server makes sure that no session owns it (N1).
        assertThat(site.proxy.operations(OpCode.delete)).isEqualTo(2);
    }

    @Test
    void replacesManyPersistentNodesAtOnce_eachWithItsOwnData() throws Exception {
        for (int i = 0; i < 30; i += 2) {
            site.observer.create("/n" + i, Site.bytes("left"));
        }
        ResilientSession session = site.session();
        List<EphemeralNode> nodes = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            nodes.add(session.ephemerals()
                    .register(EphemeralSpec.at("/n" + i)
                            .data(Site.bytes("data " + i))
                            .onConflict(OnConflict.REPLACE)));
        }
        session.start();
        assertThat(session.awaitConnected(Site.PATIENCE)).isTrue();
        assertThat(session.report().nodesHeld()).isEqualTo(30);
        site.assertOwned(session, nodes);
        for (int i = 0; i < 30; i++) {
            assertThat(site.observer.data("/n" + i)).isEqualTo(Site.bytes("data " + i));
            assertThat(site.observer.children("/n" + i)).isEmpty();
        }
        nodes.get(2).release().get(20, TimeUnit.SECONDS);
        assertThat(site.observer.exists("/n2")).isFalse();
    }

    @Test
    void leavesAPersistentNode_whenThePolicyIsToWait() throws Exception {
        site.observer.create("/n", Site.bytes("theirs"));
        ResilientSession session = site.connected();
        EphemeralNode node = session.ephemerals().register("/n", Site.bytes("ours"));
        Site.awaitStatus(node, Status.CONFLICT);
        assertThat(node.problem()).contains("a persistent node");
        assertThat(site.observer.data("/n")).isEqualTo(Site.bytes("theirs"));
        site.observer.delete("/n");
        Site.awaitStatus(node, Status.HELD);
    }

    @Test
    void replacesAPersistentNodeLater_whenItsChildrenAreGone() throws Exception {
        site.observer.create("/n", new byte[0]);
        site.observer.create("/n/child", new byte[0]);
        ResilientSession session = site.connected();
        EphemeralNode node =
                session.ephemerals().register(EphemeralSpec.at("/n").onConflict(OnConflict.REPLACE));
        Site.awaitStatus(node, Status.CONFLICT);
        assertThat(node.problem()).contains("with 1 children");
        site.observer.delete("/n/child");
        Site.awaitStatus(node, Status.HELD);
        site.assertOwned(session, List.of(node));
    }

    @Test
    void waitsForANodeThatItMayNotRead() throws Exception {
        try (var owner = new IndependentClient(site.server.connectString())) {
            owner.raw().addAuthInfo("digest", Site.bytes("them:secret"));
            owner.raw().create("/n", new byte[0], Ids.CREATOR_ALL_ACL, CreateMode.EPHEMERAL);
            ResilientSession session = site.connected();
            EphemeralNode node = session.ephemerals().register("/n", new byte[0]);
            Site.awaitStatus(node, Status.CONFLICT);
            assertThat(node.problem()).contains("no permission to read");
            site.observer.delete("/n");
            Site.awaitStatus(node, Status.HELD);
            assertThat(site.observer.ownerOf("/n")).isEqualTo(Optional.of(Site.id(session)));
        }
    }

    @Test
    void leavesNoWatcherBehind_whenAWaitingNodeIsReleased() throws Exception {
        site.observer.create("/n", Site.bytes("theirs"), CreateMode.EPHEMERAL);
        try (var rig = new Rig().start()) {
            Rig.Handle handle = rig.connect(site.proxy.connectString(), Duration.ofSeconds(20));
            rig.attachAndWait(handle, Attachment.NEW_SESSION);
            for (int i = 0; i < 5; i++) {
                EphemeralNode node = rig.nodes.register("/n", Site.bytes("ours"));
                Site.awaitStatus(node, Status.CONFLICT);
                if (i % 2 == 0) {
                    await().untilAsserted(() -> assertThat(handle.dataWatches()).containsExactly("/n"));
                }
                node.release().get(20, TimeUnit.SECONDS);
            }
            await().untilAsserted(() -> assertThat(handle.dataWatches()).isEmpty());
        }
    }
}
