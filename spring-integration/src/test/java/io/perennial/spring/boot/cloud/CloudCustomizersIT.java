package io.perennial.spring.boot.cloud;

import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.ResilientSession;
import io.perennial.test.EmbeddedServer;
import io.perennial.test.IndependentClient;
import io.perennial.test.NoLeaks;
import java.nio.charset.StandardCharsets;
import org.apache.curator.framework.CuratorFramework;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.WebApplicationType;
import org.springframework.cloud.zookeeper.CuratorFrameworkCustomizer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;

/** What an application has written to customize Spring Cloud Zookeeper's client. */
@ExtendWith(NoLeaks.class)
@Tag("essential")
class CloudCustomizersIT {
    @Configuration(proxyBeanMethods = false)
    static class Customizers {
        @Bean
        @Order(2)
        CuratorFrameworkCustomizer last() {
            return builder -> builder.defaultData("last".getBytes(StandardCharsets.UTF_8));
        }

        @Bean
        @Order(1)
        CuratorFrameworkCustomizer first() {
            return builder -> builder.defaultData("first".getBytes(StandardCharsets.UTF_8));
        }
    }

    @Test
    void holdsForOurs_inOrder() throws Exception {
        try (var server = EmbeddedServer.start();
                var eye = new IndependentClient(server.connectString());
                ConfigurableApplicationContext shop = CloudService.builder(
                                WebApplicationType.NONE,
                                "perennial.connect-string=" + server.connectString(),
                                "spring.cloud.zookeeper.discovery.enabled=false")
                        .sources(Customizers.class)
                        .run()) {
            CuratorFramework curator = shop.getBean(CuratorFramework.class);
            assertThat(curator).isSameAs(shop.getBean(ResilientSession.class).curator());

            curator.create().forPath("/made");

            assertThat(eye.data("/made")).asString().isEqualTo("last");
        }
    }
}
