package io.perennial.internal.session;

import static io.perennial.SessionState.CONNECTED;
import static io.perennial.SessionState.LOST;
import static io.perennial.SessionState.RESTORING;
import static io.perennial.SessionState.SUSPENDED;
import static io.perennial.testing.Sessions.awaitState;
import static io.perennial.testing.Sessions.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.LossDiagnosis;
import io.perennial.ResilientSession;
import io.perennial.SessionState;
import io.perennial.SessionTransition.Cause;
import io.perennial.ephemeral.EphemeralNode;
import io.perennial.test.NoLeaks;
import io.perennial.testing.Blocking;
import io.perennial.testing.LoggedMoment;
import io.perennial.testing.SessionRig;
import io.perennial.testing.Sessions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.framework.recipes.locks.InterProcessMutex;
import org.apache.curator.framework.state.ConnectionState;
import org.apache.curator.retry.RetryOneTime;
import org.apache.curator.utils.ZookeeperFactory;
import org.apache.zookeeper.ZooDefs.OpCode;
import org.apache.zookeeper.ZooKeeper;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What Curator's connection state listeners hear, and so its recipes. */
@ExtendWith(NoLeaks.class)
class CuratorStatesIT {
    private static final Duration TIMEOUT = Duration.ofSeconds(4);
    /** A hundredth of which is waited for. */
    private static final Duration LONG = Duration.ofSeconds(40);

    @AutoClose
    private final SessionRig rig = new SessionRig();

    private final List<ConnectionState> curatorHeard = new CopyOnWriteArrayList<>();

    private ResilientSession build(Duration timeout) {
        ResilientSession session = rig.build(b -> b.sessionTimeout(timeout));
        session.curator().getConnectionStateListenable().addListener((client, state) -> curatorHeard.add(state));
        return session;
    }

    @Test
    @Tag("C18")
    @DisplayName(
            "Lost before the first answer: the client, whose attempts connect and are cut, never gives up by itself")
    void tellsCuratorOfTheLoss_whenTheConnectionBreaksBeforeTheFirstAnswer() {
        ResilientSession session = build(TIMEOUT);
        rig.proxy().loseRequest(op -> op == OpCode.sync).thenRun(rig.server()::stop);

        session.start();

        eventually(() -> assertThat(curatorHeard)
                .containsExactly(ConnectionState.CONNECTED, ConnectionState.SUSPENDED, ConnectionState.LOST));
        assertThat(session.state()).isEqualTo(SessionState.CONNECTING);
        assertThat(rig.heard().states()).containsExactly(SessionState.CONNECTING);

        rig.server().restart();
        awaitState(session, CONNECTED);
        eventually(() -> assertThat(curatorHeard).endsWith(ConnectionState.LOST, ConnectionState.RECONNECTED));
        assertThat(Sessions.generationOf(session))
                .as("the first one, taken over")
                .isEqualTo(1);
    }

    @Test
    @Tag("C18")
    @DisplayName("Never connected: a background request's failure is SUSPENDED, and that is followed by LOST")
    void tellsCuratorOfTheLoss_whenThereNeverWasAConnection() throws Exception {
        rig.stopServer();
        ResilientSession session = build(TIMEOUT);
        session.start();

        session.curator().create().inBackground().forPath("/early");

        eventually(() -> assertThat(curatorHeard).containsExactly(ConnectionState.SUSPENDED, ConnectionState.LOST));
        assertThat(session.state()).isEqualTo(SessionState.CONNECTING);
        rig.restartServer();
        awaitState(session, CONNECTED);
        eventually(() -> assertThat(curatorHeard).endsWith(ConnectionState.LOST, ConnectionState.CONNECTED));
        assertThat(Sessions.generationOf(session)).isOne();
    }

    @Test
    @Tag("C7")
    @Tag("S-60")
    @DisplayName("A server that makes each resumption a new session, and says nothing of the old one")
    void tellsTheLoss_whenTheServerGivesAnotherSessionWithoutAWord() throws Exception {
        ResilientSession session = start();
        InterProcessMutex mutex = new InterProcessMutex(session.curator(), "/lock");
        mutex.acquire();
        EphemeralNode node = session.ephemerals().register("/mine", new byte[] {1});
        node.whenHeld().get(30, TimeUnit.SECONDS);
        long first = Sessions.idOf(session);
        rig.heard().forget();
        eventually(() -> assertThat(curatorHeard).containsExactly(ConnectionState.CONNECTED));
        curatorHeard.clear();

        rig.proxy().forgetSessions();
        rig.proxy().cut();

        Sessions.awaitGeneration(session, 2);
        rig.heard().await(SUSPENDED, LOST, RESTORING, CONNECTED);
        assertThat(rig.heard().states()).containsExactly(SUSPENDED, LOST, RESTORING, CONNECTED);
        assertThat(rig.heard().causes())
                .containsExactly(Cause.CONNECTION_LOST, Cause.SESSION_EXPIRED, Cause.SESSION_CREATED, Cause.RESTORED);
        assertThat(rig.heard().to(LOST)).allSatisfy(lost -> {
            assertThat(lost.session()).isNull();
            assertThat(lost.diagnosis().kind()).isEqualTo(LossDiagnosis.Kind.EXPIRED_BY_SERVER);
        });
        eventually(() -> assertThat(curatorHeard)
                .containsExactly(ConnectionState.SUSPENDED, ConnectionState.LOST, ConnectionState.RECONNECTED));
        assertThat(Sessions.idOf(session)).isNotEqualTo(first);
        rig.server().expireSession(first);
        eventually(() -> assertThat(rig.observer().stat("/mine"))
                .hasValueSatisfying(stat -> assertThat(stat.getEphemeralOwner()).isEqualTo(Sessions.idOf(session))));
    }

