package io.perennial.internal.session;

import static io.perennial.SessionState.CONNECTED;
import static io.perennial.SessionState.FAILED;
import static io.perennial.SessionState.LOST;
import static io.perennial.internal.session.SecuredServers.HOST;
import static io.perennial.internal.session.SecuredServers.PASSWORD;
import static io.perennial.internal.session.SecuredServers.USER;
import static io.perennial.test.PerennialAssertions.assertThat;
import static io.perennial.testing.Data.bytes;
import static io.perennial.testing.SessionRig.PATIENCE;
import static io.perennial.testing.Sessions.awaitState;
import static io.perennial.testing.Sessions.eventually;
import static io.perennial.testing.Sessions.idOf;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.perennial.ResilientSession;
import io.perennial.ephemeral.EphemeralSpec;
import io.perennial.test.FaultNetwork;
import io.perennial.test.IndependentClient;
import io.perennial.test.NoLeaks;
import io.perennial.test.TlsKeys;
import io.perennial.test.ZooKeeperEnsemble;
import io.perennial.testing.OpenedSessions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.ZooDefs.Perms;
import org.apache.zookeeper.data.ACL;
import org.apache.zookeeper.data.Id;
import org.apache.zookeeper.data.Stat;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Sessions at an ensemble that speaks TLS, knows its users by SASL, and serves nobody else. */
@ExtendWith(NoLeaks.class)
@Tag("J11")
class SecuredIT {
    private static final List<ACL> ALICES = List.of(new ACL(Perms.ALL, new Id("sasl", USER)));

    @TempDir
    private static Path directory;

    private static TlsKeys keys;
    private static ZooKeeperEnsemble servers;

    private final List<String> told = new CopyOnWriteArrayList<>();

    @AutoClose
    private final OpenedSessions opened = new OpenedSessions();

    @BeforeAll
    static void startServers() {
        keys = SecuredServers.keys(directory);
        servers = SecuredServers.three(keys);
    }

    @AfterAll
    static void stopServers() {
        servers.close();
    }

    @Test
    @Tag("S-03")
    @Tag("S-04")
    @Tag("S-24")
    @DisplayName(
            "Nodes with their ACLs and watches come through the leader's end, loss, expiry, and resumption by the next"
                    + " certificate")
    void keepsNodesAndWatches_throughEveryTrouble() throws Exception {
        opened.add(Jaas.inCode(USER, PASSWORD));
        var network = opened.add(FaultNetwork.inFrontOf(servers.secureConnectString()));
        ResilientSession session = opened.connected(ResilientSession.builder()
                .name("secured")
                .connectString(byName(network.connectString()))
                .clientConfig(keys.clientConfig())
                .sessionTimeout(Duration.ofSeconds(12))
                .closeTimeout(Duration.ofSeconds(4)));
        session.curator().create().withACL(ALICES).forPath("/config", bytes("first"));
        session.watches().node("/config", change -> told.add(new String(change.data(), UTF_8)));
        session.ephemerals()
                .register(EphemeralSpec.at("/services/one").acl(ALICES))
                .whenHeld()
                .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        assertIsAlices(session);
        long first = idOf(session);
        Stat made = stat(session);

        servers.killLeader();
        assertStands(session, first, made, "after the leader's end");
        servers.launchAll();
        servers.waitForQuorum();

        network.cut();
        assertStands(session, first, made, "after a loss");

        servers.expireSession(first);
        eventually(() -> assertThat(idOf(session)).isNotEqualTo(first));
        assertThat(session).recovers();
        assertThat(session).holds("/services/one").hasNoGhostNodes(servers);
        assertIsAlices(session);
        Stat restored = stat(session);
        long second = idOf(session);

        servers.stop();
        awaitState(session, LOST);
        SecuredServers.keys(directory); // another key, with a certificate that nobody has seen yet
        servers.launchAll();
        servers.waitForQuorum();
        assertStands(session, second, restored, "after the resumption");
    }

    /** In the same server session, its node untouched, and told of what changes. */
    private void assertStands(ResilientSession session, long id, Stat node, String news) throws Exception {
        assertThat(session).recovers();
        assertThat(idOf(session)).isEqualTo(id);
        assertThat(stat(session)).isEqualTo(node);
        session.curator().setData().forPath("/config", bytes(news));
        eventually(() -> assertThat(told).endsWith(news).doesNotHaveDuplicates());
    }

    private void assertIsAlices(ResilientSession session) throws Exception {
        assertThat(session.curator().getACL().forPath("/services/one")).isEqualTo(ALICES);
        assertThat(session.curator().getACL().forPath("/services")).isEqualTo(ALICES);
        var stranger = opened.add(new IndependentClient(servers.connectString()));
        eventually(() -> assertThatThrownBy(() -> stranger.data("/services/one")) // a follower may not have it yet
                .isInstanceOfSatisfying(IndependentClient.Refused.class, refused -> assertThat(refused.code())
                        .isEqualTo(Code.NOAUTH)));
    }

    @Test
    @Tag("J1")
    @DisplayName("A login that is set by code alone is used by a session without a client configuration")
    void isKnownByALoginSetInCode() throws Exception {
        opened.add(Jaas.inCode(USER, PASSWORD));

        assertIsServedAsAlice(opened.connected(plain()));
    }

    @Test
    @Tag("J1")
    void isKnownByALoginInAFile() throws Exception {
        opened.add(Jaas.inFile(directory, USER, PASSWORD));

        assertIsServedAsAlice(opened.connected(plain()));
    }

    private static void assertIsServedAsAlice(ResilientSession session) throws Exception {
        String path = session.curator().create().withACL(ALICES).forPath("/by-" + System.nanoTime(), bytes("hers"));

        assertThat(session.curator().getData().forPath(path)).isEqualTo(bytes("hers"));
    }

    @Test
    @Tag("S-11")
    void failsWithTheReason_andRecovers_whenThePasswordIsWrongForAWhile() throws Exception {
        opened.add(Jaas.inCode(USER, "wrong"));
        ResilientSession session = opened.session(plain());

        awaitState(session, FAILED);
        assertThat(session.report().problems()).singleElement().asString().contains("refuses the credentials");
        opened.add(Jaas.inCode(USER, PASSWORD));
        awaitState(session, CONNECTED);
        assertIsServedAsAlice(session);
    }

    @Test
    @DisplayName("A certificate that does not name the host is refused, and the report says so")
    void connectsToNobodyElse() {
        opened.add(Jaas.inCode(USER, PASSWORD));
        ResilientSession session = opened.session(ResilientSession.builder()
                .connectString(servers.secureConnectString()) // their addresses, which the certificate does not name
                .clientConfig(keys.clientConfig()));

        eventually(() -> assertThat(session.report().problems())
                .singleElement()
                .asString()
                .contains("no server grants a session", "certificate"));
        assertThat(session.info()).isEmpty();
    }

    private static ResilientSession.Builder plain() {
        return ResilientSession.builder().name("plain").connectString(servers.connectString());
    }

    private static Stat stat(ResilientSession session) throws Exception {
        return session.curator().checkExists().forPath("/services/one");
    }

    private static String byName(String connectString) {
        return connectString.replace("127.0.0.1", HOST);
    }
}
