package io.perennial.internal.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.perennial.ResilientSession;
import io.perennial.SessionOwner;
import io.perennial.SessionRegistry;
import io.perennial.SessionState;
import io.perennial.SessionTransition.Cause;
import io.perennial.internal.engine.BrokenLogging;
import io.perennial.operation.SessionClosedException;
import io.perennial.test.EmbeddedServer;
import io.perennial.test.FaultProxy;
import io.perennial.test.NoLeaks;
import io.perennial.testing.Blocking;
import io.perennial.testing.CapturedLog;
import io.perennial.testing.SessionRig;
import io.perennial.testing.Transitions;
import java.net.URL;
import java.net.URLClassLoader;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.ZooKeeper;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A session ends with its owner, without anybody's closing it. */
@ExtendWith(NoLeaks.class)
@Tag("S-50")
class OwnerIT {
    private static final byte[] DATA = {1};
    private static final Duration PROMISED = Duration.ofSeconds(5);

    @AutoClose
    private final SessionRig rig = new SessionRig();

    private final EmbeddedServer server = rig.server();
    private final FaultProxy proxy = rig.proxy();
    private final Transitions heard = rig.heard();
    private final Application application = new Application();

    private ResilientSession.Builder builder() {
        return rig.builder().name("owned").sessionTimeout(Duration.ofSeconds(8)).closeTimeout(Duration.ofSeconds(5));
    }

    @Test
    void endsTheSession_whenItStops() throws Exception {
        var observer = rig.observer();
        ResilientSession session = rig.connect(builder().owner(application));
        session.ephemerals().register("/node", DATA).whenHeld().get(30, TimeUnit.SECONDS);

        application.alive = false;

        rig.assertGone(session);
        assertThat(heard.all()).last().satisfies(last -> {
            assertThat(last.to()).isEqualTo(SessionState.CLOSED);
            assertThat(last.cause()).isEqualTo(Cause.OWNER_STOPPED);
        });
        assertThat(observer.exists("/node")).isFalse();
        assertThatThrownBy(session::start).isInstanceOf(SessionClosedException.class);
    }

    @Test
    @Tag("K3")
    @Tag("S-64")
    void endsTheSession_whenItStops_asSoonAsThereIsAThreadForThat() throws Exception {
        var starved = new AtomicBoolean();
        ResilientSession session =
                rig.open(Starved.build(builder().owner(application), starved)).start();
        assertThat(session.awaitConnected(Duration.ofSeconds(30))).isTrue();

        starved.set(true);
        application.alive = false;
        int asked = application.asked.get();
        await().untilAsserted(() -> assertThat(application.asked).hasValueGreaterThan(asked + 5));
        assertThat(session.state()).isEqualTo(SessionState.CONNECTED);
        starved.set(false);

        rig.assertGone(session);
    }

    @Test
    @DisplayName("ends the session whose server is away, and nothing reconnects when the server is back")
    void endsTheSession_whileTheServerIsAway() throws Exception {
        ResilientSession session = rig.connect(builder().owner(application));
        rig.disconnect(session);

        try (var log = CapturedLog.ofSessions()) {
            application.alive = false;

            rig.assertGone(session);
            assertThat(log.lines())
                    .as("it does not wait for an answer that nothing can bring")
                    .noneMatch(line -> line.contains("no server answered"));
        }
        int accepted = proxy.connectionsAccepted();
        proxy.accept();
        await().during(Duration.ofMillis(500))
                .untilAsserted(() -> assertThat(proxy.connectionsAccepted()).isEqualTo(accepted));
    }

    @Test
    void endsTheSession_whenItStoppedBeforeTheFirstConnection() {
        application.alive = false;
        ResilientSession session = rig.start(builder().owner(application));

        rig.assertGone(session);
        assertThat(server.sessionIds()).isEmpty();
    }

    @Test
    void endsTheSession_whenItsListenerBlocks() throws Exception {
        ResilientSession session = rig.connect(builder().owner(application).listener(transition -> {
            if (transition.to() == SessionState.CONNECTED) {
                Blocking.until(new CountDownLatch(1));
            }
        }));

        application.alive = false;

        rig.assertGone(session);
    }

