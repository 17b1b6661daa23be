package io.perennial.internal.watch;

import io.perennial.internal.watch.WatchPlay.Server;
import io.perennial.testing.RandomPlays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.zookeeper.HandZooKeeper;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Random schedules of all that can happen to watches, without a server. See {@link RandomPlays}.
 */
class WatchPlayTest {
    private static final int EVENTS = 150;
    private static final int IN_EACH_BUILD = 2_000;

    private final HandZooKeeper client = HandSite.newClient();

    @Test
    void everybodyKnowsHowItIs_whateverHappened() {
        RandomPlays.play(IN_EACH_BUILD, this::failure);
    }

    @Test
    @Tag("soak")
    @Timeout(value = 15, unit = TimeUnit.MINUTES)
    void everybodyKnowsHowItIs_whateverHappenedInManyPlays() {
        RandomPlays.playMany(IN_EACH_BUILD, this::failure);
    }

    private String failure(long seed) {
        var random = new SplittableRandom(seed);
        List<WatchPlayEvent> some =
                Stream.generate(() -> WatchPlayEvent.any(random)).limit(EVENTS).toList();
        Server server = Server.values()[Math.floorMod(seed, 3)];
        client.rearms(Math.floorMod(seed, 4) > 0);
        String failure =
                RandomPlays.failure(some, (events, trace) -> new WatchPlay(server, client, trace).play(events));
        return failure == null ? null : "with a server " + server + ", " + failure;
    }
}
