package io.perennial.internal.watch;

import static io.perennial.testing.Data.bytes;
import static io.perennial.testing.Sessions.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.ResilientSession;
import io.perennial.test.NoLeaks;
import io.perennial.testing.SessionRig;
import io.perennial.watch.ChildrenChange;
import io.perennial.watch.NodeChange;
import io.perennial.watch.Watch;
import java.util.ArrayList;
import java.util.List;
import org.apache.zookeeper.ZooDefs.OpCode;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** As many watches as are armed together, with and without a chroot, while others change what is watched. */
@ExtendWith(NoLeaks.class)
@Tag("S-13")
class BulkRearmingIT {
    private static final int COUNT = 200;

    @AutoClose
    private final SessionRig rig = new SessionRig();

    private final Recorder<NodeChange> changes = new Recorder<>();
    private final Recorder<ChildrenChange> children = new Recorder<>();

    @ParameterizedTest
    @CsvSource({"'', true", "'', false", "/app, true", "/app, false"})
    void tellsWhatWasMissed_once_andAsksForNothingElse(String chroot, boolean expires) throws Exception {
        if (!chroot.isEmpty()) {
            rig.observer().create(chroot, new byte[0]);
        }
        for (int i = 0; i < COUNT; i++) {
            rig.observer().create(chroot + "/n" + i, new byte[0]);
        }
        ResilientSession session =
                rig.build(options -> options.connectString(rig.proxy().connectString() + chroot));
        List<Watch> watches = new ArrayList<>();
        for (int i = 0; i < COUNT; i++) {
            watches.add(session.watches().node("/n" + i, changes));
            watches.add(session.watches().node("/absent" + i, changes));
            watches.add(session.watches().children("/n" + i, children));
        }
        rig.connect(session);
        eventually(() -> assertThat(changes.count()).isEqualTo(2 * COUNT));
        eventually(() -> assertThat(children.count()).isEqualTo(COUNT));
        changes.forget();
        children.forget();
        rig.proxy().resetCounters();

        Runnable meanwhile = () -> {
            rig.observer().setData(chroot + "/n7", bytes("while away"));
            rig.observer().create(chroot + "/absent3", new byte[0]);
            rig.observer().create(chroot + "/n8/child", new byte[0]);
        };
        if (expires) {
            rig.expire(session, meanwhile);
        } else {
            rig.resume(session, meanwhile);
        }

        eventually(() -> assertThat(watches).allMatch(Watch::isArmed));
        assertThat(rig.proxy().requests(OpCode.setWatches)).isPositive();
        assertThat(rig.proxy().requests(OpCode.getData) + rig.proxy().requests(OpCode.getChildren2))
                .isLessThan(COUNT / 2);
        rig.observer().setData(chroot + "/n9", bytes("afterwards"));
        eventually(() -> assertThat(changes.heard())
                .extracting(NodeChange::path)
                .containsExactlyInAnyOrder("/n7", "/absent3", "/n9"));
        eventually(() ->
                assertThat(children.heard()).extracting(ChildrenChange::path).containsExactly("/n8"));
        assertThat(session.report().problems()).isEmpty();
    }
}
