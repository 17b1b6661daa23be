package io.perennial.internal.session;

import static io.perennial.SessionState.CONNECTED;
import static io.perennial.SessionState.FAILED;
import static io.perennial.testing.Sessions.awaitState;
import static io.perennial.testing.Sessions.eventually;
import static io.perennial.testing.Sessions.generationOf;
import static io.perennial.testing.Sessions.idOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.ResilientSession;
import io.perennial.SessionTransition.Cause;
import io.perennial.test.NoLeaks;
import io.perennial.testing.SessionRig;
import io.perennial.testing.Sessions;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.zookeeper.server.AuthenticationHelper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The server hangs up on whoever has no credentials, and later does so no more (ZOOKEEPER-1634, ZOOKEEPER-3561). */
@ExtendWith(NoLeaks.class)
@Tag("C5")
@Tag("S-59")
@Tag("S-11")
class DemandedCredentialsIT {
    private static final Duration LONG_TIMEOUT = Duration.ofSeconds(40);
    /** What the application asks until a session is given goes out before what we ask then. */
    private static final Duration LONG_ENOUGH_TO_BE_FIRST = Duration.ofMillis(200);

    @AutoClose
    private final SessionRig rig = new SessionRig();

    @AfterEach
    void demandNothing() {
        System.clearProperty(AuthenticationHelper.ENFORCE_AUTH_ENABLED);
        System.clearProperty(AuthenticationHelper.ENFORCE_AUTH_SCHEMES);
    }

    private void restartServer(boolean demanding) {
        demandNothing();
        if (demanding) {
            System.setProperty(AuthenticationHelper.ENFORCE_AUTH_ENABLED, "true");
            System.setProperty(AuthenticationHelper.ENFORCE_AUTH_SCHEMES, "digest");
        }
        rig.server().restart();
    }

    @Test
    void failsWithTheReason_triesSlowly_andRecoversByItself() throws Exception {
        restartServer(true);

        ResilientSession session = rig.start(b -> b.sessionTimeout(LONG_TIMEOUT));

        awaitState(session, FAILED);
        assertThat(session.report().problems()).singleElement().asString().contains("requires some");
        eventually(() -> assertThat(rig.heard().to(FAILED)).singleElement().satisfies(t -> {
            assertThat(t.cause()).isEqualTo(Cause.AUTH_FAILED);
            assertThat(t.detail()).contains("authorization(...)");
        }));
        int before = rig.proxy().connectionsAccepted();
        eventually(() -> assertThat(session.report().inState()).isGreaterThan(Duration.ofMillis(1_500)));
        // With bounds of 1, 2, 4 ... s the chance of so many in so short a time is nil.
        assertThat(rig.proxy().connectionsAccepted() - before).isLessThan(10);

        restartServer(false);
        awaitState(session, CONNECTED);
        assertThat(session.report().problems()).isEmpty();
    }

    @Test
    void isServed_withTheCredentials() throws Exception {
        restartServer(true);

        ResilientSession session =
                rig.connect(b -> b.authorization("digest", "somebody:secret".getBytes(StandardCharsets.UTF_8)));

        assertThat(generationOf(session)).isEqualTo(1);
    }

    @Test
    @DisplayName("What the server answers is said of the client's own request for its watches, which nobody hears")
    void keepsTheSession_whenAServerDemandsThemForAWhile() throws Exception {
        ResilientSession session = rig.connect(LONG_TIMEOUT);
        long id = idOf(session);
        session.watches().node("/a", change -> {}).whenArmed().get(30, TimeUnit.SECONDS);

        restartServer(true);
        awaitState(session, FAILED);
        restartServer(false);
        awaitState(session, CONNECTED);

        assertThat(idOf(session)).isEqualTo(id);
        assertThat(generationOf(session)).isEqualTo(1);
        eventually(() ->
                assertThat(rig.heard().causes()).endsWith(Cause.AUTH_FAILED, Cause.SESSION_RESUMED, Cause.RESTORED));
        rig.heard().assertUnbroken();
    }

    @Test
    @DisplayName("An application at work sends the first request of each connection, and is told, not the library")
    void failsWithTheReason_whenTheAnswerIsSaidOfRequestsOfTheApplications() throws Exception {
        restartServer(true);
        var application = rig.open(new Application());
        ResilientSession session = rig.build(b -> b.sessionTimeout(LONG_TIMEOUT));
        rig.proxy().delayHandshakes(LONG_ENOUGH_TO_BE_FIRST);
        session.start();
        application.work(session);

        awaitState(session, FAILED);
        assertThat(session.report().problems()).singleElement().asString().contains("requires some");
        assertThat(application.asked).hasPositiveValue();
    }

    /** Asks for something all the time, connected or not; not so much that the answer is lost with what is not read. */
    private static final class Application implements AutoCloseable {
        private final AtomicInteger asked = new AtomicInteger();
        private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();

        void work(ResilientSession session) {
            thread.scheduleWithFixedDelay(() -> ask(session), 0, 25, TimeUnit.MILLISECONDS);
        }

        private void ask(ResilientSession session) {
            try {
                Sessions.handleOf(session).exists("/", false, (rc, path, ctx, stat) -> {}, null);
                asked.incrementAndGet();
            } catch (Exception e) {
                // Curator has none at this moment.
            }
        }

        @Override
        public void close() {
            thread.shutdownNow();
        }
    }
}
