package io.perennial.internal.ephemeral;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.perennial.ResilientSession;
import io.perennial.ephemeral.EphemeralNode;
import io.perennial.ephemeral.EphemeralNode.Status;
import io.perennial.ephemeral.EphemeralSpec;
import io.perennial.ephemeral.EphemeralSpec.OnConflict;
import io.perennial.test.FaultProxy;
import io.perennial.test.IndependentClient;
import io.perennial.test.NoLeaks;
import io.perennial.test.TransactionLog;
import io.perennial.testing.SessionRig;
import io.perennial.testing.Sessions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.zookeeper.ZooDefs.OpCode;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Two sessions want the same paths: they register, replace persistent left-overs, update and release at the same
 * moments while their connections come and go. The server's own log says afterwards whether one has touched the other's
 * node.
 */
@ExtendWith(NoLeaks.class)
class EphemeralRivalryIT {
    private static final int PATHS = 3;
    private static final Duration LENGTH = Duration.ofSeconds(3);
    private static final Duration SLOT = Duration.ofMillis(10);

    @AutoClose
    private final SessionRig rig = SessionRig.steady();

    @AutoClose
    private final FaultProxy secondProxy = new FaultProxy(rig.server().port());

    @Test
    @Tag("S-68")
    @Tag("N1")
    @Tag("N2")
    @DisplayName("S-68: a live node is never taken away from the other")
    void neverTakesALiveNodeAway() throws Exception {
        long seed = ThreadLocalRandom.current().nextLong(1_000_000);
        ResilientSession one = rig.connect();
        ResilientSession other = rig.connect(builder -> builder.connectString(secondProxy.connectString()));
        long start = System.nanoTime();
        List<Rival> rivals = List.of(
                new Rival(one, rig.proxy(), new Random(seed), start),
                new Rival(other, secondProxy, new Random(seed + 1), start));
        List<Long> ids =
                rivals.stream().map(rival -> Sessions.idOf(rival.session)).toList();
        List<Thread> threads = rivals.stream().map(Thread::new).toList();
        threads.forEach(Thread::start);
        leaveLeftOvers(new Random(seed + 2));
        for (Thread thread : threads) {
            thread.join();
        }
        for (Rival rival : rivals) {
            rival.releaseAll();
        }
        assertThat(rivals.stream().map(rival -> Sessions.idOf(rival.session)).toList())
                .as("seed %d: the same sessions", seed)
                .isEqualTo(ids);
        assertThat(takenAway(Set.copyOf(ids))).as("seed %d", seed).isEmpty();
    }

    private void leaveLeftOvers(Random random) throws InterruptedException {
        long end = System.nanoTime() + LENGTH.toNanos();
        while (System.nanoTime() < end) {
            try {
                rig.observer().create("/n" + random.nextInt(PATHS), new byte[0]);
            } catch (IndependentClient.Refused taken) {
                TimeUnit.MILLISECONDS.sleep(random.nextInt(5));
            }
        }
    }

    /** What was written or deleted by one of the two while the other owned it. */
    private List<String> takenAway(Set<Long> rivals) {
        Map<String, Long> owners = new HashMap<>();
        List<String> violations = new ArrayList<>();
        int creations = 0;
        for (TransactionLog.Entry entry : rig.server().stopAndReadLog()) {
            Long owner = owners.get(entry.path());
            if (entry.opCode() == OpCode.create) {
                owners.put(entry.path(), entry.sessionId());
                creations += rivals.contains(entry.sessionId()) ? 1 : 0;
            } else if (owner != null && rivals.contains(owner) && entry.sessionId() != owner) {
                violations.add(entry + " of 0x" + Long.toHexString(owner));
            }
            if (entry.opCode() == OpCode.delete) {
                owners.remove(entry.path());
            }
        }
        assertThat(creations).as("what there was to be taken away").isGreaterThan(10);
        return violations;
    }

    private static final class Rival implements Runnable {
        final ResilientSession session;
        private final FaultProxy proxy;
        private final Random random;
        private final long start;
        private final Map<String, EphemeralNode> nodes = new HashMap<>();
        private final List<EphemeralNode> released = new ArrayList<>();

        Rival(ResilientSession session, FaultProxy proxy, Random random, long start) {
            this.start = start;
            this.session = session;
            this.proxy = proxy;
            this.random = random;
        }

        /** In step with the other: both register and both release at the same moments, mostly. */
        @Override
        public void run() {
            for (long slot = 1; slot <= LENGTH.dividedBy(SLOT); slot++) {
                long wait = start + slot * SLOT.toNanos() - System.nanoTime();
                LockSupport.parkNanos(wait);
                disturb();
                for (int i = 0; i < PATHS; i++) {
                    step("/n" + i, (slot + i) % 4);
                }
            }
        }

        private void disturb() {
            int dice = random.nextInt(300);
            if (dice == 0) {
                proxy.cut();
            } else if (dice == 1) {
                proxy.loseAcknowledgement(op -> op == OpCode.multi || op == OpCode.delete || op == OpCode.setData);
            }
        }

        private void step(String path, long phase) {
            EphemeralNode node = nodes.get(path);
            if (node == null) {
                if (phase == 2 || random.nextInt(8) == 0) {
                    OnConflict policy = random.nextInt(8) == 0 ? OnConflict.WAIT : OnConflict.REPLACE;
                    EphemeralSpec spec = EphemeralSpec.at(path).onConflict(policy);
                    nodes.put(path, session.ephemerals().register(spec));
                }
            } else if (phase == 0 && random.nextInt(10) < 8) {
                node.release();
                released.add(nodes.remove(path));
            } else if (random.nextInt(6) == 0) {
                var unused = node.update(new byte[] {(byte) phase});
            }
        }

        void releaseAll() {
            nodes.values().forEach(EphemeralNode::release);
            released.addAll(nodes.values());
            await().atMost(SessionRig.PATIENCE).untilAsserted(() -> {
                assertThat(session.awaitConnected(Duration.ZERO)).isTrue();
                assertThat(released)
                        .allMatch(node -> node.status() == Status.RELEASED)
                        .allMatch(node ->
                                node.release().isDone() && node.whenHeld().isDone())
                        .noneMatch(node -> ((TrackedNode) node).counted);
                assertThat(session.report().nodesHeld()).isZero();
            });
        }
    }
}
