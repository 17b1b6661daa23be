package io.perennial.spring.boot.cloud;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.perennial.ResilientSession;
import io.perennial.SessionRegistry;
import io.perennial.test.EmbeddedServer;
import io.perennial.test.IndependentClient;
import io.perennial.test.TlsKeys;
import io.perennial.test.ZooKeeperServers;
import io.perennial.test.ZooKeeperTest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import org.apache.curator.framework.CuratorFramework;
import org.apache.zookeeper.ZooDefs.Perms;
import org.apache.zookeeper.data.ACL;
import org.apache.zookeeper.data.Id;
import org.apache.zookeeper.server.auth.DigestAuthenticationProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.bootstrap.BootstrapRegistry.InstanceSupplier;
import org.springframework.cloud.context.refresh.ContextRefresher;
import org.springframework.cloud.zookeeper.CuratorFactory;
import org.springframework.cloud.zookeeper.CuratorFrameworkCustomizer;
import org.springframework.context.ConfigurableApplicationContext;

/** {@code spring.config.import=zookeeper:} on sessions of ours, of which one remains. */
@ZooKeeperTest
class ConfigDataIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private EmbeddedServer server;
    private IndependentClient eye;

    @BeforeEach
    void fill(EmbeddedServer running, IndependentClient observer) {
        server = running;
        eye = observer;
        eye.create("/config", new byte[0]);
        eye.create("/config/shop", new byte[0]);
        eye.create("/config/shop/greeting", "hello".getBytes(StandardCharsets.UTF_8));
    }

    private ConfigurableApplicationContext start(String... properties) {
        return CloudService.builder(WebApplicationType.NONE, properties)
                .properties("spring.config.import=zookeeper:", "perennial.connect-string=" + server.connectString())
                .run();
    }

    @Test
    void readsTheConfigurationAndLeavesOneClient() {
        try (ConfigurableApplicationContext shop = start()) {
            assertThat(shop.getEnvironment().getProperty("greeting")).isEqualTo("hello");
            ResilientSession session = shop.getBean(ResilientSession.class);
            assertThat(shop.getBeansOfType(CuratorFramework.class).values()).containsExactly(session.curator());
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(server.sessionIds())
                    .containsExactlyInAnyOrder(
                            eye.sessionId(), session.info().orElseThrow().sessionId()));
            assertThat(SessionRegistry.sessions()).hasSize(1);
        }
        assertThat(server.sessionIds()).containsExactly(eye.sessionId());
    }

    /** So does Spring Cloud Zookeeper itself, where Spring Cloud Config finds its server by discovery. */
    @Test
    @Tag("J7")
    void replacesTheClientThatSpringCloudHasRegisteredBefore() {
        try (ConfigurableApplicationContext shop = CloudService.builder(WebApplicationType.NONE)
                .properties("spring.config.import=zookeeper:", "perennial.connect-string=" + server.connectString())
                .addBootstrapRegistryInitializer(
                        registry -> CuratorFactory.registerCurator(registry, null, true, context -> true))
                .run()) {
            assertThat(shop.getEnvironment().getProperty("greeting")).isEqualTo("hello");
            ResilientSession session = shop.getBean(ResilientSession.class);
            assertThat(shop.getBeansOfType(CuratorFramework.class).values()).containsExactly(session.curator());
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(server.sessionIds())
                    .containsExactlyInAnyOrder(
                            eye.sessionId(), session.info().orElseThrow().sessionId()));
        }
        assertThat(server.sessionIds()).containsExactly(eye.sessionId());
    }

    @Test
    void serversInTheImportGoBeforeTheConfiguredOnes() {
        try (ConfigurableApplicationContext shop = CloudService.builder(WebApplicationType.NONE)
                .properties(
                        "spring.config.import=zookeeper:" + server.connectString(),
                        "spring.cloud.zookeeper.connect-string=127.0.0.1:1",
                        "perennial.connect-string=127.0.0.1:1",
                        "spring.cloud.zookeeper.discovery.enabled=false")
                .run()) {
            assertThat(shop.getEnvironment().getProperty("greeting")).isEqualTo("hello");
        }
    }

    /** Before there is a context there are no SSL bundles yet. */
    @Test
    void readsOverTls(@TempDir Path directory) throws Exception {
        TlsKeys keys = TlsKeys.make(directory, "server", "ip:127.0.0.1");
        try (var secure = ZooKeeperServers.process().tls(keys).start()) {
            String[] properties = {
                "perennial.connect-string=" + secure.secureConnectString(),
                "perennial.ssl.bundle=zk",
                "spring.ssl.bundle.pem.zk.truststore.certificate=file:" + keys.certificate()
            };
            try (ConfigurableApplicationContext writer =
                    CloudService.builder(WebApplicationType.NONE, properties).run()) {
                writer.getBean(CuratorFramework.class)
                        .create()
                        .creatingParentsIfNeeded()
                        .forPath("/config/shop/greeting", "sealed".getBytes(StandardCharsets.UTF_8));
            }
            try (ConfigurableApplicationContext shop = CloudService.builder(WebApplicationType.NONE, properties)
                    .properties("spring.config.import=zookeeper:")
                    .run()) {
                assertThat(shop.getEnvironment().getProperty("greeting")).isEqualTo("sealed");
            }
        }
    }

    /** A bean would come too late for this client: it is customized by what the bootstrap registry holds. */
    @Test
    void readsWithWhatACustomizerHasAdded() throws Exception {
        var onlyWithPassword =
                new ACL(Perms.READ, new Id("digest", DigestAuthenticationProvider.generateDigest("config:s3cret")));
        eye.raw().setACL("/config/shop/greeting", Collections.singletonList(onlyWithPassword), -1);
        CuratorFrameworkCustomizer customizer =
                curator -> curator.authorization("digest", "config:s3cret".getBytes(StandardCharsets.UTF_8));

        try (ConfigurableApplicationContext shop = CloudService.builder(WebApplicationType.NONE)
                .properties(
                        "spring.config.import=zookeeper:",
                        "perennial.connect-string=" + server.connectString(),
                        "spring.cloud.zookeeper.config.watcher.enabled=false",
                        "spring.cloud.zookeeper.discovery.enabled=false")
                .addBootstrapRegistryInitializer(registry ->
                        registry.register(CuratorFrameworkCustomizer.class, InstanceSupplier.of(customizer)))
                .run()) {
            assertThat(shop.getEnvironment().getProperty("greeting")).isEqualTo("hello");
        }
    }

    @Test
    void followsAChangeWithoutAnotherClient() {
        try (ConfigurableApplicationContext shop = start()) {
            for (String greeting : new String[] {"bonjour", "guten Tag", "buenos dias"}) {
                eye.setData("/config/shop/greeting", greeting.getBytes(StandardCharsets.UTF_8));
                shop.getBean(ContextRefresher.class).refresh();
                assertThat(shop.getEnvironment().getProperty("greeting")).isEqualTo(greeting);
            }
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(server.sessionIds())
                    .containsExactlyInAnyOrder(
                            eye.sessionId(),
                            shop.getBean(ResilientSession.class)
                                    .info()
                                    .orElseThrow()
                                    .sessionId()));
        }
    }

    @Test
    void followsAChangeByItself() {
        try (ConfigurableApplicationContext shop = start()) {
            await().atMost(PATIENCE).untilAsserted(() -> {
                eye.setData("/config/shop/greeting", "salve".getBytes(StandardCharsets.UTF_8));
                assertThat(shop.getEnvironment().getProperty("greeting")).isEqualTo("salve");
            });
        }
    }

    @Test
    void leavesNothing_whenTheApplicationFailsBeforeItsContext() {
        assertThatThrownBy(() -> CloudService.builder(WebApplicationType.NONE)
                        .properties(
                                "spring.config.import=zookeeper:,classpath:there-is-no-such-file.properties",
                                "perennial.connect-string=" + server.connectString())
                        .run())
                .hasMessageContaining("there-is-no-such-file");
        assertThat(SessionRegistry.sessions()).isEmpty();
        assertThat(server.sessionIds()).containsExactly(eye.sessionId());
    }

    @Test
    void startsWithoutTheConfiguration_whenItIsOptionalAndTheChrootIsMissing() {
        try (ConfigurableApplicationContext shop = CloudService.builder(WebApplicationType.NONE)
                .properties(
                        "spring.config.import=optional:zookeeper:",
                        "spring.cloud.zookeeper.discovery.enabled=false",
                        "perennial.connect-string=" + server.connectString() + "/not/there")
                .run()) {
            assertThat(shop.getEnvironment().getProperty("greeting")).isNull();
            assertThat(SessionRegistry.sessions())
                    .extracting(ResilientSession::name)
                    .containsExactly("zookeeper");
        }
        assertThat(SessionRegistry.sessions()).isEmpty();
    }

    @Test
    void leavesNothing_whenTheServerIsAway() {
        server.stop();
        assertThatThrownBy(() ->
                        start("perennial.connect-timeout=1s", "spring.cloud.zookeeper.block-until-connected-wait=1"))
                .isInstanceOf(Exception.class);
        assertThat(SessionRegistry.sessions()).isEmpty();
        server.restart();
    }

    @Test
    void springCloudsClientIsLeftAlone_whenWeAreSwitchedOff() {
        try (ConfigurableApplicationContext shop =
                start("perennial.enabled=false", "spring.cloud.zookeeper.connect-string=" + server.connectString())) {
            assertThat(shop.getEnvironment().getProperty("greeting")).isEqualTo("hello");
            assertThat(shop.getBeansOfType(ResilientSession.class)).isEmpty();
            // Theirs is never closed by the context; so that this test leaves nothing.
            shop.getBeansOfType(CuratorFramework.class).values().forEach(CuratorFramework::close);
        }
    }
}
