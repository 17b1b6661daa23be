package io.perennial.watch;

import static io.perennial.watch.Site.awaitArmed;
import static io.perennial.watch.Site.bytes;
import static io.perennial.watch.Site.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.test.NoLeaks;
import org.apache.zookeeper.client.ZKClientConfig;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A client that is told not to arm its watches again by itself. */
@ExtendWith(NoLeaks.class)
class NoAutomaticResetIT {
    @AutoClose
    private final Site site = new Site(builder -> builder.clientConfig(withoutReset())).start();

    @Test
    @Tag("S-29")
    void armsEverythingAgain_whenReconnected() {
        site.client.create("/a", bytes("1"));
        Recorder<NodeChange> node = new Recorder<>();
        Recorder<TreeChange> tree = new Recorder<>();
        awaitArmed(site.watches().node("/a", node), site.watches().tree("/a", tree));

        site.reconnect(() -> site.client.setData("/a", bytes("2")));
        eventually().untilAsserted(() -> {
            assertThat(node.last().data()).isEqualTo(bytes("2"));
            assertThat(node.last().whileAway()).isTrue();
            assertThat(tree.last().whileAway()).isTrue();
        });
        site.client.setData("/a", bytes("3"));

        eventually().untilAsserted(() -> {
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
