package io.perennial.internal.ephemeral;

import static io.perennial.testing.Data.bytes;
import static io.perennial.testing.Sessions.eventually;
import static io.perennial.testing.Sessions.idOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.ResilientSession;
import io.perennial.ephemeral.EphemeralNode;
import io.perennial.ephemeral.EphemeralNode.Status;
import io.perennial.ephemeral.EphemeralSpec;
import io.perennial.testing.SessionRig;
import java.util.List;
import java.util.stream.IntStream;

/** What tests do with many nodes, and what they wait for. */
final class Nodes {
    private Nodes() {}

    static List<EphemeralNode> register(ResilientSession session, String prefix, int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> session.ephemerals().register(prefix + i, bytes("data " + i)))
                .toList();
    }

    /** One that is on the server. */
    static EphemeralNode held(ResilientSession session, String path, byte[] data) {
        return held(session, EphemeralSpec.at(path).data(data));
    }

    static EphemeralNode held(ResilientSession session, EphemeralSpec spec) {
        EphemeralNode node = session.ephemerals().register(spec);
        awaitStatus(node, Status.HELD);
        return node;
    }

    static void awaitStatus(EphemeralNode node, Status status) {
        eventually(() ->
                assertThat(node.status()).as("%s: %s", node, node.problem()).isEqualTo(status));
    }

    static void awaitHeld(List<EphemeralNode> nodes) {
        eventually(() -> assertThat(nodes).allMatch(node -> node.status() == Status.HELD));
    }

    /** Every node is on the server and the session's own. */
    static void assertOwned(SessionRig rig, ResilientSession session, List<EphemeralNode> nodes) {
        for (EphemeralNode node : nodes) {
            assertThat(rig.observer().ownerOf(node.path())).as(node.path()).hasValue(idOf(session));
        }
    }
}
