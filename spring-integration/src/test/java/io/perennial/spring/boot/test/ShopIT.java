package io.perennial.spring.boot.test;

import static io.perennial.test.PerennialAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.ResilientSession;
import io.perennial.test.EmbeddedServer;
import io.perennial.test.FaultNetwork;
import java.time.Duration;
import org.apache.curator.framework.CuratorFramework;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.TestPropertySource;

/** What one annotation gives to the test of an application; of {@code docs/testing.md}. */
@TestPropertySource(
        properties = {
            "spring.cloud.compatibility-verifier.enabled=false",
            "spring.cloud.zookeeper.config.import-check.enabled=false",
            "spring.cloud.zookeeper.discovery.enabled=false",
            "spring.main.web-application-type=none"
        })
@DirtiesContext // Spring would keep it, and its session, for the JVM's other tests, which count sessions.
// [spring-boot]
@SpringBootTest(properties = {"perennial.session-timeout=4s", "perennial.nodes[0].path=/shop/instance"})
@AutoConfigurePerennialTest
class ShopIT {
    @Autowired
    ResilientSession session;

    @Autowired
    EmbeddedServer server;

    @Test
    void isFoundAgain_whenItsSessionHasExpired() {
        assertThat(session).holds("/shop/instance");

        server.expireSession(session.info().orElseThrow().sessionId());

        assertThat(session).recovers().within(Duration.ofSeconds(20));
        assertThat(session).holds("/shop/instance").hasNoGhostNodes(server);
    }
    // [end]

    @Test
    void connectsThroughTheNetwork(@Autowired FaultNetwork network, @Autowired CuratorFramework curator) {
        assertThat(session).recovers();

        network.cut();

        assertThat(session).recovers();
        assertThat(curator).recovers();
        assertThat(network.to(0).connectionsAccepted()).isGreaterThan(1);
    }

    @SpringBootConfiguration
    @EnableAutoConfiguration
    static class ShopApplication {}
}
