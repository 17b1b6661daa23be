package io.perennial.internal.watch;

import static io.perennial.testing.Data.bytes;
import static io.perennial.testing.Sessions.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.ResilientSession;
import io.perennial.test.NoLeaks;
import io.perennial.testing.SessionRig;
import io.perennial.watch.NodeChange;
import io.perennial.watch.Watch;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.zookeeper.ZooDefs.OpCode;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** More watches than one packet may hold. */
@ExtendWith(NoLeaks.class)
@Tag("S-32")
class ManyWatchesIT {
    private static final int COUNT = 4_000;
    private static final String LONG_NAME = "long-".repeat(80);

    @AutoClose
    private final SessionRig rig = new SessionRig();

    private final ResilientSession session = rig.build();

    private final Recorder<NodeChange> changes = new Recorder<>();

    @Test
    void allAreArmed_whenTheirPathsExceedAPacket() throws Exception {
        rig.connect(session);
        List<Watch> watches = new ArrayList<>();
        for (int i = 0; i < COUNT; i++) {
            watches.add(session.watches().node(path(i), changes));
        }
        rig.proxy().cut(); // some are armed by now, some in flight, most still queued
        CompletableFuture.allOf(watches.stream().map(Watch::whenArmed).toArray(CompletableFuture[]::new))
                .get(20, TimeUnit.SECONDS);
        eventually(() -> assertThat(changes.count()).isEqualTo(COUNT));
        changes.forget();
        rig.proxy().resetCounters();

        rig.reconnect(session, () -> rig.observer().create(path(1), bytes("while disconnected")));
        assertThat(rig.proxy().requests(OpCode.setWatches)).isGreaterThan(10);
        rig.proxy().resetCounters();
        rig.expire(session, () -> rig.observer().create(path(2), bytes("between two sessions")));
        assertThat(rig.proxy().requests(OpCode.setWatches)).isGreaterThan(10);
        assertThat(rig.proxy().requests(OpCode.exists) + rig.proxy().requests(OpCode.getData))
                .isLessThan(COUNT / 10);
        rig.observer().create(path(COUNT - 1), bytes("afterwards"));

        assertThat(session.report().watchesArmed()).isGreaterThanOrEqualTo(COUNT - 1);
        eventually(() -> assertThat(changes.heard())
                .extracting(NodeChange::path)
                .containsExactly(path(1), path(2), path(COUNT - 1)));
        assertThat(changes.heard()).extracting(NodeChange::whileAway).containsExactly(true, true, false);
        assertThat(watches).filteredOn(watch -> !watch.isArmed()).isEmpty();
        assertThat(IntStream.range(0, COUNT).mapToLong(i -> path(i).length()).sum())
                .isGreaterThan(1_048_575);
    }

    private static String path(int i) {
        return "/" + LONG_NAME + i;
    }
}
