package io.perennial.spring.boot.cloud;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.perennial.ResilientSession;
import io.perennial.SessionState;
import io.perennial.test.EmbeddedServer;
import io.perennial.test.IndependentClient;
import io.perennial.test.ZooKeeperTest;
import java.time.Duration;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.curator.framework.CuratorFramework;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.cloud.client.ServiceInstance;
import org.springframework.cloud.client.discovery.DiscoveryClient;
import org.springframework.context.ConfigurableApplicationContext;

/** Spring Cloud Zookeeper's discovery, unchanged, on our session. */
@ZooKeeperTest
class DiscoveryIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private EmbeddedServer server;
    private IndependentClient eye;

    @BeforeEach
    void take(EmbeddedServer running, IndependentClient observer) {
        server = running;
        eye = observer;
    }

    private String[] ours() {
        return new String[] {"perennial.connect-string=" + server.connectString(), "perennial.session-timeout=10s"};
    }

    @Test
    void runsOnOurSessionAlone_andSaysGoodbyeBeforeItCloses() {
        try (ConfigurableApplicationContext shop = CloudService.start(ours())) {
            assertThat(shop.getBeansOfType(CuratorFramework.class)).hasSize(1);
            assertThat(eye.children("/services/shop")).hasSize(1);
            assertThat(server.sessionIds())
                    .containsExactlyInAnyOrder(
                            eye.sessionId(),
                            shop.getBean(ResilientSession.class)
                                    .info()
                                    .orElseThrow()
                                    .sessionId());
        }
        assertThat(eye.children("/services/shop")).isEmpty();
    }

    @Test
    void takesSpringCloudsOwnPropertiesWhereThereAreNoneOfOurs() {
        try (ConfigurableApplicationContext shop = CloudService.start(
                "spring.cloud.zookeeper.connect-string=" + server.connectString(),
                "spring.cloud.zookeeper.session-timeout=7s")) {
            ResilientSession session = shop.getBean(ResilientSession.class);
            assertThat(session.info().orElseThrow().requestedTimeout()).isEqualTo(Duration.ofSeconds(7));
            assertThat(eye.children("/services/shop")).hasSize(1);
        }
    }

    @Test
    void serviceIsThereExactlyOnceAfterAnExpiry_andASecondInstanceFindsIt() {
        try (ConfigurableApplicationContext first = CloudService.start(ours());
                ConfigurableApplicationContext second = CloudService.start(ours())) {
            DiscoveryClient seenBySecond = second.getBean(DiscoveryClient.class);
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(seenBySecond.getInstances("shop"))
                    .hasSize(2));
            List<String> names = eye.children("/services/shop");
            ResilientSession session = first.getBean(ResilientSession.class);
            long lost = session.info().orElseThrow().sessionId();

            server.expireSession(lost);

            // Between two server sessions there is none to ask for its id.
            await().atMost(PATIENCE)
                    .ignoreException(NoSuchElementException.class)
                    .untilAsserted(() -> {
                        assertThat(session.state()).isEqualTo(SessionState.CONNECTED);
                        long now = session.info().orElseThrow().sessionId();
                        assertThat(now).isNotEqualTo(lost);
                        assertThat(eye.children("/services/shop")).containsExactlyElementsOf(names);
                        assertThat(names.stream().map(name -> eye.ownerOf("/services/shop/" + name)
                                        .orElseThrow()))
                                .containsExactlyInAnyOrder(
                                        now,
                                        second.getBean(ResilientSession.class)
                                                .info()
                                                .orElseThrow()
                                                .sessionId());
                    });
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(seenBySecond.getInstances("shop"))
                    .extracting(ServiceInstance::getPort)
                    .containsExactlyInAnyOrder(port(first), port(second)));
        }
    }

    private static int port(ConfigurableApplicationContext context) {
        return context.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
    }
}
