package io.perennial.internal.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.perennial.ResilientSession;
import io.perennial.SessionRegistry;
import io.perennial.SessionState;
import io.perennial.test.NoLeaks;
import io.perennial.testing.SessionRig;
import io.perennial.testing.Transitions;
import java.time.Duration;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.apache.curator.framework.imps.CuratorFrameworkState;
import org.apache.curator.framework.recipes.leader.LeaderLatch;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Closing a session, and its Curator framework. */
@ExtendWith(NoLeaks.class)
@Tag("S-45")
class CloseThroughCuratorIT {
    @AutoClose
    private final SessionRig rig = new SessionRig();

    private final Transitions heard = rig.heard();

    private ResilientSession.Builder builder() {
        return ResilientSession.builder()
                .name("closing")
                .connectString(rig.server().connectString())
                .sessionTimeout(Duration.ofSeconds(10))
                .listener(heard);
    }

    @Test
    void startsAndEndsTheSession() throws Exception {
        ResilientSession session = rig.open(builder().build());

        session.curator().start();

        assertThat(session.awaitConnected(Duration.ofSeconds(30))).isTrue();
        assertThat(session.curator().checkExists().forPath("/")).isNotNull();

        session.curator().close();

        heard.await(SessionState.CLOSED);
        await().untilAsserted(() -> assertThat(NoLeaks.clientThreads()).isEmpty());
        assertThat(SessionRegistry.sessions()).doesNotContain(session);
    }

    @Test
    void isStarted_whenTheSessionIs() throws Exception {
        ResilientSession session = rig.connect(builder());

        assertThat(session.curator().getState()).isEqualTo(CuratorFrameworkState.STARTED);
        assertThat(session.start()).isSameAs(session);
        assertThatThrownBy(() -> session.curator().start()).isInstanceOf(IllegalStateException.class);
        assertThat(session.state()).isEqualTo(SessionState.CONNECTED);
    }

    @Test
    @Tag("K7")
    void tellsCuratorsListenersThatAllIsLost_beforeTheFrameworkCloses() throws Exception {
        var states = new CopyOnWriteArrayList<String>();
        ResilientSession session = rig.open(builder().build());
        session.curator()
                .getConnectionStateListenable()
                .addListener((curator, state) -> states.add(state + " " + curator.getState()));
        session.start();
        assertThat(session.awaitConnected(Duration.ofSeconds(30))).isTrue();
        var latch = new LeaderLatch(session.curator(), "/latch"); // which nobody closes
        latch.start();
        assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();

        session.close();

        assertThat(states).containsExactly("CONNECTED STARTED", "LOST STARTED");
        assertThat(latch.hasLeadership()).isFalse();
    }
}
