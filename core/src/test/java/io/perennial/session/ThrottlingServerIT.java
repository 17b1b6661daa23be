package io.perennial.session;

import static io.perennial.session.SessionRig.PATIENCE;
import static io.perennial.session.SessionRig.awaitGeneration;
import static io.perennial.session.SessionRig.generationOf;
import static io.perennial.session.SessionRig.idOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.ResilientSession;
import io.perennial.SessionState;
import io.perennial.ephemeral.EphemeralNode;
import io.perennial.ephemeral.EphemeralNode.Status;
import io.perennial.testing.NoLeaks;
import io.perennial.watch.Watch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.zookeeper.server.RequestThrottler;
import org.apache.zookeeper.server.ServerMetrics;
import org.apache.zookeeper.server.ZooKeeperServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A server that has no time for most of what it is asked: it answers THROTTLEDOP (ZOOKEEPER-3683). */
@ExtendWith(NoLeaks.class)
@Tag("C17")
@Tag("S-67")
class ThrottlingServerIT {
    private static final int MANY = 1_000;

    private final int maxRequests = RequestThrottler.getMaxRequests();
    private final int waitTime = ZooKeeperServer.getThrottledOpWaitTime();

    @AutoClose
    private final SessionRig rig = new SessionRig();

    @BeforeEach
    void throttle() {
        RequestThrottler.setMaxRequests(1);
        ZooKeeperServer.setThrottledOpWaitTime(1);
    }

    @AfterEach
    void recover() {
        RequestThrottler.setMaxRequests(maxRequests);
        ZooKeeperServer.setThrottledOpWaitTime(waitTime);
    }

    @Test
    void failsNothing_andNothingCountsAsRestoredBeforeItIs() throws Exception {
        ResilientSession session = rig.build(builder -> builder.sessionTimeout(Duration.ofSeconds(20)));
        List<EphemeralNode> nodes = new ArrayList<>();
        List<Watch> watches = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            nodes.add(session.ephemerals().register("/parent/nodes/n" + i, new byte[0]));
            watches.add(session.watches().children("/watched/" + i, change -> {}));
        }
        watches.add(session.watches().tree("/parent", change -> {}));
        var allInPlace = new LinkedBlockingQueue<Boolean>();
        session.addListener(transition -> {
            if (transition.to() == SessionState.CONNECTED) {
                allInPlace.add(nodes.stream().allMatch(node -> node.status() == Status.HELD)
                        && watches.stream().allMatch(Watch::isArmed));
            }
        });
        long before = throttled();
        session.start();
        assertThat(session.awaitConnected(PATIENCE)).isTrue();

        long until = System.nanoTime() + PATIENCE.toNanos();
        do {
            long generation = generationOf(session);
            rig.server().expireSession(idOf(session));
            awaitGeneration(session, generation + 1);
        } while (throttled() == before && System.nanoTime() < until); // a quick server may have time for all

        assertThat(throttled()).as("refused by the server").isGreaterThan(before);
        assertThat(allInPlace).doesNotContain(false);
        assertThat(nodes).allSatisfy(node -> assertThat(node.whenHeld()).succeedsWithin(10, TimeUnit.SECONDS));
        assertThat(watches).allSatisfy(watch -> assertThat(watch.whenArmed()).succeedsWithin(10, TimeUnit.SECONDS));
        assertThat(session.report().problems()).isEmpty();
    }

    private static long throttled() {
        return ServerMetrics.getMetrics().THROTTLED_OPS.get();
    }
}
