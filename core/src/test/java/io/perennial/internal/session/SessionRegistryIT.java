package io.perennial.internal.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.perennial.ResilientSession;
import io.perennial.SessionOwner;
import io.perennial.SessionRegistry;
import io.perennial.SessionState;
import io.perennial.test.FaultProxy;
import io.perennial.test.NoLeaks;
import io.perennial.testing.SessionRig;
import java.net.URL;
import java.net.URLClassLoader;
import java.time.Duration;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** All sessions of a loader or of an owner are closed at once. */
@ExtendWith(NoLeaks.class)
@Tag("S-50")
class SessionRegistryIT {
    private static final Duration PROMISED = Duration.ofSeconds(5);

    @AutoClose
    private final SessionRig rig = new SessionRig();

    private final FaultProxy proxy = rig.proxy();

    private ResilientSession.Builder builder() {
        return rig.builder().name("owned").sessionTimeout(Duration.ofSeconds(8)).closeTimeout(Duration.ofSeconds(5));
    }

    @Test
    void closesTheSessionsOfALoader_andNoOthers() throws Exception {
        try (var parent = new URLClassLoader(new URL[0], getClass().getClassLoader());
                var child = new URLClassLoader(new URL[0], parent);
                var stranger = new URLClassLoader(new URL[0], getClass().getClassLoader())) {
            ResilientSession ofParent = rig.connectUnder(parent, builder().name("of-parent"));
            ResilientSession ofChild = rig.connectUnder(child, builder().name("of-child"));
            ResilientSession others = rig.connectUnder(stranger, builder().name("others"));
            assertThat(SessionRegistry.sessions()).contains(ofParent, ofChild, others);

            int closed = SessionRegistry.closeAll(parent, Duration.ofSeconds(30));

            assertThat(closed).isEqualTo(2);
            assertThat(ofParent.state()).isEqualTo(SessionState.CLOSED);
            assertThat(ofChild.state()).isEqualTo(SessionState.CLOSED);
            assertThat(others.state()).isEqualTo(SessionState.CONNECTED);
            assertThat(SessionRegistry.sessions()).contains(others).doesNotContain(ofParent, ofChild);
            assertThat(SessionRegistry.closeAll(parent, Duration.ofSeconds(30))).isZero();
        }
    }

    @Test
    void closesTheSessionsOfAnOwner_andNoOthers() throws Exception {
        ClassLoader loader = getClass().getClassLoader();
        SessionOwner owner = SessionOwner.ofClassLoader(loader);
        ResilientSession owned =
                rig.connectUnder(loader, builder().name("owned").owner(owner));
        ResilientSession others =
                rig.connectUnder(loader, builder().name("others").owner(SessionOwner.ofClassLoader(loader)));

        assertThat(SessionRegistry.closeAll(owner, Duration.ofSeconds(30))).isEqualTo(1);

        assertThat(owned.state()).isEqualTo(SessionState.CLOSED);
        assertThat(others.state()).isEqualTo(SessionState.CONNECTED);
        assertThat(SessionRegistry.closeAll(owner, Duration.ofSeconds(30))).isZero();
    }

    @Test
    void returnsInTime_whenNoServerAnswers() throws Exception {
        try (var loader = new URLClassLoader(new URL[0], getClass().getClassLoader())) {
            ResilientSession session = rig.connectUnder(loader, builder().closeTimeout(PROMISED));
            proxy.freeze();

            long begun = System.nanoTime();
            int closed = SessionRegistry.closeAll(loader, Duration.ofMillis(200));

            assertThat(closed).isEqualTo(1);
            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(PROMISED);
            rig.assertGone(session);
        }
    }

    @Test
    void refusesBadArguments() {
        ClassLoader loader = getClass().getClassLoader();

        assertThatThrownBy(() -> SessionRegistry.closeAll((ClassLoader) null, PROMISED))
                .hasMessageContaining("owner");
        assertThatThrownBy(() -> SessionRegistry.closeAll((SessionOwner) null, PROMISED))
                .hasMessageContaining("owner");
        assertThatThrownBy(() -> SessionRegistry.closeAll(loader, null)).hasMessageContaining("timeout");
        assertThatThrownBy(() -> SessionRegistry.closeAll(loader, Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("timeout is PT0S")
                .hasMessageContaining("positive");
    }
}
