package io.perennial.testing;

import static io.perennial.testing.Sessions.awaitConnected;
import static io.perennial.testing.Sessions.awaitState;
import static io.perennial.testing.Sessions.eventually;
import static io.perennial.testing.Sessions.generationOf;
import static io.perennial.testing.Sessions.idOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.perennial.ResilientSession;
import io.perennial.SessionRegistry;
import io.perennial.SessionState;
import io.perennial.test.EmbeddedServer;
import io.perennial.test.FaultNetwork;
import io.perennial.test.FaultProxy;
import io.perennial.test.IndependentClient;
import io.perennial.test.NoLeaks;
import io.perennial.test.Opened;
import io.perennial.test.Sockets;
import io.perennial.test.ZooKeeperServers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.ZooDefs.Ids;
import org.apache.zookeeper.data.Stat;

/**
 * What core's integration tests have in common: a server, the network in front of it, an observer that looks past that
 * network, and sessions that go through it. Closing it closes everything, and fails when a session has logged an
 * internal error.
 */
public final class SessionRig implements AutoCloseable {
    public static final Duration PATIENCE = Duration.ofSeconds(30);
    /** As all timeouts here and in the tests: a machine that stands still for two seconds uses none of them up. */
    public static final Duration SESSION_TIMEOUT = Duration.ofSeconds(6);

    private final UnaryOperator<ResilientSession.Builder> defaults;
    private final CapturedLog log = CapturedLog.ofSessions();
    private final Opened infrastructure = new Opened();
    private final EmbeddedServer server = infrastructure.add(ZooKeeperServers.embedded()
            .tickTime(Duration.ofMillis(200))
            .minSessionTimeout(Duration.ofMillis(200))
            .start());
    private final FaultNetwork network = infrastructure.add(FaultNetwork.inFrontOf(server));
    private final IndependentClient observer = infrastructure.add(new IndependentClient(server.connectString()));
    private final Transitions heard = new Transitions();
    private final Opened opened = new Opened();
    private final List<ResilientSession> sessions = new ArrayList<>();

    public SessionRig() {
        this(builder -> builder);
    }

    /** With settings for all its sessions. */
    public SessionRig(UnaryOperator<ResilientSession.Builder> defaults) {
        this.defaults = defaults;
    }

    /** Its sessions expire when the test wants it and not before. */
    public static SessionRig steady() {
        return steady("tested");
    }

    /** {@link #steady()}, with a name that tells its sessions from others. */
    public static SessionRig steady(String name) {
        return new SessionRig(builder -> builder.name(name).sessionTimeout(Duration.ofSeconds(20)));
    }

    public EmbeddedServer server() {
        return server;
    }

    public FaultNetwork network() {
        return network;
    }

    /** That of the network's one server. */
    public FaultProxy proxy() {
        return network.to(0);
    }

    /** Goes to the server directly, past the network. */
    public IndependentClient observer() {
        return observer;
    }

    /** What the listener of the sessions made here has heard up to now; for tests with one of them. */
    public Transitions heard() {
        sessions.forEach(heard::catchUp);
        return heard;
    }

    /** What sessions have logged so far. */
    public List<String> logLines() {
        return log.lines();
    }

    public ResilientSession connect() {
        return connect(builder -> builder);
    }

    public ResilientSession connect(Duration sessionTimeout) {
        return connect(builder -> builder.sessionTimeout(sessionTimeout));
    }

    /** A session, connected. */
    public ResilientSession connect(UnaryOperator<ResilientSession.Builder> options) {
        return connect(build(options));
    }

    /** A session of {@link #builder()} or of any other, connected. */
    public ResilientSession connect(ResilientSession.Builder builder) {
        return connect(open(builder.build()));
    }

    /** Starts a session and waits until it is connected. */
    public ResilientSession connect(ResilientSession session) {
        awaitConnected(session.start());
        return session;
    }

