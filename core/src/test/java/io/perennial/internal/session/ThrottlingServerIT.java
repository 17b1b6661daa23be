package io.perennial.internal.session;

import static io.perennial.testing.SessionRig.PATIENCE;
import static io.perennial.testing.Sessions.awaitState;
import static io.perennial.testing.Sessions.eventually;
import static io.perennial.testing.Sessions.idOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.ResilientSession;
import io.perennial.SessionState;
import io.perennial.ephemeral.EphemeralNode;
import io.perennial.ephemeral.EphemeralNode.Status;
import io.perennial.operation.Effect;
import io.perennial.test.NoLeaks;
import io.perennial.testing.SessionRig;
import io.perennial.watch.Watch;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.zookeeper.ZooDefs.OpCode;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A server that has no time for what it is asked: it answers THROTTLEDOP (ZOOKEEPER-3683). */
@ExtendWith(NoLeaks.class)
@Tag("C17")
@Tag("S-67")
class ThrottlingServerIT {
    private static final int MANY = 200;
    /** A session begins, attaches and ends with these; to restore what is registered here takes others. */
    private static final Set<Integer> ANSWERED =
            Set.of(OpCode.createSession, OpCode.closeSession, OpCode.ping, OpCode.sync, OpCode.exists);

    @AutoClose
    private final SessionRig rig = new SessionRig();

    private final AtomicInteger putOff = new AtomicInteger();
    private final List<EphemeralNode> nodes = new ArrayList<>();
    private final List<Watch> watches = new ArrayList<>();

    @Test
    void failsNothing_andNothingCountsAsRestoredBeforeItIs() throws Exception {
        rig.observer().create("/parent", new byte[0]);
        ResilientSession session = rig.connect();
        register(session, 0);
        assertInPlace(session);

        rig.server().throttle(this::hasNoTime);
        rig.server().expireSession(idOf(session));
        eventually(() -> assertThat(putOff).hasPositiveValue());
        awaitState(session, SessionState.RESTORING);
        register(session, MANY);
        CompletableFuture<byte[]> read =
                session.operations().callAsync(Effect.READ, c -> c.getData().forPath("/parent"));
        CompletableFuture<String> write =
                session.operations().callAsync(Effect.ONCE, c -> c.create().forPath("/once"));
        int before = putOff.get();

        eventually(() -> assertThat(putOff).hasValueGreaterThan(before + 10));
        assertThat(session.state()).isEqualTo(SessionState.RESTORING);
        assertThat(session.report().problems())
                .singleElement()
                .asString()
                .contains("the server answers 'not now'", "they are repeated");
        assertThat(nodes).extracting(EphemeralNode::status).containsOnly(Status.PENDING);
        assertThat(nodes.subList(MANY, nodes.size()))
                .noneMatch(node -> node.whenHeld().isDone());
        assertThat(watches).noneMatch(Watch::isArmed);
        assertThat(read).isNotDone();
        assertThat(write).isNotDone();

        rig.server().throttle(opCode -> false);
        assertThat(session.awaitConnected(PATIENCE)).isTrue();
        assertInPlace(session);
        assertThat(nodes).allSatisfy(node -> assertThat(node.whenHeld()).succeedsWithin(PATIENCE));
        assertThat(watches).allSatisfy(watch -> assertThat(watch.whenArmed()).succeedsWithin(PATIENCE));
        assertThat(read).succeedsWithin(PATIENCE);
        assertThat(write).succeedsWithin(PATIENCE).isEqualTo("/once");
        assertThat(session.report().problems()).isEmpty();
    }

    private boolean hasNoTime(int opCode) {
        boolean none = !ANSWERED.contains(opCode);
        if (none) {
            putOff.incrementAndGet();
        }
        return none;
    }

    private void register(ResilientSession session, int from) {
        for (int i = from; i < from + MANY; i++) {
            nodes.add(session.ephemerals().register("/parent/nodes/n" + i, new byte[0]));
        }
        watches.add(session.watches().node("/parent", change -> {}));
        watches.add(session.watches().children("/parent/nodes", change -> {}));
        watches.add(session.watches().tree("/parent/nodes", change -> {}));
    }

    private void assertInPlace(ResilientSession session) {
        eventually(() -> assertThat(nodes).extracting(EphemeralNode::status).containsOnly(Status.HELD));
        eventually(() -> assertThat(watches).allMatch(Watch::isArmed));
        eventually(() -> assertThat(session.state()).isEqualTo(SessionState.CONNECTED));
    }
}
