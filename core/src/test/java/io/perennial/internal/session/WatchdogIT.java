package io.perennial.internal.session;

import static io.perennial.SessionState.CONNECTED;
import static io.perennial.SessionState.LOST;
import static io.perennial.SessionState.RESTORING;
import static io.perennial.testing.Sessions.awaitState;
import static io.perennial.testing.Sessions.eventually;
import static io.perennial.testing.Sessions.generationOf;
import static io.perennial.testing.Sessions.handleOf;
import static io.perennial.testing.Sessions.idOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.LossDiagnosis.Kind;
import io.perennial.ResilientSession;
import io.perennial.SessionState;
import io.perennial.SessionTransition.Cause;
import io.perennial.test.NoLeaks;
import io.perennial.testing.Blocking;
import io.perennial.testing.SessionRig;
import io.perennial.testing.Sessions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.Watcher.Event.EventType;
import org.apache.zookeeper.Watcher.Event.KeeperState;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.data.Stat;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The handle's event thread is blocked or dead, and no {@code Expired} ever comes (CURATOR-561). */
@ExtendWith(NoLeaks.class)
@Tag("S-06")
class WatchdogIT {
    private static final Duration TIMEOUT = Duration.ofSeconds(4);

    @AutoClose
    private final SessionRig rig = new SessionRig();

    @Test
    void takesTheSessionOver_whenACuratorWatcherNeverReturns() throws Exception {
        ResilientSession session = rig.connect(SessionRig.SESSION_TIMEOUT);
        long id = idOf(session);
        Stat before = rig.registerEphemeral(session, "/mine");
        rig.observer().create("/watched", new byte[0]);
        var blocked = new AtomicReference<Thread>();
        session.curator()
                .getData()
                .usingWatcher((Watcher) event -> block(blocked))
                .forPath("/watched");

        rig.observer().setData("/watched", new byte[1]);
        eventually(() -> assertThat(blocked).doesNotHaveNullValue());
        awaitRebuild(session);

        assertThat(idOf(session)).isEqualTo(id);
        assertThat(generationOf(session)).isEqualTo(1);
        assertThat(rig.observer().stat("/mine")).contains(before);
        assertThat(rig.heard().to(LOST)).singleElement().satisfies(lost -> {
            assertThat(lost.cause()).isEqualTo(Cause.LEASE_ELAPSED);
            assertThat(lost.diagnosis().kind()).isEqualTo(Kind.UNKNOWN);
            assertThat(lost.diagnosis().explanation()).contains("callback");
        });
        assertThat(rig.heard().causes()).endsWith(Cause.LEASE_ELAPSED, Cause.SESSION_RESUMED, Cause.RESTORED);
        eventually(() -> assertThat(blocked.get().isAlive())
                .as("the blocked thread was interrupted and ended")
                .isFalse());
        session.curator().setData().forPath("/watched", new byte[2]);
    }

    @Test
    void takesTheSessionOver_whenACallbackDoesNotEvenHeedInterrupts() throws Exception {
        ResilientSession session = rig.connect(TIMEOUT);
        long id = idOf(session);

        try (var held = new HeldThread(session, "/held")) {
            awaitRebuild(session);

            assertThat(idOf(session)).isEqualTo(id);
            assertThat(held.thread().isAlive()).isTrue();
            session.curator().create().forPath("/lasting");
        }
    }

    @Test
    @Tag("C24")
    @DisplayName(
            "A cache reads its tree, or callbacks are slow: answers that come mean that the heartbeat waits its turn")
    void keepsTheSession_whileTheHeartbeatWaitsBehindOtherAnswers() throws Exception {
        ResilientSession session = rig.connect(TIMEOUT);
        ZooKeeper handle = handleOf(session);
        var answers = new CountDownLatch(300);

        for (long i = answers.getCount(); i > 0; i--) {
            handle.exists(
                    "/",
                    false,
                    (rc, path, context, stat) -> {
                        LockSupport.parkNanos(TIMEOUT.toNanos() / 150); // all of them: twice the timeout
                        answers.countDown();
                    },
                    null);
        }

        assertThat(answers.await(SessionRig.PATIENCE.toSeconds(), TimeUnit.SECONDS))
                .isTrue();
        assertThat(rig.heard().to(LOST)).isEmpty();
        assertThat(handleOf(session)).isSameAs(handle);
        eventually(() -> assertThat(session.lease().isHeld()).isTrue());
    }

    @Test
    void takesTheSessionOver_whenTheEventThreadDies() throws Exception {
        ResilientSession session = rig.connect(TIMEOUT);
        long id = idOf(session);
        ZooKeeper crippled = handleOf(session);

        kill(eventThreadOf(1));
        awaitRebuild(session);

        assertThat(idOf(session)).isEqualTo(id);
        assertThat(generationOf(session)).isEqualTo(1);
        assertThat(crippled.getState().isAlive()).isFalse();
        eventually(() -> assertThat(handleOf(session)).isNotSameAs(crippled));
    }

