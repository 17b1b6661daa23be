package io.perennial.watch;

import static io.perennial.watch.Site.awaitArmed;
import static io.perennial.watch.Site.bytes;
import static io.perennial.watch.Site.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.SessionState;
import io.perennial.test.NoLeaks;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Servers that know less than they did. */
@ExtendWith(NoLeaks.class)
class WatchHistoryIT {
    @AutoClose
    private final Site site = new Site();

    @Test
    @Tag("S-10")
    void believesTheServer_whenItsDataWasWiped() {
        for (int i = 0; i < 20; i++) {
            site.client.create("/before-" + i, bytes(""));
        }
        site.client.create("/a", bytes("old"));
        site.client.create("/a/old", bytes(""));
        site.start();
        Recorder<NodeChange> node = new Recorder<>();
        Recorder<ChildrenChange> children = new Recorder<>();
        Recorder<TreeChange> tree = new Recorder<>();
        Watch[] watches = {
            site.watches().node("/a", node),
            site.watches().children("/a", children),
            site.watches().tree("/a", tree)
        };
        awaitArmed(watches);
        eventually().untilAsserted(() -> {
            assertThat(node.count()).isPositive();
            assertThat(children.count()).isPositive();
            assertThat(tree.count()).isEqualTo(2);
        });
        long czxid = node.last().stat().getCzxid();

        site.client.close();
        site.proxy.refuse();
        site.proxy.cut();
        site.server.wipe();
        site.client.create("/a", bytes("new"));
        site.client.create("/a/new", bytes(""));
        site.proxy.accept();

        eventually().untilAsserted(() -> {
            assertThat(site.session.state()).isEqualTo(SessionState.CONNECTED);
            assertThat(node.last().data()).isEqualTo(bytes("new"));
            assertThat(node.last().stat().getCzxid()).isLessThan(czxid);
            assertThat(children.last().children()).containsExactly("new");
            assertThat(tree.heard())
                    .extracting(change -> change.kind() + " " + change.path())
                    .contains("DELETED /a/old", "DELETED /a", "CREATED /a/new");
        });
        awaitArmed(watches);
    }
}