    @Test
    @Tag("C7")
    @DisplayName("Curator is connected when it has just told LOST, and has not told that yet: it forces RECONNECTED")
    void tellsTheLossOnce_whenCuratorForcesItsState() throws Exception {
        var connects = new CountDownLatch(1);
        var forced = new CountDownLatch(1);
        ResilientSession session = rig.build(b -> b.sessionTimeout(LONG));
        session.curator().getConnectionStateListenable().addListener((client, state) -> {
            curatorHeard.add(state);
            if (state == ConnectionState.LOST) {
                Blocking.untilOrFail(connects);
            } else if (state == ConnectionState.RECONNECTED) {
                forced.countDown();
            }
        });
        session.start();
        eventually(() -> assertThat(curatorHeard).containsExactly(ConnectionState.CONNECTED));
        assertThat(session.awaitConnected(SessionRig.PATIENCE)).isTrue();

        try (var moment = new LoggedMoment("org.apache.curator.ConnectionState", "Negotiated session timeout")) {
            moment.hold(() -> {
                connects.countDown();
                Blocking.untilOrFail(forced);
            });
            rig.proxy().forgetSessions();
            rig.proxy().cut();
            Blocking.untilOrFail(forced);
        }
        Sessions.awaitGeneration(session, 2);
        awaitState(session, CONNECTED);
        rig.stopServer();
        eventually(() -> assertThat(curatorHeard)
                .containsExactly(
                        ConnectionState.CONNECTED,
                        ConnectionState.SUSPENDED,
                        ConnectionState.LOST,
                        ConnectionState.RECONNECTED,
                        ConnectionState.SUSPENDED));
    }

    @Test
    @Tag("C7")
    @Tag("C14")
    @DisplayName("Curator closes a handle of the application's own factory, having taken its watcher away")
    void goesOn_whenCuratorClosesAHandleOfTheApplicationsFactory() throws Exception {
        ZookeeperFactory factory = ZooKeeper::new;
        ResilientSession session = rig.build(b -> b.sessionTimeout(LONG)
                .curator(CuratorFrameworkFactory.builder()
                        .retryPolicy(new RetryOneTime(100))
                        .zookeeperFactory(factory)));
        session.start();
        awaitState(session, CONNECTED);
        long first = Sessions.generationOf(session);

        session.curator().getZookeeperClient().reset();
        eventually(() -> assertThat(Sessions.generationOf(session)).isGreaterThan(first));
        awaitState(session, CONNECTED);
        session.curator().checkExists().forPath("/");
        assertThat(((CuratorSession) session).isCalledFromWithin())
                .as("close() would not wait on the thread that has reset the client")
                .isFalse();

        long second = Sessions.generationOf(session);
        rig.proxy().forgetSessions();
        rig.proxy().cut();
        eventually(() -> assertThat(Sessions.generationOf(session)).isGreaterThan(second));
        awaitState(session, CONNECTED);
        eventually(
                () -> assertThat(session.curator().checkExists().forPath("/")).isNotNull());
    }

    @Test
    @Tag("C20")
    @DisplayName(
            "Curator's TestConnectionStateManager#testSessionConnectionStateErrorPolicyWithExpirationPercent30, and"
                    + " back")
    void tellsCuratorOfTheLossEarly_whenItsBuilderSaysSo() throws Exception {
        ResilientSession session = rig.build(b -> b.sessionTimeout(LONG)
                .curator(CuratorFrameworkFactory.builder()
                        .retryPolicy(new RetryOneTime(100))
                        .simulatedSessionExpirationPercent(1)));
        session.curator().getConnectionStateListenable().addListener((client, state) -> curatorHeard.add(state));
        session.start();
        assertThat(session.awaitConnected(SessionRig.PATIENCE)).isTrue();
        rig.registerEphemeral(session, "/mine");
        new InterProcessMutex(session.curator(), "/lock").acquire();

        rig.stopServer();
        eventually(() -> assertThat(curatorHeard)
                .containsExactly(ConnectionState.CONNECTED, ConnectionState.SUSPENDED, ConnectionState.LOST));
        assertThat(session.state()).isEqualTo(SUSPENDED);
        rig.restartServer();
        awaitState(session, CONNECTED);

        eventually(() -> assertThat(curatorHeard).endsWith(ConnectionState.LOST, ConnectionState.RECONNECTED));
        assertThat(rig.observer().children("/lock")).as("C8").isEmpty();
        assertThat(rig.observer().stat("/mine")).isPresent();
        assertThat(rig.heard().to(LOST)).isEmpty();
        assertThat(Sessions.generationOf(session)).isEqualTo(1);
    }

    /** Connected, and Curator has heard of it. */
    private ResilientSession start() throws Exception {
        ResilientSession session = build(LONG).start();
        assertThat(session.awaitConnected(SessionRig.PATIENCE)).isTrue();
        eventually(() -> assertThat(curatorHeard).containsExactly(ConnectionState.CONNECTED));
        return session;
    }
}
