package io.perennial.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.ResilientSession;
import io.perennial.SessionState;
import io.perennial.operation.Effect;
import io.perennial.spring.ZooKeeperWatch;
import io.perennial.test.EmbeddedServer;
import io.perennial.test.ZooKeeperTest;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import org.apache.curator.framework.CuratorFramework;
import org.apache.zookeeper.data.Stat;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** When a session starts and ends. */
@ZooKeeperTest
@Tag("essential")
class LifeCycleIT {
    private static EmbeddedServer server;

    private final ApplicationContextRunner contexts = new ApplicationContextRunner()
            .withConfiguration(
                    AutoConfigurations.of(PerennialAutoConfiguration.class, CuratorFrameworkAutoConfiguration.class))
            .withPropertyValues("perennial.connect-string=" + server.connectString());

    @BeforeAll
    static void take(EmbeddedServer running) {
        server = running;
    }

    /** Notes the session's state when it is made and destroyed. */
    static class Notes implements DisposableBean {
        private final ResilientSession session;
        final SessionState whenMade;
        SessionState whenDestroyed;
        boolean couldCall;

        Notes(ResilientSession session) {
            this.session = session;
            this.whenMade = session.state();
        }

        @Override
        public void destroy() throws Exception {
            whenDestroyed = session.state();
            couldCall = session.curator().checkExists().forPath("/") != null;
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class OnlyRegisters {
        @Bean
        Notes notes(ResilientSession session) {
            session.addListener(transition -> {});
            session.ephemerals().register("/early", new byte[0]);
            return new Notes(session);
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class NeedsTheServers {
        @Bean
        Notes notes(ResilientSession session) {
            Stat root =
                    session.operations().call(Effect.READ, c -> c.checkExists().forPath("/"));
            assertThat(root).isNotNull();
            return new Notes(session);
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class UsesCurator {
        @Bean
        Notes notes(ResilientSession session, CuratorFramework curator) throws Exception {
            assertThat(curator.checkExists().forPath("/")).isNotNull();
            return new Notes(session);
        }
    }

    @Test
    void startsWithTheContext_whenNoBeanNeedsItBefore() {
        contexts.withUserConfiguration(OnlyRegisters.class).run(context -> {
            ResilientSession session = context.getBean(ResilientSession.class);
            assertThat(context.getBean(Notes.class).whenMade).isEqualTo(SessionState.LATENT);
            assertThat(session.awaitConnected(Duration.ofSeconds(30))).isTrue();
        });
    }

    @SpringBootConfiguration
    @EnableAutoConfiguration
    static class Application {
        @ZooKeeperWatch("/price")
        void changed(String price) {}
    }

    /** Nothing that the starter adds may wait for the servers, however patient it is told to be. */
    @Test
    @Timeout(60)
    void anApplicationStarts_whileItsServerIsSilent() throws Exception {
        try (var silent = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
                ConfigurableApplicationContext context = new SpringApplicationBuilder(Application.class)
                        .registerShutdownHook(false)
                        .properties(
                                "perennial.connect-string=127.0.0.1:" + silent.getLocalPort(),
                                "perennial.connect-timeout=10m",
                                "perennial.operation-timeout=10m",
                                "perennial.close-timeout=1s",
                                "perennial.nodes[0].path=/services/shop/${local.server.port}",
                                "server.port=0",
                                "server.address=127.0.0.1",
                                "spring.main.banner-mode=off",
                                "spring.cloud.compatibility-verifier.enabled=false",
                                "spring.cloud.zookeeper.config.import-check.enabled=false",
                                "spring.cloud.zookeeper.discovery.enabled=false")
                        .run()) {
            ResilientSession session = context.getBean(ResilientSession.class);
            assertThat(context.isRunning()).isTrue();
            assertThat(session.state()).isEqualTo(SessionState.CONNECTING);
            assertThat(session.report().nodesWanted()).isOne();
            assertThat(session.report().watchesWanted()).isOne();
        }
    }

    @Test
    void startsEarlier_whenABeanCallsTheServers() {
        contexts.withUserConfiguration(NeedsTheServers.class)
                .run(context -> assertThat(context.getBean(Notes.class).whenMade)
                        .isIn(SessionState.RESTORING, SessionState.CONNECTED));
    }

    @Test
    void startsEarlier_whenABeanHasTheCuratorFramework() {
        contexts.withUserConfiguration(UsesCurator.class)
                .run(context -> assertThat(context).hasNotFailed()); // so its call was answered
    }

    @Test
    void closesAfterTheBeansThatUseIt() {
        Notes[] notes = new Notes[1];
        contexts.withUserConfiguration(UsesCurator.class).run(context -> {
            notes[0] = context.getBean(Notes.class);
            assertThat(context.getBean(ResilientSession.class).awaitConnected(Duration.ofSeconds(30)))
                    .isTrue();
        });
        assertThat(notes[0].whenDestroyed).isEqualTo(SessionState.CONNECTED);
        assertThat(notes[0].couldCall).isTrue();
    }

    /** Its Curator client is a bean of its own, made after those that only use the session. */
    @Test
    void aNamedOneClosesAfterTheBeansThatUseIt() {
        Notes[] notes = new Notes[1];
        new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(
                        PerennialAutoConfiguration.class, CuratorFrameworkAutoConfiguration.class))
                .withPropertyValues("perennial.sessions.orders.connect-string=" + server.connectString())
                .withUserConfiguration(OnlyRegisters.class)
                .run(context -> {
                    notes[0] = context.getBean(Notes.class);
                    assertThat(context.getBean(ResilientSession.class).awaitConnected(Duration.ofSeconds(30)))
                            .isTrue();
                });
        assertThat(notes[0].whenDestroyed).isEqualTo(SessionState.CONNECTED);
        assertThat(notes[0].couldCall).isTrue();
    }

    @Test
    void keepsItsSession_whenTheContextIsPausedOrStopped() {
        contexts.run(context -> {
            ResilientSession session = context.getBean(ResilientSession.class);
            assertThat(session.awaitConnected(Duration.ofSeconds(30))).isTrue();
            var configurable = context.getSourceApplicationContext(ConfigurableApplicationContext.class);

            configurable.pause();
            assertThat(session.state()).isEqualTo(SessionState.CONNECTED);
            configurable.restart();
            configurable.stop();
            assertThat(session.state()).isEqualTo(SessionState.CONNECTED);
            configurable.start();
            assertThat(session.state()).isEqualTo(SessionState.CONNECTED);
            assertThat(session.info().orElseThrow().generation()).isEqualTo(1);
        });
    }
}
