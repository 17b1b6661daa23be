package io.perennial.internal.ephemeral;

import static io.perennial.internal.ephemeral.Nodes.register;
import static io.perennial.testing.Data.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.perennial.ResilientSession;
import io.perennial.ephemeral.EphemeralNode;
import io.perennial.ephemeral.EphemeralNode.Status;
import io.perennial.ephemeral.EphemeralSpec;
import io.perennial.test.IndependentClient;
import io.perennial.test.NoLeaks;
import io.perennial.testing.SessionRig;
import io.perennial.testing.Sessions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.apache.zookeeper.ZooDefs.OpCode;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Everything at once, in a random order that a seed repeats; in the end the server has what the ledger says. */
@ExtendWith(NoLeaks.class)
class EphemeralChaosIT {
    private static final int PATHS = 40;

    @AutoClose
    private final SessionRig rig = SessionRig.steady();

    private final List<EphemeralNode> released = new ArrayList<>();

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    @DisplayName("what is on the server in the end is what was asked for last")
    void agreesInTheEnd(long seed) throws Exception {
        run(new Random(seed), 250);
    }

    @Test
    @Tag("soak")
    void agreesInTheEnd_afterALongTime() throws Exception {
        for (long seed = 100; seed < 120; seed++) {
            run(new Random(seed), 1_000);
        }
    }

    private void run(Random random, int steps) throws Exception {
        ResilientSession session = rig.connect(builder -> builder.sessionTimeout(Duration.ofSeconds(10)));
        List<EphemeralNode> nodes = new ArrayList<>();
        for (int i = 0; i < steps; i++) {
            step(random, session, nodes, i);
            if (i % 5 == 0) {
                TimeUnit.MILLISECONDS.sleep(random.nextInt(10));
            }
        }
        assertAgreement(session, nodes);
        nodes.forEach(this::release);
        assertNothingIsLeft(session);
        session.close();
    }

    private void release(EphemeralNode node) {
        var unused = node.release();
        released.add(node);
    }

    /** Of what was released nothing counts any more, on the server or here (N8). */
    private void assertNothingIsLeft(ResilientSession session) {
        await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
            assertThat(released)
                    .allMatch(node -> node.release().isDone() && node.whenHeld().isDone());
            assertThat(released).noneMatch(node -> ((TrackedNode) node).counted);
            assertThat(paths()).isEmpty();
        });
        assertThat(session.report().nodesHeld()).isZero();
        assertThat(session.ephemerals().nodes()).isEmpty();
    }

    private void step(Random random, ResilientSession session, List<EphemeralNode> nodes, int i) {
        int dice = random.nextInt(100);
        if (dice < 45 || nodes.isEmpty()) {
            register(random, session, nodes, i);
        } else if (dice < 65) {
            release(nodes.remove(random.nextInt(nodes.size())));
        } else if (dice < 92) {
            nodes.get(random.nextInt(nodes.size())).update(bytes("update " + i));
        } else if (dice < 94) {
            deleteQuietly(nodes.get(random.nextInt(nodes.size())).path());
        } else if (dice < 96) {
            rig.proxy().cut();
        } else if (dice < 98) {
            rig.proxy().loseAcknowledgement(op -> op == OpCode.multi || op == OpCode.setData || op == OpCode.delete);
        } else if (dice < 99) {
            rig.proxy().delayResponses(Duration.ofMillis(random.nextInt(20)));
        } else {
            session.info()
                    .filter(info -> rig.server().isSessionAlive(info.sessionId()))
                    .ifPresent(info -> {
                        rig.server().expireSession(info.sessionId());
                    });
        }
    }

    private static void register(Random random, ResilientSession session, List<EphemeralNode> nodes, int i) {
        boolean sequential = random.nextInt(4) == 0;
        String path = "/chaos/p" + random.nextInt(4) + "/" + (sequential ? "q-" : "n" + random.nextInt(PATHS));
        if (sequential || nodes.stream().noneMatch(node -> node.spec().path().equals(path))) {
            nodes.add(session.ephemerals()
                    .register(EphemeralSpec.at(path).sequential(sequential).data(bytes("data " + i))));
        }
    }

    private void deleteQuietly(String path) {
        try {
            rig.observer().delete(path);
        } catch (IndependentClient.Refused e) {
            // It is not there at the moment.
        }
    }

    private void assertAgreement(ResilientSession session, List<EphemeralNode> nodes) {
        await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
            assertThat(nodes).allMatch(node -> node.status() == Status.HELD);
            assertThat(session.report().nodesHeld()).isEqualTo(nodes.size());
            assertThat(paths())
                    .containsExactlyInAnyOrderElementsOf(
                            nodes.stream().map(EphemeralNode::path).toList());
            for (EphemeralNode node : nodes) {
                assertThat(rig.observer().ownerOf(node.path())).hasValue(Sessions.idOf(session));
                assertThat(rig.observer().data(node.path()))
                        .isEqualTo(node.spec().data());
            }
        });
    }

    private List<String> paths() {
        List<String> paths = new ArrayList<>();
        for (String parent : rig.observer().children("/chaos")) {
            for (String child : rig.observer().children("/chaos/" + parent)) {
                paths.add("/chaos/" + parent + "/" + child);
            }
        }
        return paths;
    }
}