    @Test
    @DisplayName("is taken for alive while it cannot tell, as when its class loader has lost a class")
    void keepsTheSession_whileItThrows() throws Exception {
        ResilientSession session = rig.connect(builder().owner(application));

        application.answer = () -> {
            throw new NoClassDefFoundError("org/example/State");
        };
        int asked = application.asked.get();
        await().untilAsserted(() -> assertThat(application.asked).hasValueGreaterThan(asked + 2));
        assertThat(session.state()).isEqualTo(SessionState.CONNECTED);
        application.answer = () -> {
            throw new IllegalStateException("not now");
        };
        int askedAgain = application.asked.get();
        await().untilAsserted(() -> assertThat(application.asked).hasValueGreaterThan(askedAgain + 2));
        assertThat(session.state()).isEqualTo(SessionState.CONNECTED);

        application.answer = () -> false;

        rig.assertGone(session);
    }

    @Test
    void hasNoHandleMade_whenItStoppedBefore() {
        application.alive = false;
        var made = new AtomicInteger();
        rig.start(builder()
                .owner(application)
                .curator(CuratorFrameworkFactory.builder()
                        .connectString(proxy.connectString())
                        .zookeeperFactory((hosts, timeout, watcher, readOnly) -> {
                            made.incrementAndGet();
                            return new ZooKeeper(hosts, timeout, watcher, readOnly);
                        })));

        await().atMost(PROMISED.multipliedBy(2))
                .untilAsserted(() -> assertThat(SessionRegistry.sessions()).isEmpty());
        assertThat(made).hasValue(0);
    }

    @Test
    @DisplayName("one line tells of its end, and no more: the logging is its own, and stops with it")
    void isToldOfInOneLine() throws Exception {
        ResilientSession session = rig.connect(builder().owner(application));
        heard.await(SessionState.CONNECTED); // told after it is logged
        try (var log = CapturedLog.ofSessions()) {
            application.alive = false;

            rig.assertGone(session);
            assertThat(log.lines())
                    .singleElement()
                    .asString()
                    .startsWith("WARN session 'owned': the test's application has ended");
        }
    }

    @Test
    @DisplayName("a step of the close that the logging broke is taken again, also in ZooKeeper's and Curator's code")
    void endsTheSession_whenTheLoggingIsBroken() throws Exception {
        var observer = rig.observer();
        ResilientSession session = rig.connect(builder().owner(application));
        session.ephemerals().register("/node", DATA).whenHeld().get(30, TimeUnit.SECONDS);
        Set<String> broken = ConcurrentHashMap.newKeySet();

        try (var logging = BrokenLogging.where(
                (logger, thread) -> logger.equals("io.perennial.session")
                        // ZooKeeper's and Curator's break once in each thread that closes
                        || (thread.getName().startsWith("perennial-owned-close") && broken.add(thread.getName())),
                new NoClassDefFoundError("ch/qos/logback/core/status/WarnStatus"))) {
            application.alive = false;

            rig.assertGone(session);
            assertThat(logging.thrown()).isGreaterThanOrEqualTo(3);
        }
        assertThat(broken).contains("perennial-owned-close-curator", "perennial-owned-close-handle");
        assertThat(observer.exists("/node")).isFalse();
    }

    @Test
    @DisplayName("cuts a close that is under way, however long its timeout: the server is silent")
    void cutsACloseUnderWay() throws Exception {
        ResilientSession session = rig.connect(builder().owner(application).closeTimeout(Duration.ofMinutes(10)));
        proxy.freeze();
        var closing = new Thread(session::close, "test-close");
        closing.start();
        await().untilAsserted(() -> assertThat(closing.getState()).isEqualTo(Thread.State.TIMED_WAITING));

        application.alive = false;

        rig.assertGone(session);
        closing.join();
    }

