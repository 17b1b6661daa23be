package io.perennial.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.perennial.ResilientSession;
import io.perennial.SessionInfo;
import io.perennial.SessionState;
import io.perennial.engine.CapturedLog;
import io.perennial.engine.EventLoop;
import io.perennial.test.EmbeddedServer;
import io.perennial.test.FaultProxy;
import io.perennial.test.IndependentClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.ZooDefs.Ids;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.data.Stat;
import org.awaitility.core.ThrowingRunnable;

/** A server, a proxy in front of it, and sessions that go through the proxy. */
final class SessionRig implements AutoCloseable {
    static final Duration PATIENCE = Duration.ofSeconds(30);
    /** As all timeouts here and in the tests: a machine that stands still for two seconds uses none of them up. */
    static final Duration SESSION_TIMEOUT = Duration.ofSeconds(6);

    private final CapturedLog log = CapturedLog.ofSessions();
    private final EmbeddedServer server = EmbeddedServer.builder()
            .tickTime(Duration.ofMillis(200))
            .minSessionTimeout(Duration.ofMillis(200))
            .start();
    private final FaultProxy proxy = new FaultProxy(server.port());
    private final IndependentClient observer = new IndependentClient(server.connectString());
    private final Transitions heard = new Transitions();
    private final List<AutoCloseable> opened = new ArrayList<>();

    EmbeddedServer server() {
        return server;
    }

    FaultProxy proxy() {
        return proxy;
    }

    /** Goes to the server directly, past the proxy. */
    IndependentClient observer() {
        return observer;
    }

    /** What the listener of the sessions made here has heard up to now; for tests with one of them. */
    Transitions heard() {
        for (AutoCloseable resource : opened) {
            if (resource instanceof ResilientSession session) {
                heard.catchUp(session);
            }
        }
        return heard;
    }

    /** What sessions have logged so far. */
    List<String> logLines() {
        return log.lines();
    }

    ResilientSession connect() throws InterruptedException {
        return connect(SESSION_TIMEOUT);
    }

    ResilientSession connect(Duration sessionTimeout) throws InterruptedException {
        return connect(builder -> builder.sessionTimeout(sessionTimeout));
    }

    /** A session, connected. */
    ResilientSession connect(UnaryOperator<ResilientSession.Builder> options) throws InterruptedException {
        ResilientSession session = start(options);
        assertThat(session.awaitConnected(PATIENCE)).isTrue();
        return session;
    }

    /** A session, started. */
    ResilientSession start(UnaryOperator<ResilientSession.Builder> options) {
        return build(options).start();
    }

    /** A session, closed with the rig. */
    ResilientSession build(UnaryOperator<ResilientSession.Builder> options) {
        ResilientSession.Builder builder = ResilientSession.builder()
                .name("tested")
                .connectString(proxy.connectString())
                .sessionTimeout(SESSION_TIMEOUT)
                .connectTimeout(Duration.ofSeconds(4))
                .closeTimeout(Duration.ofSeconds(4))
                .listener(heard);
        return open(options.apply(builder).build());
    }

    /** The server goes away: its port is closed, its sessions' clocks stand still. */
    void stopServer() {
        proxy.refuse();
        server.stop();
    }

    /** The server comes back as it was. */
    void restartServer() {
        server.restart();
        proxy.accept();
    }

    /** Has something closed with the rig, before the server. */
    <T extends AutoCloseable> T open(T resource) {
        opened.add(resource);
        return resource;
    }

    /** Makes that many children with long names below a node that is there, in one transaction. */
    void fill(String parent, int children) throws Exception {
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
    Stat registerEphemeral(ResilientSession session, String path) throws Exception {
        session.ephemerals().register(path, new byte[] {1}).whenHeld().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        return observer.stat(path).orElseThrow();
    }

    /** An ephemeral node of that session, made by raw means. */
    Stat createEphemeral(ResilientSession session, String path) throws Exception {
        session.curator().create().withMode(CreateMode.EPHEMERAL).forPath(path, new byte[] {1});
        return observer.stat(path).orElseThrow();
    }

    /** The ZooKeeper handle that Curator holds. */
    static ZooKeeper handleOf(ResilientSession session) throws Exception {
        return session.curator().getZookeeperClient().getZooKeeper();
    }

    /** What the session's engine runs on. */
    static EventLoop loopOf(ResilientSession session) throws Exception {
        var field = CuratorSession.class.getDeclaredField("loop");
        field.setAccessible(true);
        return (EventLoop) field.get(session);
    }

    static long idOf(ResilientSession session) {
        return infoOf(session).sessionId();
    }

    static long generationOf(ResilientSession session) {
        return infoOf(session).generation();
    }

    /** Between two server sessions there is none to tell of: then of the next. */
    private static SessionInfo infoOf(ResilientSession session) {
        return await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(10))
                .until(session::info, Optional::isPresent)
                .orElseThrow();
    }

    /** Between two server sessions there is none to ask for its id. */
    static void eventually(ThrowingRunnable assertion) {
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(10))
                .ignoreException(NoSuchElementException.class)
                .untilAsserted(assertion);
    }

    static void awaitState(ResilientSession session, SessionState state) {
        eventually(() -> assertThat(session.state()).isEqualTo(state));
    }

    /** Connected, in this generation. */
    static void awaitGeneration(ResilientSession session, long generation) {
        eventually(() -> {
            assertThat(session.state()).isEqualTo(SessionState.CONNECTED);
            assertThat(session.info().map(SessionInfo::generation)).contains(generation);
        });
    }

    /** This JVM's live threads whose name begins so. */
    static List<Thread> threadsNamed(String prefix) {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith(prefix))
                .toList();
    }

    void closeSessions() throws Exception {
        for (int last = opened.size() - 1; last >= 0; last--) {
            opened.get(last).close();
        }
    }

    @Override
    public void close() throws Exception {
        closeSessions();
        observer.close();
        proxy.close();
        server.close();
        log.close();
        assertThat(log.lines())
                .as("illegal transitions and the like")
                .noneMatch(line -> line.contains("internal error"));
    }
}
