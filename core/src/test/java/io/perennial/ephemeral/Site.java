package io.perennial.ephemeral;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.perennial.ResilientSession;
import io.perennial.SessionState;
import io.perennial.ephemeral.EphemeralNode.Status;
import io.perennial.test.EmbeddedServer;
import io.perennial.test.FaultProxy;
import io.perennial.test.IndependentClient;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.apache.zookeeper.ZooDefs.OpCode;
import org.apache.zookeeper.data.Stat;

/** A server, a proxy before it, somebody who looks past the proxy, and the sessions under test. */
final class Site implements AutoCloseable {
    static final Duration PATIENCE = Duration.ofSeconds(20);

    final EmbeddedServer server =
            EmbeddedServer.builder().tickTime(Duration.ofMillis(200)).start();
    final FaultProxy proxy = new FaultProxy(server.port());
    final IndependentClient observer = new IndependentClient(server.connectString());

    private final List<ResilientSession> sessions = new ArrayList<>();

    /** A session through the proxy, not started. */
    ResilientSession session(UnaryOperator<ResilientSession.Builder> more) {
        ResilientSession session = more.apply(ResilientSession.builder()
                        .name("site" + sessions.size())
                        .connectString(proxy.connectString())
                        .sessionTimeout(Duration.ofSeconds(20))
                        .closeTimeout(Duration.ofSeconds(4)))
                .build();
        sessions.add(session);
        return session;
    }

    ResilientSession session() {
        return session(builder -> builder);
    }

    /** A session through the proxy, connected. */
    ResilientSession connected(UnaryOperator<ResilientSession.Builder> more) throws InterruptedException {
        ResilientSession session = session(more).start();
        assertThat(session.awaitConnected(PATIENCE)).isTrue();
        return session;
    }

    ResilientSession connected() throws InterruptedException {
        return connected(builder -> builder);
    }

    static List<EphemeralNode> register(ResilientSession session, String prefix, int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> session.ephemerals().register(prefix + i, bytes("data " + i)))
                .toList();
    }

    static void awaitState(ResilientSession session, SessionState state) {
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(2)).untilAsserted(() -> assertThat(session.state())
                .isEqualTo(state));
    }

    static void awaitStatus(EphemeralNode node, Status status) {
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(2)).untilAsserted(() -> assertThat(node.status())
                .as("%s: %s", node, node.problem())
                .isEqualTo(status));
    }

    static void awaitHeld(List<EphemeralNode> nodes) {
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(nodes).allMatch(node -> node.status() == Status.HELD));
    }

    /** Waits until the guard watches are armed, so that what is counted from then on has another cause. */
    void awaitGuarded(int nodes) {
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(server.watchCount()).isGreaterThanOrEqualTo(nodes));
    }

    static long id(ResilientSession session) {
        return session.info().orElseThrow().sessionId();
    }

    /** Every node is on the server and the session's own. */
    void assertOwned(ResilientSession session, List<EphemeralNode> nodes) {
        for (EphemeralNode node : nodes) {
            assertThat(observer.ownerOf(node.path())).as(node.path()).hasValue(id(session));
        }
    }

    Stat stat(EphemeralNode node) {
        return observer.stat(node.path()).orElseThrow();
    }

    int creates() {
        return proxy.operations(OpCode.create);
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        sessions.forEach(ResilientSession::close);
        observer.close();
        proxy.close();
        server.close();
    }
}