    @Test
    @DisplayName("every thread has the session's name and class loader, ZooKeeper's and Curator's too, whoever made it")
    void givesThreadsTheirNameAndLoader_alsoAfterAnExpiry() throws Exception {
        try (var stranger = new URLClassLoader(new URL[0])) {
            ResilientSession session = builder().build();
            Thread starting = new Thread(session::start, "test-stranger");
            starting.setContextClassLoader(stranger);
            starting.start();
            starting.join();
            rig.open(session);
            assertThat(session.awaitConnected(Duration.ofSeconds(30))).isTrue();
            session.curator().create().inBackground().forPath("/background", DATA);
            assertThreadsAreThoseOf(session);

            server.expireSession(session.info().orElseThrow().sessionId());
            await().untilAsserted(() -> assertThat(session.info())
                    .hasValueSatisfying(info -> assertThat(info.generation()).isEqualTo(2)));
            assertThat(session.awaitConnected(Duration.ofSeconds(30))).isTrue();
            session.curator().create().inBackground().forPath("/again", DATA);
            assertThreadsAreThoseOf(session);
        }
    }

    private void assertThreadsAreThoseOf(ResilientSession session) {
        assertThat(NoLeaks.clientThreads()).hasSizeGreaterThanOrEqualTo(5).allSatisfy(thread -> {
            assertThat(thread.getName()).startsWith("perennial-" + session.name() + "-");
            assertThat(thread.getContextClassLoader())
                    .as(thread.getName())
                    .isSameAs(getClass().getClassLoader());
            assertThat(thread.isDaemon()).as(thread.getName()).isTrue();
        });
    }

    @Nested
    class FoundByTheContextClassLoader {
        private final WebApplicationLoader loader = new WebApplicationLoader();

        @Test
        void endsTheSession_whenTheWebApplicationStops() throws Exception {
            ResilientSession session = rig.connectUnder(loader, builder());

            loader.state = LifecycleState.STOPPING;

            rig.assertGone(session);
            assertThat(heard.all()).last().extracting(t -> t.cause()).isEqualTo(Cause.OWNER_STOPPED);
        }

        @Test
        void endsTheSession_whenTheWebApplicationFailedToStart() throws Exception {
            loader.state = LifecycleState.STARTING_PREP;
            ResilientSession session = rig.connectUnder(loader, builder());

            loader.state = LifecycleState.FAILED;

            rig.assertGone(session);
        }

        @Test
        void keepsTheSession_thatBelongsToTheJvmAllTheSame() throws Exception {
            ResilientSession session = rig.connectUnder(loader, builder().owner(SessionOwner.jvm()));

            loader.state = LifecycleState.STOPPED;

            session.curator().create().withMode(CreateMode.EPHEMERAL).forPath("/node", DATA);
            await().during(Duration.ofSeconds(1))
                    .untilAsserted(() -> assertThat(session.state()).isEqualTo(SessionState.CONNECTED));
        }

        @Test
        void endsTheSession_whoseLoaderIsADescendant() throws Exception {
            try (var child = new URLClassLoader(new URL[0], loader)) {
                ResilientSession session = rig.connectUnder(child, builder());

                loader.state = LifecycleState.DESTROYED;

                rig.assertGone(session);
            }
        }
    }

    /** Somebody who ends, and may lose his mind before. */
    private static final class Application implements SessionOwner {
        private volatile Callable<Boolean> answer = () -> this.alive;
        private volatile boolean alive = true;
        private final AtomicInteger asked = new AtomicInteger();

        @Override
        public boolean isAlive() {
            asked.incrementAndGet();
            try {
                return answer.call();
            } catch (RuntimeException e) {
                throw e;
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public String describe() {
            return "the test's application";
        }
    }

    /** What a session sees of Tomcat's web application loader: a {@code getState()} that gives a LifecycleState. */
    public static final class WebApplicationLoader extends URLClassLoader {
        private volatile LifecycleState state = LifecycleState.STARTED;

        WebApplicationLoader() {
            super(new URL[0], OwnerIT.class.getClassLoader());
        }

        public LifecycleState getState() {
            return state;
        }
    }

    /** Tomcat's, in part. */
    public enum LifecycleState {
        STARTING_PREP,
        STARTED,
        STOPPING,
        STOPPED,
        DESTROYED,
        FAILED
    }
}