    /** A session built while that loader is the thread's context class loader, where it looks for its owner. */
    public ResilientSession connectUnder(ClassLoader loader, ResilientSession.Builder builder) {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(loader);
        try {
            return connect(builder);
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    /** A session, started. */
    public ResilientSession start(UnaryOperator<ResilientSession.Builder> options) {
        return build(options).start();
    }

    /** A session of {@link #builder()} or of any other, started. */
    public ResilientSession start(ResilientSession.Builder builder) {
        return open(builder.build()).start();
    }

    public ResilientSession build() {
        return build(builder -> builder);
    }

    /** A session, closed with the rig. */
    public ResilientSession build(UnaryOperator<ResilientSession.Builder> options) {
        return open(options.apply(builder()).build());
    }

    /** The settings that this rig's sessions have unless a test wants others. */
    public ResilientSession.Builder builder() {
        return defaults.apply(ResilientSession.builder()
                .name("tested")
                .connectString(network.connectString())
                .sessionTimeout(SESSION_TIMEOUT)
                .connectTimeout(Duration.ofSeconds(4))
                .closeTimeout(Duration.ofSeconds(4))
                .listener(heard));
    }

    /** The server goes away: its port is closed, its sessions' clocks stand still. */
    public void stopServer() {
        network.refuse();
        server.stop();
    }

    /** The server comes back as it was. */
    public void restartServer() {
        server.restart();
        network.accept();
    }

    /** The connection goes and cannot come back, and the session knows it. */
    public void disconnect(ResilientSession session) {
        network.disconnect();
        awaitState(session, SessionState.SUSPENDED);
    }

    /** The connection goes and comes back within the session timeout. */
    public void reconnect(ResilientSession session, Runnable meanwhile) {
        long before = idOf(session);
        disconnect(session);
        meanwhile.run();
        network.accept();
        awaitState(session, SessionState.CONNECTED);
        assertThat(idOf(session)).isEqualTo(before);
    }

    /** The server expires the session. */
    public void expire(ResilientSession session, Runnable meanwhile) {
        long id = idOf(session);
        long before = generationOf(session);
        disconnect(session);
        meanwhile.run();
        server.expireSession(id);
        network.accept();
        awaitState(session, SessionState.CONNECTED);
        assertThat(generationOf(session)).isEqualTo(before + 1);
    }

    /** The server is down for longer than the session timeout; its clocks stand still, and so the session lives on. */
    public void resume(ResilientSession session, Runnable meanwhile) {
        long before = idOf(session);
        observer.close(); // connects anew at its next call, at once: the clock of the session runs again by then
        server.stop();
        awaitState(session, SessionState.LOST);
        network.refuse();
        server.restart();
        meanwhile.run();
        network.accept();
        awaitState(session, SessionState.CONNECTED);
        assertThat(idOf(session)).isEqualTo(before);
        assertThat(generationOf(session)).isEqualTo(1);
    }

    /** Has something closed with the rig, before the server. */
    public <T extends AutoCloseable> T open(T resource) {
        if (resource instanceof ResilientSession session) {
            sessions.add(session);
        }
        return opened.add(resource);
    }

    /** Waits until a session has ended and nothing is left of it, for twice as long as it is promised to take. */
    public void assertGone(ResilientSession session) {
        await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> {
            assertThat(session.state()).isEqualTo(SessionState.CLOSED);
            assertThat(NoLeaks.clientThreads()).isEmpty();
            assertThat(Sockets.connectedTo(proxy().port())).isZero();
        });
        assertThat(SessionRegistry.sessions()).doesNotContain(session);
    }

    /** Makes that many children with long names below a node that is there, in one transaction. */
    public void fill(String parent, int children) throws Exception {
        List<Op> creations = new ArrayList<>();
        for (int i = 0; i < children; i++) {
            creations.add(Op.create(
                    parent + "/a-child-with-a-long-name-" + i,
                    new byte[0],
                    Ids.OPEN_ACL_UNSAFE,
                    CreateMode.PERSISTENT));
        }
        observer.raw().multi(creations);
    }

    /** An ephemeral node of that session's own, which stands when the session is taken over. */
    public Stat registerEphemeral(ResilientSession session, String path) throws Exception {
        session.ephemerals().register(path, new byte[] {1}).whenHeld().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        return stat(path);
    }

    /** An ephemeral node of that session, made by raw means. */
    public Stat createEphemeral(ResilientSession session, String path) throws Exception {
        session.curator().create().withMode(CreateMode.EPHEMERAL).forPath(path, new byte[] {1});
        return stat(path);
    }

    /** Of a node that is there. */
    public Stat stat(String path) {
        return observer.stat(path).orElseThrow();
    }

    /** Waits until the server holds this many watches, so that what is counted from then on has another cause. */
    public void awaitWatches(int count) {
        eventually(() -> assertThat(server.watchCount()).isGreaterThanOrEqualTo(count));
    }

    public void closeSessions() {
        opened.close();
    }

    @Override
    public void close() {
        try {
            closeSessions();
        } finally {
            infrastructure.close();
            log.close();
        }
        assertThat(log.lines())
                .as("illegal transitions and the like")
                .noneMatch(line -> line.contains("internal error"));
    }
}
