package io.perennial.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.perennial.ResilientSession;
import io.perennial.SessionRegistry;
import io.perennial.test.EmbeddedServer;
import io.perennial.test.IndependentClient;
import io.perennial.test.ZooKeeperTest;
import jakarta.annotation.PostConstruct;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.curator.framework.CuratorFramework;
import org.apache.zookeeper.CreateMode;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.InitializingBean;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/** A context that fails to start leaves nothing behind, whoever opened it. */
@ZooKeeperTest
@Tag("S-50")
@Tag("essential")
class FailedStartIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private EmbeddedServer server;
    private IndependentClient eye;

    @BeforeEach
    void connect(EmbeddedServer running, IndependentClient observer) {
        server = running;
        eye = observer;
        assertThat(eye.exists("/")).isTrue();
    }

    @SpringBootConfiguration
    @EnableAutoConfiguration
    static class Application {}

    /** Opens what a bean may open, and is told by a property where to fail. */
    static class Opens {
        Opens(ResilientSession session, CuratorFramework curator) throws Exception {
            assertThat(session.awaitConnected(Duration.ofSeconds(30))).isTrue();
            curator.create().withMode(CreateMode.EPHEMERAL).forPath("/by-curator");
            session.ephemerals().register("/by-session", new byte[0]).whenHeld().get(30, TimeUnit.SECONDS);
            session.watches().node("/watched", change -> {}).whenArmed().get(30, TimeUnit.SECONDS);
        }
    }

    static class OpensItsOwn {
        OpensItsOwn(ResilientSession theirs) throws Exception {
            ResilientSession own = ResilientSession.builder()
                    .name("own")
                    .connectString(theirs.curator().getZookeeperClient().getCurrentConnectionString())
                    .build()
                    .start();
            assertThat(own.awaitConnected(Duration.ofSeconds(30))).isTrue();
            own.ephemerals().register("/by-own", new byte[0]).whenHeld().get(30, TimeUnit.SECONDS);
            throw new IllegalStateException("broken in its constructor");
        }
    }

    static class FailsInConstructor extends Opens {
        FailsInConstructor(ResilientSession session, CuratorFramework curator) throws Exception {
            super(session, curator);
            throw new IllegalStateException("broken in its constructor");
        }
    }

    static class FailsInPostConstruct extends Opens {
        FailsInPostConstruct(ResilientSession session, CuratorFramework curator) throws Exception {
            super(session, curator);
        }

        @PostConstruct
        void initialize() {
            throw new IllegalStateException("broken in @PostConstruct");
        }
    }

    static class FailsInAfterPropertiesSet extends Opens implements InitializingBean {
        FailsInAfterPropertiesSet(ResilientSession session, CuratorFramework curator) throws Exception {
            super(session, curator);
        }

        @Override
        public void afterPropertiesSet() {
            throw new IllegalStateException("broken in afterPropertiesSet");
        }
    }

    private SpringApplicationBuilder application(WebApplicationType type, Class<?>... beans) {
        List<Class<?>> sources = new ArrayList<>(List.of(beans));
        sources.add(Application.class);
        return new SpringApplicationBuilder(sources.toArray(Class<?>[]::new))
                .web(type)
                .registerShutdownHook(false)
                .properties(
                        "perennial.connect-string=" + server.connectString(),
                        "server.port=0",
                        "server.address=127.0.0.1",
                        "spring.main.banner-mode=off",
                        "spring.cloud.compatibility-verifier.enabled=false",
                        "spring.cloud.zookeeper.config.import-check.enabled=false",
                        "spring.cloud.zookeeper.discovery.enabled=false");
    }

    private void assertNothingLeft() {
        assertThat(SessionRegistry.sessions()).isEmpty();
        assertThat(server.sessionIds()).containsExactly(eye.sessionId());
        assertThat(eye.children("/")).containsExactly("zookeeper");
        // The server answers a close before it ends the connection.
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(server.connectionCount()).isEqualTo(1));
    }

    @ParameterizedTest
    @ValueSource(
            classes = {
                FailsInConstructor.class,
                FailsInPostConstruct.class,
                FailsInAfterPropertiesSet.class,
                OpensItsOwn.class
            })
    void leavesNothing_whenABeanFails(Class<?> bean) {
        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(
                            () -> application(WebApplicationType.SERVLET, bean).run())
                    .hasRootCauseInstanceOf(IllegalStateException.class)
                    .rootCause()
                    .hasMessageStartingWith("broken in");
            assertNothingLeft();
        }
    }

    @Test
    void leavesNothing_whenThePortIsInUse() throws Exception {
        try (var taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            assertThatThrownBy(() -> application(WebApplicationType.SERVLET, Opens.class)
                            .run("--server.port=" + taken.getLocalPort()))
                    .hasStackTraceContaining("Port " + taken.getLocalPort());
        }
        assertNothingLeft();
    }

    @Test
    void leavesNothing_whenTheServerGoesAwayMeanwhile() {
        assertThatThrownBy(() -> application(WebApplicationType.NONE, StopsTheServer.class)
                        .initializers(context -> context.getBeanFactory().registerSingleton("server", server))
                        .run("--perennial.close-timeout=1s", "--perennial.session-timeout=6s"))
                .rootCause()
                .hasMessage("broken, and the server away");
        // The closing gave up after its timeout and goes on without anybody waiting.
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(SessionRegistry.sessions()).isEmpty());

        server.restart();

        // Nobody keeps the session alive, so the server ends it.
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(server.sessionIds()).containsExactly(eye.sessionId()));
        assertNothingLeft();
    }

    static class StopsTheServer extends Opens {
        StopsTheServer(ResilientSession session, CuratorFramework curator, EmbeddedServer server) throws Exception {
            super(session, curator);
            server.stop();
            throw new IllegalStateException("broken, and the server away");
        }
    }

    @Test
    @Tag("S-51")
    void oneHandleAtATime_whenAContextIsStartedTenTimes() {
        startAndStop(10);
    }

    @Test
    @Tag("S-51")
    @Tag("soak")
    void oneHandleAtATime_whenAContextIsStartedFiftyTimes() {
        startAndStop(50);
    }

    private void startAndStop(int times) {
        for (int i = 0; i < times; i++) {
            try (ConfigurableApplicationContext context =
                    application(WebApplicationType.NONE, Opens.class).run()) {
                assertThat(server.sessionIds())
                        .containsExactlyInAnyOrder(
                                eye.sessionId(),
                                context.getBean(ResilientSession.class)
                                        .info()
                                        .orElseThrow()
                                        .sessionId());
                assertThat(server.connectionCount()).isEqualTo(2);
            }
            assertNothingLeft();
        }
    }
}
