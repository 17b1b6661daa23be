package io.perennial.ephemeral;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.perennial.ResilientSession;
import io.perennial.ephemeral.EphemeralNode.Status;
import io.perennial.ephemeral.EphemeralSpec.OnConflict;
import io.perennial.testing.FaultProxy;
import io.perennial.testing.IndependentClient;
import io.perennial.testing.NoLeaks;
import io.perennial.testing.TransactionLog;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.apache.zookeeper.ZooDefs.OpCode;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Two sessions want the same paths: they register, replace persistent left-overs, update and release at the same moments
 * while their connections come and go. The server's own log says afterwards whether one has touched the other's node.
 */
@ExtendWith(NoLeaks.class)
class EphemeralRivalryIT {
    private static final int PATHS = 3;
    private static final Duration LENGTH = Duration.ofSeconds(3);

    @AutoClose
    private final Site site = new Site();

    @AutoClose
    private final FaultProxy secondProxy = new FaultProxy(site.server.port());

    @Test
    @Tag("S-68")
    @Tag("N1")
    @Tag("N2")
    @DisplayName("S-68: a live node is never taken away from the other")
    void neverTakesALiveNodeAway() throws Exception {
        long seed = ThreadLocalRandom.current().nextLong(1_000_000);
        List<Rival> rivals = List.of(
                new Rival(site.connected(), site.proxy, new Random(seed)),
                new Rival(
                        site.connected(builder -> builder.connectString(secondProxy.connectString())),
                        secondProxy,
                        new Random(seed + 1)));
        List<Long> ids = rivals.stream().map(rival -> Site.id(rival.session)).toList();
        List<Thread> threads = rivals.stream().map(Thread::new).toList();
        threads.forEach(Thread::start);
        leaveLeftOvers(new Random(seed + 2));
        for (Thread thread : threads) {
            thread.join();
        }
        for (Rival rival : rivals) {
            rival.releaseAll();
        }
        assertThat(rivals.stream().map(rival -> Site.id(rival.session)).toList())
                .as("seed %d: the same sessions", seed)
                .isEqualTo(ids);
        assertThat(takenAway(Set.copyOf(ids))).as("seed %d", seed).isEmpty();
    }

    private void leaveLeftOvers(Random random) throws InterruptedException {
        long end = System.nanoTime() + LENGTH.toNanos();
        while (System.nanoTime() < end) {
            try {
                site.observer.create("/n" + random.nextInt(PATHS), new byte[0]);
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
        for (TransactionLog.Entry entry : site.server.stopAndReadLog()) {
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
        private final Map<String, EphemeralNode> nodes = new HashMap<>();

        Rival(ResilientSession session, FaultProxy proxy, Random random) {
            this.session = session;
            this.proxy = proxy;
            this.random = random;
        }

        @Override
        public void run() {
            long end = System.nanoTime() + LENGTH.toNanos();
            while (System.nanoTime() < end) {
                step();
                pause();
            }
        }

        private void step() {
            String path = "/n" + random.nextInt(PATHS);
            EphemeralNode node = nodes.get(path);
            int dice = random.nextInt(1_000);
            if (dice < 6) {
                proxy.cutAll();
            } else if (dice < 9) {
                proxy.loseAcknowledgement(op -> op == OpCode.multi || op == OpCode.delete || op == OpCode.setData);
            } else if (node == null) {
                OnConflict policy = random.nextInt(4) == 0 ? OnConflict.WAIT : OnConflict.REPLACE;
                nodes.put(
                        path,
                        session.ephemerals().register(EphemeralSpec.at(path).onConflict(policy)));
            } else if (dice < 250) {
                var unused = node.update(new byte[] {(byte) dice});
            } else {
                node.release();
                nodes.remove(path);
            }
        }

        private void pause() {
            try {
                TimeUnit.MILLISECONDS.sleep(random.nextInt(8));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        void releaseAll() {
            nodes.values().forEach(EphemeralNode::release);
            await().atMost(Site.PATIENCE).untilAsserted(() -> {
                assertThat(session.awaitConnected(Duration.ZERO)).isTrue();
                assertThat(nodes.values())
                        .allMatch(node -> node.status() == Status.RELEASED)
                        .allMatch(node -> node.release().isDone());
            });
        }
    }
}
