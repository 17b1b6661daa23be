package io.perennial.internal.session;

import static io.perennial.SessionState.CLOSED;
import static io.perennial.SessionState.CONNECTED;
import static io.perennial.SessionState.CONNECTING;
import static io.perennial.SessionState.FAILED;
import static io.perennial.SessionState.LATENT;
import static io.perennial.SessionState.RESTORING;
import static io.perennial.testing.Sessions.awaitState;
import static io.perennial.testing.Sessions.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.perennial.Registration;
import io.perennial.ResilientSession;
import io.perennial.SessionTransition.Cause;
import io.perennial.operation.SessionUnavailableException;
import io.perennial.test.NoLeaks;
import io.perennial.testing.SessionRig;
import io.perennial.testing.Sessions;
import io.perennial.testing.Transitions;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(NoLeaks.class)
class ReadinessIT {
    @AutoClose
    private final SessionRig rig = new SessionRig();

    @Test
    void hasNoThreadAndNoSocket_untilStarted() throws Exception {
        ResilientSession session = rig.build(builder -> builder);

        assertThat(session.state()).isEqualTo(LATENT);
        assertThat(Sessions.threadsNamed("perennial-tested-")).isEmpty();
        assertThat(rig.proxy().connectionsAccepted()).isZero();
        assertThat(session.info()).isEmpty();
        assertThat(session.lease().isHeld()).isFalse();
        assertThat(session.awaitConnected(Duration.ZERO)).isFalse();
    }

    @Test
    void tellsEveryTransitionFromTheStart() throws Exception {
        ResilientSession session = rig.connect();

        eventually(() -> assertThat(rig.heard().states()).containsExactly(CONNECTING, RESTORING, CONNECTED));
        assertThat(rig.heard().causes()).containsExactly(Cause.STARTED, Cause.SESSION_CREATED, Cause.RESTORED);
        rig.heard().assertUnbroken();
        assertThat(session.info()).hasValueSatisfying(info -> {
            assertThat(info.generation()).isEqualTo(1);
            assertThat(info.requestedTimeout()).isEqualTo(SessionRig.SESSION_TIMEOUT);
            assertThat(info.negotiatedTimeout()).isEqualTo(SessionRig.SESSION_TIMEOUT);
            assertThat(rig.server().isSessionAlive(info.sessionId())).isTrue();
        });
        assertThat(session.lease().isHeld())
                .as("connected means that the lease is held")
                .isTrue();
    }

    @Test
    void startsOnce_howeverOftenItIsTold() throws Exception {
        ResilientSession session = rig.connect();

        assertThat(session.start().start()).isSameAs(session);

        assertThat(session.awaitConnected(SessionRig.PATIENCE)).isTrue();
        assertThat(rig.heard().to(CONNECTING)).hasSize(1);
        assertThat(rig.proxy().openConnections()).isEqualTo(1);
    }

    @Test
    void doesNotWaitForTheNetwork_whenStarted_andConnectsOnceThereIsAServer() throws Exception {
        rig.stopServer();
        ResilientSession session = rig.start(builder -> builder);

        awaitState(session, CONNECTING);
        assertThat(session.awaitConnected(Duration.ofMillis(50))).isFalse();
        CompletableFuture<Boolean> waiting = CompletableFuture.supplyAsync(() -> connected(session));
        rig.restartServer();

        assertThat(waiting).succeedsWithin(SessionRig.PATIENCE).isEqualTo(true);
    }

    @Test
    void endsTheWait_whenTheSessionIsClosed() {
        rig.stopServer();
        ResilientSession session = rig.start(builder -> builder);
        CompletableFuture<Boolean> waiting = CompletableFuture.supplyAsync(() -> connected(session));

        session.close();

        assertThat(waiting).succeedsWithin(SessionRig.PATIENCE).isEqualTo(false);
        assertThat(session.state()).isEqualTo(CLOSED);
        assertThat(connected(session)).isFalse();
    }

    @Test
    void mayBeAwaitedInACallback() throws Exception {
        var answer = new CompletableFuture<Boolean>();
        var session = new ResilientSession[1];
        session[0] = rig.build(builder -> builder.listener(transition -> {
            if (transition.to() == CONNECTING) {
                answer.complete(connected(session[0]));
            }
        }));

        session[0].start();

        assertThat(answer).succeedsWithin(SessionRig.PATIENCE).isEqualTo(true);
    }

    @Test
    void saysWhatToDo_whenTheChrootIsMissing_andConnectsOnceItIsThere() throws Exception {
        ResilientSession session =
                rig.start(builder -> builder.connectString(rig.proxy().connectString() + "/missing"));

        assertThatThrownBy(() -> session.awaitConnected(SessionRig.PATIENCE))
                .isInstanceOf(SessionUnavailableException.class)
                .hasMessageStartingWith("session 'tested': ")
                .hasMessageContaining("the chroot '/missing' does not exist")
                .hasMessageContaining("namespace(\"/missing\")");
        assertThat(session.state()).isEqualTo(FAILED);
        rig.observer().create("/missing", new byte[0]);
        awaitState(session, CONNECTED);

        session.curator().create().forPath("/inside");
        assertThat(rig.observer().exists("/missing/inside")).isTrue();
        assertThat(session.awaitConnected(Duration.ZERO)).isTrue();
    }

    @Test
    void tellsAListenerNothingMore_onceItIsTakenBack() throws Exception {
        var removed = new Transitions();
        ResilientSession session = rig.build(builder -> builder);
        Registration registration = session.addListener(removed);
        Registration again = session.addListener(removed);
        again.close();
        session.start();
        eventually(() -> assertThat(removed.states()).containsExactly(CONNECTING, RESTORING, CONNECTED));

        registration.close();
        session.close();

        eventually(() -> assertThat(rig.heard().states()).endsWith(CLOSED));
        assertThat(removed.states()).doesNotContain(CLOSED);
    }

    private static boolean connected(ResilientSession session) {
        try {
            return session.awaitConnected(SessionRig.PATIENCE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CompletionException(e);
        }
    }
}
