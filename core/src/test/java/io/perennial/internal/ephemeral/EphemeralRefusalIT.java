package io.perennial.internal.ephemeral;

import static io.perennial.internal.ephemeral.Nodes.assertOwned;
import static io.perennial.internal.ephemeral.Nodes.awaitHeld;
import static io.perennial.internal.ephemeral.Nodes.awaitStatus;
import static io.perennial.internal.ephemeral.Nodes.held;
import static io.perennial.internal.ephemeral.Nodes.register;
import static io.perennial.testing.Data.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.perennial.ResilientSession;
import io.perennial.SessionState;
import io.perennial.ephemeral.EphemeralNode;
import io.perennial.ephemeral.EphemeralNode.Status;
import io.perennial.ephemeral.EphemeralSpec;
import io.perennial.operation.OperationFailedException;
import io.perennial.test.NoLeaks;
import io.perennial.testing.SessionRig;
import io.perennial.testing.Sessions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.ZooDefs.Ids;
import org.apache.zookeeper.ZooDefs.OpCode;
import org.apache.zookeeper.ZooDefs.Perms;
import org.apache.zookeeper.data.ACL;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The server refuses some nodes; parents are missing. */
@ExtendWith(NoLeaks.class)
class EphemeralRefusalIT {
    private static final List<ACL> LOCKED = List.of(new ACL(Perms.READ | Perms.ADMIN, Ids.ANYONE_ID_UNSAFE));

    @AutoClose
    private final SessionRig rig = SessionRig.steady();

    @Test
    @Tag("N5")
    @DisplayName("N5: no parent is made where a node is registered")
    void makesNoParentAtARegisteredPath_whenTheSessionExpires() throws Exception {
        ResilientSession session = rig.connect();
        EphemeralNode node = session.ephemerals().register("/svc", bytes("ours"));
        node.whenHeld().get(20, TimeUnit.SECONDS);
        EphemeralNode below = session.ephemerals().register("/svc/x/y", new byte[0]);
        awaitStatus(below, Status.FAILED);
        long id = Sessions.idOf(session);
        rig.server().expireSession(id);
        await().atMost(SessionRig.PATIENCE).untilAsserted(() -> {
            assertThat(session.state()).isEqualTo(SessionState.CONNECTED);
            assertThat(Sessions.idOf(session)).isNotEqualTo(id);
        });
        awaitStatus(node, Status.HELD);
        assertOwned(rig, session, List.of(node));
        awaitStatus(below, Status.FAILED);
        assertThat(below.problem()).contains("NOCHILDRENFOREPHEMERALS", "choose another path");
    }

    @Test
    @Tag("S-17")
    @Tag("H3")
    void restoresNinetyNineNodesAndRetriesTheFiftieth_whenTheServerRefusesIt() throws Exception {
        rig.observer().create("/locked", new byte[0]);
        lock("/locked", LOCKED);
        ResilientSession session = rig.build();
        List<EphemeralNode> nodes = new ArrayList<>(register(session, "/fleet/a", 49));
        EphemeralNode refused = session.ephemerals().register("/locked/n", new byte[0]);
        nodes.addAll(register(session, "/fleet/b", 50));
        session.start();

        assertThat(session.awaitConnected(SessionRig.PATIENCE)).isTrue();
        // Restored means: no other node had to wait for a second attempt.
        assertThat(nodes).allMatch(node -> node.status() == Status.HELD);
        assertOwned(rig, session, nodes);
        assertThat(session.state()).isEqualTo(SessionState.CONNECTED);
        assertThat(session.report().recentTransitions()).last().satisfies(t -> assertThat(t.detail())
                .isEqualTo("restored except 1 of 100 nodes: see report()"));
        assertThat(session.report().timeline()).isEqualTo(session.report().timeline());
        assertThat(session.report().nodesWanted()).isEqualTo(100);
        assertThat(session.report().nodesHeld()).isEqualTo(99);
        assertThat(refused.status()).isEqualTo(Status.FAILED);
        assertThat(refused.problem()).contains("'/locked/n' is refused with NOAUTH", "the next in", "authorization");
        assertThat(session.report().problems()).containsExactly(refused.problem());
        assertThatThrownBy(() -> refused.whenHeld().get(20, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class)
                .cause()
                .isInstanceOfSatisfying(OperationFailedException.class, e -> assertThat(e.code())
                        .isEqualTo(Code.NOAUTH));

        lock("/locked", Ids.OPEN_ACL_UNSAFE);
        awaitStatus(refused, Status.HELD);
        assertThat(session.report().problems()).isEmpty();
        assertThat(session.report().nodesHeld()).isEqualTo(100);
    }

    @Test
    @Tag("S-17")
    void restoresTheOthers_whenManyAreRefusedForDifferentReasons() throws Exception {
        rig.observer().create("/locked", new byte[0]);
        lock("/locked", LOCKED);
        rig.observer().create("/leaf", new byte[0], CreateMode.EPHEMERAL);
        ResilientSession session = rig.build();
        List<EphemeralNode> good = new ArrayList<>();
        List<EphemeralNode> bad = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            good.addAll(register(session, "/fleet/" + i + "-", 3));
            bad.add(session.ephemerals().register("/locked/n" + i, new byte[0]));
            bad.add(session.ephemerals().register("/leaf/n" + i, new byte[0]));
            bad.add(session.ephemerals()
                    .register(EphemeralSpec.at("/fleet/acl" + i).acl(Ids.CREATOR_ALL_ACL)));
        }
        session.start();
        assertThat(session.awaitConnected(SessionRig.PATIENCE)).isTrue();
        assertThat(good).allMatch(node -> node.status() == Status.HELD);
        assertThat(bad).allMatch(node -> node.status() == Status.FAILED);
        assertThat(bad.get(1).problem()).contains("NOCHILDRENFOREPHEMERALS", "the parent is itself ephemeral");
        assertThat(bad.get(2).problem()).contains("INVALIDACL");
        assertThat(session.report().problems()).hasSize(20);
    }

