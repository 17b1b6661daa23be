package io.perennial.internal.session;

import static io.perennial.SessionState.CONNECTED;
import static io.perennial.SessionState.LOST;
import static io.perennial.testing.Sessions.awaitGeneration;
import static io.perennial.testing.Sessions.eventually;
import static io.perennial.testing.Sessions.generationOf;
import static io.perennial.testing.Sessions.handleOf;
import static io.perennial.testing.Sessions.idOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.ResilientSession;
import io.perennial.SessionListener;
import io.perennial.SessionTransition;
import io.perennial.test.NoLeaks;
import io.perennial.testing.Blocking;
import io.perennial.testing.SessionRig;
import io.perennial.testing.Transitions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(NoLeaks.class)
class SlowListenerIT {
    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    @AutoClose
    private final SessionRig rig = new SessionRig();

    private final CountDownLatch release = new CountDownLatch(1);
    private final CountDownLatch blocked = new CountDownLatch(1);

    @AfterEach
    void releaseListener() {
        release.countDown();
    }

    @Test
    @Tag("S-12")
    @DisplayName("Nothing is dropped or reordered, however slow a listener is; Curator drops the oldest of 25")
    void tellsEveryTransitionInOrder_whenTheListenerIsSlow() throws Exception {
        var slow = new Transitions();
        ResilientSession session = rig.connect(builder -> builder.sessionTimeout(Duration.ofSeconds(10))
                .listener(blocking())
                .listener(slow));
        while (session.report().recentTransitions().size() < 30) {
            int before = session.report().recentTransitions().size();
            handleOf(session).getTestable().injectSessionExpiration();
            eventually(() -> {
                assertThat(session.report().recentTransitions()).hasSizeGreaterThan(before);
                assertThat(session.state()).isEqualTo(CONNECTED);
            });
        }
        assertThat(slow.all()).as("told while another listener blocks").isEmpty();
        List<SessionTransition> journal = session.report().recentTransitions();
        assertThat(journal).hasSizeBetween(30, 32);

        release.countDown();

        eventually(() -> assertThat(slow.all()).hasSameSizeAs(journal));
        assertThat(slow.all()).isEqualTo(journal);
        slow.assertUnbroken();
    }

    @Test
    @Tag("S-36")
    void keepsLeaseStateAndRecovery_whenAListenerBlocks() throws Exception {
        var heardByOther = new Transitions();
        ResilientSession session =
                rig.connect(builder -> builder.sessionTimeout(TIMEOUT).listener(blocking()));
        ResilientSession other = rig.connect(builder -> builder.name("other").listener(heardByOther));
        assertThat(blocked.await(30, TimeUnit.SECONDS)).isTrue();

        eventually(() -> {
            assertThat(session.lease().isHeld()).as("held all the time").isTrue();
            assertThat(session.report().inState()).as("for more than a timeout").isGreaterThan(TIMEOUT);
        });
        rig.server().expireSession(idOf(session));
        awaitGeneration(session, 2);
        rig.server().expireSession(idOf(other));
        awaitGeneration(other, 2);

        assertThat(session.lease().isHeld()).isTrue();
        assertThat(session.curator().checkExists().forPath("/")).isNotNull();
        eventually(() -> assertThat(heardByOther.states()).contains(LOST).endsWith(CONNECTED));
    }

    @Test
    @Tag("S-36")
    @DisplayName("A Curator listener that blocks holds up Curator's own news, and nothing of ours")
    void keepsLeaseStateAndRecovery_whenACuratorListenerBlocks() throws Exception {
        ResilientSession session = rig.build(builder -> builder.sessionTimeout(TIMEOUT));
        session.curator().getConnectionStateListenable().addListener((client, state) -> block());
        session.curator().getCuratorListenable().addListener((client, event) -> block());
        session.start();
        assertThat(session.awaitConnected(SessionRig.PATIENCE)).isTrue();
        assertThat(blocked.await(30, TimeUnit.SECONDS)).isTrue();

        rig.proxy().cut();
        eventually(() -> assertThat(rig.heard().to(CONNECTED)).hasSize(2));
        rig.server().expireSession(idOf(session));
        awaitGeneration(session, 2);
        eventually(() -> {
            assertThat(session.lease().isHeld()).as("held all the time").isTrue();
            assertThat(session.report().inState()).as("for more than a timeout").isGreaterThan(TIMEOUT);
        });

        assertThat(generationOf(session)).isEqualTo(2);
        release.countDown();
        eventually(
                () -> assertThat(session.curator().checkExists().forPath("/")).isNotNull());
    }

    private SessionListener blocking() {
        return transition -> block();
    }

    private void block() {
        blocked.countDown();
        Blocking.until(release);
    }
}