    @Test
    @DisplayName("The session is expired by the server while the event thread cannot say so")
    void beginsTheNextGeneration_whenTheServerExpiresTheSessionAndTheEventThreadIsDead() throws Exception {
        ResilientSession session = rig.connect(TIMEOUT);

        kill(eventThreadOf(1));
        rig.server().expireSession(idOf(session));
        Sessions.awaitGeneration(session, 2);

        assertThat(rig.server().isSessionAlive(idOf(session))).isTrue();
    }

    @Test
    void takesTheSessionOver_timeAfterTime() throws Exception {
        ResilientSession session = rig.connect(TIMEOUT);
        long id = idOf(session);

        for (int death = 1; death <= 3; death++) {
            int deaths = death;
            eventually(() -> assertThat(handleThreads("EventThread")).hasSize(1));
            kill(handleThreads("EventThread").get(0));
            eventually(() -> assertThat(rig.heard().to(LOST)).hasSize(deaths));
            awaitState(session, CONNECTED);
        }

        assertThat(idOf(session)).isEqualTo(id);
        eventually(() -> assertThat(handleThreads("SendThread")).hasSize(1));
    }

    @Test
    @DisplayName("The event thread is blocked before the library has had a first answer")
    void rebuilds_whenTheEventThreadIsBlockedBeforeTheSessionIsUp() throws Exception {
        var blocked = new AtomicReference<Thread>();
        ResilientSession session = rig.build(builder -> builder.sessionTimeout(TIMEOUT));
        rig.proxy().freezeResponses();
        session.start();
        // Queued before anything that the library asks of a server, and answered first.
        handleOf(session).exists("/", false, (rc, path, ctx, stat) -> block(blocked), null);
        rig.proxy().thaw();
        eventually(() -> assertThat(blocked).doesNotHaveNullValue());

        assertThat(session.awaitConnected(SessionRig.PATIENCE)).isTrue();
        eventually(() -> assertThat(blocked.get().isAlive()).isFalse());
    }

    @Test
    @DisplayName("The event thread dies before it can tell that the handle is connected")
    void rebuilds_whenTheEventThreadDiesBeforeTheConnectionIsUp() throws Exception {
        ResilientSession session = rig.build(builder -> builder.sessionTimeout(TIMEOUT));
        rig.proxy().freezeResponses();
        session.start();
        kill(eventThreadOf(1));
        rig.proxy().thaw();

        assertThat(session.awaitConnected(SessionRig.PATIENCE)).isTrue();
    }

    @Test
    @DisplayName("The handle ends when its event thread is dead, so that nobody is told")
    void rebuilds_whenTheHandleEndsWithoutAWord() throws Exception {
        ResilientSession session = rig.build(builder -> builder.sessionTimeout(Duration.ofSeconds(1)));
        rig.proxy().freeze();
        session.start();
        kill(eventThreadOf(1));
        handleOf(session).getTestable().injectSessionExpiration();
        rig.proxy().thaw();

        assertThat(session.awaitConnected(SessionRig.PATIENCE)).isTrue();
    }

    @Test
    @DisplayName("A callback that never returns, begun when the connection was lost, does not outlive the session")
    void leavesNoThread_whenACallbackBlocksDuringAnOutage() throws Exception {
        ResilientSession session = rig.connect(TIMEOUT);
        var blocked = new AtomicReference<Thread>();
        handleOf(session).exists("/never", event -> {
            if (event.getType() == EventType.None && event.getState() == KeeperState.Disconnected) {
                block(blocked);
            }
        });

        rig.stopServer();
        eventually(() -> assertThat(blocked).doesNotHaveNullValue());
        awaitState(session, LOST);
        rig.restartServer();
        awaitState(session, CONNECTED);
        session.close();

        eventually(() -> assertThat(blocked.get().isAlive()).isFalse());
    }

    private void awaitRebuild(ResilientSession session) {
        eventually(() -> assertThat(rig.heard().states()).endsWith(LOST, RESTORING, CONNECTED));
        assertThat(session.state()).isEqualTo(SessionState.CONNECTED);
    }

    /** As an application's callback might: it waits for what never comes, and gives up when interrupted. */
    private static void block(AtomicReference<Thread> blocked) {
        blocked.set(Thread.currentThread());
        Blocking.until(new CountDownLatch(1));
    }

    /** ZooKeeper's event thread ends when it is interrupted; no event is delivered any more. */
    private static void kill(Thread eventThread) {
        eventThread.interrupt();
        eventually(() -> assertThat(eventThread.isAlive()).isFalse());
    }

    private static Thread eventThreadOf(int handle) {
        return Sessions.threadsNamed("perennial-tested-handle-" + handle + "-EventThread")
                .get(0);
    }

    private static List<Thread> handleThreads(String kind) {
        return Sessions.threadsNamed("perennial-tested-handle-").stream()
                .filter(thread -> thread.getName().contains(kind))
                .toList();
    }
}
