package io.perennial.internal.session;

import static io.perennial.testing.Sessions.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.perennial.ResilientSession;
import io.perennial.SessionState;
import io.perennial.operation.Effect;
import io.perennial.operation.OperationFailedException;
import io.perennial.test.EmbeddedServer;
import io.perennial.test.NoLeaks;
import io.perennial.testing.SessionRig;
import io.perennial.testing.Transitions;
import java.time.Duration;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.data.Stat;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Bad input to a live session, and extreme input to a server: the session goes on unharmed. */
@ExtendWith(NoLeaks.class)
class BadInputIT {
    @AutoClose
    private final SessionRig rig = new SessionRig();

    private final EmbeddedServer server = rig.server();
    private final Transitions heard = rig.heard();

    private ResilientSession.Builder builder() {
        return ResilientSession.builder().connectString(server.connectString()).listener(heard);
    }

    private void assertWorks(ResilientSession session) {
        Stat root = session.operations().call(Effect.READ, c -> c.checkExists().forPath("/"));
        assertThat(root).isNotNull();
        assertThat(session.state()).isEqualTo(SessionState.CONNECTED);
        assertThat(session.lease().isHeld()).isTrue();
        eventually(() -> assertThat(heard.states())
                .containsExactly(SessionState.CONNECTING, SessionState.RESTORING, SessionState.CONNECTED));
    }

    @Test
    void goesOn_whenCalledBadly() throws Exception {
        ResilientSession session = rig.connect(builder().sessionTimeout(Duration.ofSeconds(10)));

        assertThatThrownBy(() -> session.awaitConnected(Duration.ofDays(-1)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> session.operations().within(Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() ->
                        session.operations().call(Effect.READ, c -> c.getData().forPath("relative")))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() ->
                        session.operations().call(Effect.READ, c -> c.getData().forPath("/missing")))
                .isInstanceOfSatisfying(OperationFailedException.class, e -> assertThat(e.code())
                        .isEqualTo(Code.NONODE));
        assertThatThrownBy(() -> session.operations().call(Effect.ONCE, c -> {
                    throw new UnsupportedOperationException("a caller's bug");
                }))
                .isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> session.ephemerals().register("relative", new byte[0]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'relative'")
                .hasMessageContaining("/relative");
        assertThatThrownBy(() -> session.watches().node("", change -> {})).isInstanceOf(IllegalArgumentException.class);

        assertWorks(session);
    }

    @Test
    @Tag("C12")
    void works_withTheLongestTimeouts() throws Exception {
        Duration longest = Duration.ofMillis(Integer.MAX_VALUE);
        ResilientSession session = rig.connect(builder()
                .sessionTimeout(Duration.ofMillis(536_870_911)) // C12
                .connectTimeout(longest)
                .operationTimeout(longest));

        assertThat(session.info().orElseThrow().negotiatedTimeout()).isEqualTo(Duration.ofSeconds(60));
        assertThat(session.awaitConnected(Duration.ofSeconds(Long.MAX_VALUE))).isTrue();
        String answer = session.operations()
                .within(Duration.ofSeconds(Long.MAX_VALUE))
                .call(Effect.READ, c -> c.checkExists().forPath("/").toString());
        assertThat(answer).isNotEmpty();
        assertWorks(session);
    }

    @Test
    void works_withAShortSessionTimeout() throws Exception {
        server.reconfigure(Duration.ofMillis(500), Duration.ofSeconds(60));
        ResilientSession session = rig.connect(builder().sessionTimeout(Duration.ofMillis(100)));

        // A slow machine may take such a session away at any moment.
        eventually(() -> {
            assertThat(session.info().orElseThrow().negotiatedTimeout()).isEqualTo(Duration.ofMillis(500));
            Stat root =
                    session.operations().call(Effect.READ, c -> c.checkExists().forPath("/"));
            assertThat(root).isNotNull();
            assertThat(session.state()).isEqualTo(SessionState.CONNECTED);
            assertThat(session.lease().isHeld()).isTrue();
        });
        assertThat(heard.states())
                .startsWith(SessionState.CONNECTING, SessionState.RESTORING)
                .doesNotContain(SessionState.FAILED);
    }
}
