package io.perennial.session;

import static io.perennial.SessionState.CONNECTED;
import static io.perennial.session.SessionRig.awaitState;
import static io.perennial.session.SessionRig.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.ResilientSession;
import io.perennial.SessionState;
import io.perennial.testing.NoLeaks;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.curator.framework.state.ConnectionState;
import org.apache.zookeeper.ZooDefs.OpCode;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What Curator's connection state listeners hear, and so its recipes. */
@ExtendWith(NoLeaks.class)
class CuratorStatesIT {
    private static final Duration TIMEOUT = Duration.ofSeconds(1);

    @AutoClose
    private final SessionRig rig = new SessionRig();

    private final List<ConnectionState> curatorHeard = new CopyOnWriteArrayList<>();

    private ResilientSession build() {
        ResilientSession session = rig.build(b -> b.sessionTimeout(TIMEOUT));
        session.curator().getConnectionStateListenable().addListener((client, state) -> curatorHeard.add(state));
        return session;
    }

    @Test
    @Tag("C18")
    @DisplayName(
            "Lost before the first answer: the client, whose attempts connect and are cut, never gives up by itself")
    void tellsCuratorOfTheLoss_whenTheConnectionBreaksBeforeTheFirstAnswer() {
        ResilientSession session = build();
        rig.proxy().loseRequest(op -> op == OpCode.sync).thenRun(rig.server()::stop);

        session.start();

        eventually(() -> assertThat(curatorHeard)
                .containsExactly(ConnectionState.CONNECTED, ConnectionState.SUSPENDED, ConnectionState.LOST));
        assertThat(session.state()).isEqualTo(SessionState.CONNECTING);
        assertThat(rig.heard().states()).containsExactly(SessionState.CONNECTING);

        rig.server().restart();
        awaitState(session, CONNECTED);
        eventually(() -> assertThat(curatorHeard).endsWith(ConnectionState.LOST, ConnectionState.RECONNECTED));
        assertThat(SessionRig.generationOf(session))
                .as("the first one, taken over")
                .isEqualTo(1);
    }
}
