package io.perennial.internal.session;

import static io.perennial.testing.Sessions.awaitState;
import static io.perennial.testing.Sessions.eventually;
import static io.perennial.testing.Sessions.handleOf;
import static io.perennial.testing.Sessions.idOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.ResilientSession;
import io.perennial.SessionState;
import io.perennial.SessionTransition;
import io.perennial.internal.connect.PromptClient;
import io.perennial.test.NoLeaks;
import io.perennial.testing.SessionRig;
import java.util.List;
import java.util.stream.Stream;
import org.apache.zookeeper.client.ZKClientConfig;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A session whose client makes no pauses of its own comes back; how soon is for ReconnectBenchmark to say. */
@ExtendWith(NoLeaks.class)
@Tag("S-01")
class PromptReconnectIT {
    private static final int TIMES = 5;

    private static final String PAUSES = "ZooKeeper's client pauses before it connects again: ";

    @AutoClose
    private final SessionRig rig = new SessionRig();

    @AfterEach
    void forgetTheProperty() {
        System.clearProperty(PromptClient.PROPERTY);
    }

    @Test
    @Tag("C3")
    void comesBackEachTime_itsConnectionIsCut_byOneConnection() throws Exception {
        ResilientSession session = rig.connect();
        assertThat(handleOf(session).getClientConfig().getProperty(ZKClientConfig.ZOOKEEPER_CLIENT_CNXN_SOCKET))
                .startsWith("org.apache.zookeeper.PromptClientSocket");
        long id = idOf(session);
        int before = rig.proxy().connectionsAccepted();

        cut(session);

        assertThat(idOf(session)).isEqualTo(id);
        assertThat(rig.proxy().connectionsAccepted() - before).isEqualTo(TIMES);
        assertThat(losses(session)).hasSizeGreaterThanOrEqualTo(TIMES).noneMatch(detail -> detail.contains(PAUSES));
    }

    @Test
    void comesBackEachTime_itsServerIsRestarted() {
        ResilientSession session =
                rig.connect(builder -> builder.connectString(rig.server().connectString()));
        long id = idOf(session);

        for (int i = 1; i <= TIMES; i++) {
            rig.server().stop();
            awaitState(session, SessionState.SUSPENDED);
            rig.server().restart();
            awaitState(session, SessionState.CONNECTED);
        }

        assertThat(idOf(session)).isEqualTo(id);
        assertThat(session.report().problems()).isEmpty();
    }

    @Test
    void comesBackAsEver_whenTheClientIsLeftAsItIs_andSaysSo() throws Exception {
        System.setProperty(PromptClient.PROPERTY, "false");
        ResilientSession session = rig.connect();
        assertThat(handleOf(session).getClientConfig().getProperty(ZKClientConfig.ZOOKEEPER_CLIENT_CNXN_SOCKET))
                .isNull();

        cut(session);

        assertThat(losses(session))
                .allMatch(detail -> detail.contains(PAUSES) && detail.endsWith(PromptClient.PROPERTY + " is false"));
    }

    private void cut(ResilientSession session) {
        for (int i = 1; i <= TIMES; i++) {
            int times = i;
            rig.proxy().cut();
            eventually(() -> assertThat(losses(session)).hasSizeGreaterThanOrEqualTo(times));
            awaitState(session, SessionState.CONNECTED);
        }
    }

    private static List<String> losses(ResilientSession session) {
        Stream<SessionTransition> transitions = session.report().recentTransitions().stream();
        return transitions
                .filter(transition -> transition.to() == SessionState.SUSPENDED)
                .map(SessionTransition::detail)
                .toList();
    }
}
