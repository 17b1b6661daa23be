package io.perennial.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.perennial.ResilientSession;
import io.perennial.SessionState;
import io.perennial.test.EmbeddedServer;
import io.perennial.test.FaultProxy;
import io.perennial.test.IndependentClient;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import org.awaitility.core.ConditionFactory;

/** A server, a proxy before it, a session through the proxy, and a client that changes things behind its back. */
final class Site implements AutoCloseable {
    /** So long that a machine which stands still for two seconds does not use it up. */
    static final Duration SESSION_TIMEOUT = Duration.ofSeconds(6);

    private final EngineErrors errors = new EngineErrors();
    final EmbeddedServer server =
            EmbeddedServer.builder().tickTime(Duration.ofMillis(200)).start();
    final FaultProxy proxy = new FaultProxy(server.port());
    final IndependentClient client = new IndependentClient(server.connectString());
    final ResilientSession session;

    Site() {
        this(builder -> builder);
    }

    Site(UnaryOperator<ResilientSession.Builder> options) {
        session = options.apply(ResilientSession.builder()
                        .name("watching")
                        .connectString(proxy.connectString())
                        .sessionTimeout(SESSION_TIMEOUT))
                .build();
    }

    Site start() {
        session.start();
        awaitState(SessionState.CONNECTED);
        return this;
    }

    Watches watches() {
        return session.watches();
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static ConditionFactory eventually() {
        return await().atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(10));
    }

    static void awaitArmed(Watch... watches) {
        for (Watch watch : watches) {
            eventually().untilAsserted(() -> assertThat(watch.isArmed()).isTrue());
        }
    }

    /** Until the session has read what has happened at the server by now. */
    void catchUp() {
        // The first answer comes after the events so far, the second after the reads that these asked for.
        for (String barrier : List.of("/barrier-1", "/barrier-2")) {
            try (Watch watch = watches().node(barrier, change -> {})) {
                awaitArmed(watch);
            }
        }
    }

    void awaitState(SessionState state) {
        eventually().untilAsserted(() -> assertThat(session.state()).isEqualTo(state));
    }

    long generation() {
        return session.info().orElseThrow().generation();
    }

    long sessionId() {
        return session.info().orElseThrow().sessionId();
    }

    /** The connection goes and comes back within the session timeout. */
    void reconnect(Runnable meanwhile) {
        long before = sessionId();
        disconnect();
        meanwhile.run();
        proxy.accept();
        awaitState(SessionState.CONNECTED);
        assertThat(sessionId()).isEqualTo(before);
    }

    /** The server expires the session. */
    void expire(Runnable meanwhile) {
        long id = sessionId();
        long before = generation();
        disconnect();
        meanwhile.run();
        server.expireSession(id);
        proxy.accept();
        eventually().untilAsserted(() -> assertThat(session.state()).isEqualTo(SessionState.CONNECTED));
        assertThat(generation()).isEqualTo(before + 1);
    }

    /** The servers are down for longer than the session timeout; their clocks stand still, and so the session lives on. */
    void resume(Runnable meanwhile) {
        long before = sessionId();
        client.close(); // connects anew at its next call, at once: the clock of the session runs again by then
        server.stop();
        awaitState(SessionState.LOST);
        proxy.refuse();
        server.restart();
        meanwhile.run();
        proxy.accept();
        awaitState(SessionState.CONNECTED);
        assertThat(sessionId()).isEqualTo(before);
        assertThat(generation()).isEqualTo(1);
    }

    private void disconnect() {
        proxy.refuse();
        proxy.cut();
        awaitState(SessionState.SUSPENDED);
    }

    @Override
    public void close() {
        session.close();
        client.close();
        proxy.close();
        server.close();
        errors.close();
        assertThat(errors.heard()).isEmpty();
    }
}
