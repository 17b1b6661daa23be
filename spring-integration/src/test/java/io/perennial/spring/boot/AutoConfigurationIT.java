package io.perennial.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.ResilientSession;
import io.perennial.SessionState;
import io.perennial.test.EmbeddedServer;
import io.perennial.test.ZooKeeperTest;
import java.time.Duration;
import org.apache.curator.framework.CuratorFramework;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

@ZooKeeperTest
@Tag("essential")
class AutoConfigurationIT {
    private static EmbeddedServer server;

    private final ApplicationContextRunner contexts = new ApplicationContextRunner()
            .withConfiguration(
                    AutoConfigurations.of(PerennialAutoConfiguration.class, CuratorFrameworkAutoConfiguration.class))
            .withPropertyValues("perennial.connect-string=" + server.connectString());

    @BeforeAll
    static void take(EmbeddedServer running) {
        server = running;
    }

    @Test
    void givesASessionAndItsCuratorFramework_whichEndWithTheContext() {
        ResilientSession[] seen = new ResilientSession[1];
        contexts.run(context -> {
            ResilientSession session = context.getBean(ResilientSession.class);
            seen[0] = session;
            assertThat(session.awaitConnected(Duration.ofSeconds(30))).isTrue();
            assertThat(context.getBean(CuratorFramework.class)).isSameAs(session.curator());
            assertThat(context.getBean(CuratorFramework.class).checkExists().forPath("/"))
                    .isNotNull();
        });
        assertThat(seen[0].state()).isEqualTo(SessionState.CLOSED);
    }

    @Test
    void namedSessionsAreInjectedByTheirQualifier() {
        contexts.withPropertyValues(
                        "perennial.sessions.orders.namespace=orders", "perennial.sessions.stock.session-timeout=7s")
                .run(context -> {
                    assertThat(context).hasNotFailed();
                    assertThat(context.getBeansOfType(ResilientSession.class))
                            .containsOnlyKeys("resilientSession", "ordersSession", "stockSession");
                    assertThat(context.getBean(ResilientSession.class).name()).isEqualTo("zookeeper");
                });
    }
}