    @Test
    @Tag("S-22")
    void retriesSlowly_whenThereIsNoPermission() throws Exception {
        rig.observer().create("/locked", new byte[0]);
        lock("/locked", LOCKED);
        ResilientSession session = rig.connect();
        EphemeralNode node = session.ephemerals().register("/locked/n", new byte[0]);
        awaitStatus(node, Status.FAILED);
        long until = System.nanoTime() + Duration.ofSeconds(3).toNanos();
        await().atMost(SessionRig.PATIENCE).until(() -> System.nanoTime() > until);
        // The first delays are at most 1, 2 and 4 s, half of that on average.
        assertThat(rig.proxy().operations(OpCode.create)).isLessThan(15);
        assertThat(node.status()).isEqualTo(Status.FAILED);
        node.release().get(20, TimeUnit.SECONDS);
        assertThat(session.report().problems()).isEmpty();
    }

    @Test
    @Tag("S-23")
    void createsMissingParents_withTheAclAndTheModeAskedFor() throws Exception {
        ResilientSession session =
                rig.connect(builder -> builder.namespace("ns").authorization("digest", bytes("me:secret")));
        EphemeralNode plain = session.ephemerals().register("/plain/deep/er/n", new byte[0]);
        awaitHeld(List.of(plain)); // so that the namespace is there, or a container may be asked for before it
        EphemeralNode contained =
                session.ephemerals().register(EphemeralSpec.at("/box/deep/n").containerParents(true));
        EphemeralNode guarded = session.ephemerals()
                .register(EphemeralSpec.at("/private/deep/n").acl(List.of(new ACL(Perms.ALL, Ids.AUTH_IDS))));
        awaitHeld(List.of(contained, guarded));

        rig.observer().raw().addAuthInfo("digest", bytes("me:secret"));
        // No client is told which of the two a node is: /ns/box and /ns/box/deep.
        assertThat(rig.proxy().requests(OpCode.createContainer)).isEqualTo(2);
        assertThat(scheme("/ns/private/deep")).isEqualTo("digest");
        assertThat(scheme("/ns/private")).isEqualTo("digest");
        // The namespace is shared with others.
        assertThat(scheme("/ns")).isEqualTo("world");
        assertThat(scheme("/ns/plain")).isEqualTo("world");
    }

    @Test
    @Tag("S-23")
    void createsManyDifferentParents_inBulk() throws Exception {
        ResilientSession session = rig.build();
        List<EphemeralNode> nodes = new ArrayList<>();
        for (int i = 0; i < 600; i++) {
            nodes.add(session.ephemerals().register("/regions/r" + i + "/zone/n", new byte[0]));
        }
        session.start();
        assertThat(session.awaitConnected(SessionRig.PATIENCE)).isTrue();
        assertThat(nodes).allMatch(node -> node.status() == Status.HELD);
        assertThat(rig.observer().children("/regions")).hasSize(600);
        assertThat(rig.proxy().requests(OpCode.create)).isEqualTo(1_201);
    }

    @Test
    @Tag("S-23")
    void createsParentsAgain_whenTheyAreRemovedWithTheNodes() throws Exception {
        ResilientSession session = rig.connect();
        EphemeralNode node = held(session, "/box/n", new byte[0]);
        rig.awaitWatches(1);
        // As a server does with a container: the node is gone with the session, the parent a little later.
        rig.proxy().disconnect();
        rig.server().expireSession(Sessions.idOf(session));
        rig.observer().delete("/box");
        rig.proxy().accept();
        await().atMost(SessionRig.PATIENCE)
                .untilAsserted(() -> assertThat(rig.observer().exists("/box/n")).isTrue());
        awaitStatus(node, Status.HELD);
    }

    @Test
    @Tag("S-22")
    void reportsTheParentThatIsRefused() throws Exception {
        rig.observer().create("/locked", new byte[0]);
        lock("/locked", LOCKED);
        ResilientSession session = rig.connect();
        EphemeralNode node = session.ephemerals().register("/locked/deep/n", new byte[0]);
        awaitStatus(node, Status.FAILED);
        assertThat(node.problem()).contains("parents", "NOAUTH");
        lock("/locked", Ids.OPEN_ACL_UNSAFE);
        awaitStatus(node, Status.HELD);
    }

    @Test
    void keepsTheNodeAndFailsTheUpdate_whenTheServerRefusesNewData() throws Exception {
        ResilientSession session = rig.connect();
        EphemeralNode node = held(session, EphemeralSpec.at("/n").acl(Ids.READ_ACL_UNSAFE));
        assertThatThrownBy(() -> node.update(bytes("new")).get(20, TimeUnit.SECONDS))
                .cause()
                .isInstanceOfSatisfying(OperationFailedException.class, e -> assertThat(e.code())
                        .isEqualTo(Code.NOAUTH));
        assertThat(node.status()).isEqualTo(Status.HELD);
        assertThat(node.problem()).contains("updating", "NOAUTH");
        assertThat(session.report().nodesHeld()).isEqualTo(1);
        node.release().get(20, TimeUnit.SECONDS);
        assertThat(rig.observer().exists("/n")).isFalse();
    }

    private void lock(String path, List<ACL> acl) throws Exception {
        rig.observer().raw().setACL(path, new ArrayList<>(acl), -1);
    }

    private String scheme(String path) throws Exception {
        return rig.observer().raw().getACL(path, null).get(0).getId().getScheme();
    }
}
