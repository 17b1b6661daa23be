package io.perennial.internal.session;

import static io.perennial.SessionState.CONNECTED;
import static io.perennial.SessionState.FAILED;
import static io.perennial.SessionState.LOST;
import static io.perennial.testing.Sessions.awaitState;
import static io.perennial.testing.Sessions.eventually;
import static io.perennial.testing.Sessions.generationOf;
import static io.perennial.testing.Sessions.handleOf;
import static io.perennial.testing.Sessions.idOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.ResilientSession;
import io.perennial.SessionTransition.Cause;
import io.perennial.test.NoLeaks;
import io.perennial.testing.CapturedLog;
import io.perennial.testing.SessionRig;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.data.Id;
import org.apache.zookeeper.data.Stat;
import org.apache.zookeeper.server.ServerCnxn;
import org.apache.zookeeper.server.auth.AuthenticationProvider;
import org.apache.zookeeper.server.auth.ProviderRegistry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The server refuses the credentials, and later accepts them (KAFKA-7987). */
@ExtendWith(NoLeaks.class)
@Tag("S-11")
class AuthenticationIT {
    private static final String PROPERTY = ProviderRegistry.AUTHPROVIDER_PROPERTY_PREFIX + "moody";
    private static final String SECRET = "not-to-be-logged";

    @AutoClose
    private final SessionRig rig = new SessionRig();

    @BeforeEach
    void registerProvider() {
        Moody.accepts.set(false);
        Moody.attempts.set(0);
        System.setProperty(PROPERTY, Moody.class.getName());
        ProviderRegistry.reset();
        ProviderRegistry.initialize();
    }

    @AfterEach
    void forgetProvider() {
        System.clearProperty(PROPERTY);
        ProviderRegistry.reset();
        ProviderRegistry.initialize();
    }

    @Test
    void failsWithTheReason_triesSlowly_andRecoversByItself() throws Exception {
        try (var written = CapturedLog.ofSessions()) {
            ResilientSession session = rig.start(b -> withCredentials(b).sessionTimeout(Duration.ofSeconds(40)));

            awaitState(session, FAILED);
            assertThat(session.awaitConnected(Duration.ZERO)).isFalse();
            assertThat(session.report().problems()).singleElement().asString().contains("refuses the credentials");
            eventually(() -> assertThat(rig.heard().to(FAILED)).singleElement().satisfies(t -> {
                assertThat(t.cause()).isEqualTo(Cause.AUTH_FAILED);
                assertThat(t.detail()).contains("refuses the credentials");
            }));
            eventually(() -> assertThat(session.report().inState()).isGreaterThan(Duration.ofMillis(1_500)));
            // With bounds of 1, 2, 4, 8, 16, 30, 30 ... s the chance of so many in so short a time is nil.
            assertThat(Moody.attempts).hasValueBetween(1, 10);

            Moody.accepts.set(true);
            awaitState(session, CONNECTED);

            assertThat(generationOf(session)).isEqualTo(1);
            assertThat(session.report().problems()).isEmpty();
            assertThat(written.lines())
                    .filteredOn(line -> line.startsWith("WARN"))
                    .hasSizeBetween(1, 3);
            assertThat(String.join("\n", written.lines())).doesNotContain(SECRET);
        }
    }

    @Test
    @DisplayName("Credentials are withdrawn, and given back within the session timeout")
    void keepsTheSession_whenCredentialsAreRefusedForAWhile() throws Exception {
        Moody.accepts.set(true);
        ResilientSession session = rig.connect(b -> withCredentials(b).sessionTimeout(Duration.ofSeconds(40)));
        long id = idOf(session);
        Stat before = rig.registerEphemeral(session, "/mine");

        Moody.accepts.set(false);
        rig.proxy().cut();
        awaitState(session, FAILED);
        Moody.accepts.set(true);
        awaitState(session, CONNECTED);

        assertThat(idOf(session)).isEqualTo(id);
        assertThat(generationOf(session)).isEqualTo(1);
        assertThat(rig.observer().stat("/mine")).contains(before);
        eventually(() ->
                assertThat(rig.heard().causes()).endsWith(Cause.AUTH_FAILED, Cause.SESSION_RESUMED, Cause.RESTORED));
    }

    @Test
    @DisplayName("Credentials are withdrawn for longer than the session lives")
    void tellsTheLoss_andThatTheLeaseIsNotHeld_whenCredentialsAreRefusedForLong() throws Exception {
        Moody.accepts.set(true);
        ResilientSession session = rig.connect(b -> withCredentials(b).sessionTimeout(Duration.ofSeconds(4)));
        long id = idOf(session);

        Moody.accepts.set(false);
        rig.proxy().cut();
        awaitState(session, FAILED);
        eventually(() -> {
            assertThat(session.lease().isHeld()).isFalse();
            assertThat(session.info()).as("the session in hand").isEmpty();
        });
        if (rig.server().isSessionAlive(id)) {
            rig.server().expireSession(id); // each refused attempt has kept it alive a little longer
        }
        int attempts = Moody.attempts.get();
        eventually(() -> assertThat(Moody.attempts).hasValueGreaterThan(attempts)); // in a new session, refused as well
        awaitState(session, FAILED);
        assertThat(rig.heard().all())
                .as("the loss of what stood is told, once, and then the failure again")
                .filteredOn(transition -> transition.from() == FAILED && transition.to() == LOST)
                .hasSize(1);
        Moody.accepts.set(true);
        awaitState(session, CONNECTED);

        session.curator().checkExists().forPath("/");
        assertThat(handleOf(session).getState().isConnected()).isTrue();
        assertThat(session.lease().isHeld()).isTrue();
        rig.heard().assertUnbroken();
        assertThat(rig.heard().to(FAILED)).as("before the loss and after it").hasSize(2);
    }

    private static ResilientSession.Builder withCredentials(ResilientSession.Builder builder) {
        return builder.authorization("moody", SECRET.getBytes(StandardCharsets.UTF_8));
    }

    /** Runs in the server; made by its registry. */
    public static final class Moody implements AuthenticationProvider {
        private static final AtomicBoolean accepts = new AtomicBoolean();
        private static final AtomicInteger attempts = new AtomicInteger();

        public Moody() {}

        @Override
        public String getScheme() {
            return "moody";
        }

        @Override
        public Code handleAuthentication(ServerCnxn connection, byte[] auth) {
            attempts.incrementAndGet();
            if (!accepts.get()) {
                return Code.AUTHFAILED;
            }
            connection.addAuthInfo(new Id(getScheme(), "somebody"));
            return Code.OK;
        }

        @Override
        public boolean matches(String id, String aclExpression) {
            return id.equals(aclExpression);
        }

        @Override
        public boolean isAuthenticated() {
            return true;
        }

        @Override
        public boolean isValid(String id) {
            return true;
        }
    }
}
