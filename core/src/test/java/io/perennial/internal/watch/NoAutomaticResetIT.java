package io.perennial.internal.watch;

import static io.perennial.internal.watch.Arming.awaitArmed;
import static io.perennial.testing.Data.bytes;
import static io.perennial.testing.Sessions.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.ResilientSession;
import io.perennial.test.NoLeaks;
import io.perennial.testing.SessionRig;
import io.perennial.watch.NodeChange;
import io.perennial.watch.TreeChange;
import org.apache.zookeeper.client.ZKClientConfig;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A client that is told not to arm its watches again by itself. */
@ExtendWith(NoLeaks.class)
class NoAutomaticResetIT {
    @AutoClose
    private final SessionRig rig = new SessionRig();

    private final ResilientSession session = rig.connect(builder -> builder.clientConfig(withoutReset()));

    @Test
    @Tag("S-29")
    void armsEverythingAgain_whenReconnected() {
        rig.observer().create("/a", bytes("1"));
        Recorder<NodeChange> node = new Recorder<>();
        Recorder<TreeChange> tree = new Recorder<>();
        awaitArmed(session.watches().node("/a", node), session.watches().tree("/a", tree));

        rig.reconnect(session, () -> rig.observer().setData("/a", bytes("2")));
        eventually(() -> {
            assertThat(node.last().data()).isEqualTo(bytes("2"));
            assertThat(node.last().whileAway()).isTrue();
            assertThat(tree.last().whileAway()).isTrue();
        });
        rig.observer().setData("/a", bytes("3"));

        eventually(() -> {
            assertThat(node.last().data()).isEqualTo(bytes("3"));
            assertThat(tree.last().stat().getMzxid())
                    .isEqualTo(node.last().stat().getMzxid());
        });
        assertThat(node.count()).isEqualTo(3);
        assertThat(tree.count()).isEqualTo(3);
    }

    private static ZKClientConfig withoutReset() {
        ZKClientConfig config = new ZKClientConfig();
        config.setProperty(ZKClientConfig.DISABLE_AUTO_WATCH_RESET, "true");
        return config;
    }
}
