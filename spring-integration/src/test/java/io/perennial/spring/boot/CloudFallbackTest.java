package io.perennial.spring.boot;

import static io.perennial.spring.boot.Contexts.NOBODY;
import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.ResilientSession;
import io.perennial.spring.boot.diagnostics.NoConnectStringException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

class CloudFallbackTest {
    @Test
    void theirServersAreOurs_whereWeHaveNone() {
        servers(Contexts.plain().withPropertyValues("spring.cloud.zookeeper.connect-string=" + NOBODY), NOBODY);
    }

    @Test
    void theirServersAreOurs_writtenInAnyWay() {
        servers(Contexts.plain().withPropertyValues("spring.cloud.zookeeper.connectString=" + NOBODY), NOBODY);
    }

    @Test
    void oursGoBeforeTheirs() {
        servers(Contexts.configured().withPropertyValues("spring.cloud.zookeeper.connect-string=127.0.0.1:2"), NOBODY);
    }

    @Test
    void theirDefaultIsOurs_whereTheyAreThere() {
        servers(Contexts.withSpringCloud(), "localhost:2181");
    }

    @Test
    void theirDefaultIsNotOurs_whereTheyAreSwitchedOff() {
        Contexts.withSpringCloud()
                .withPropertyValues("spring.cloud.zookeeper.enabled=false")
                .run(context ->
                        assertThat(context).getFailure().hasRootCauseInstanceOf(NoConnectStringException.class));
    }

    @Test
    void theirServersMakeAnUnnamedSession_besideNamedOnes() {
        Contexts.withSpringCloud()
                .withPropertyValues(
                        "spring.cloud.zookeeper.connect-string=" + NOBODY, "perennial.sessions.orders.namespace=orders")
                .run(context -> assertThat(context.getBeansOfType(ResilientSession.class))
                        .containsOnlyKeys("resilientSession", "ordersSession"));
    }

    @Test
    void theirTimeoutsAreOurs_whereWeSetNone() {
        Contexts.configured()
                .withPropertyValues(
                        "spring.cloud.zookeeper.session-timeout=11s",
                        "spring.cloud.zookeeper.connection-timeout=12s",
                        "perennial.sessions.orders.session-timeout=14s")
                .run(context -> {
                    var probe = context.getBean(Contexts.BuilderProbe.class);
                    assertThat(probe.builder("zookeeper"))
                            .extracting("sessionTimeout", "connectTimeout")
                            .containsExactly(Duration.ofSeconds(11), Duration.ofSeconds(12));
                    assertThat(probe.builder("orders"))
                            .extracting("sessionTimeout", "connectTimeout")
                            .containsExactly(Duration.ofSeconds(14), Duration.ofSeconds(12));
                });
    }

    @Test
    void ourTimeoutsGoBeforeTheirs() {
        Contexts.configured()
                .withPropertyValues(
                        "spring.cloud.zookeeper.session-timeout=11s",
                        "spring.cloud.zookeeper.connection-timeout=12s",
                        "perennial.sessionTimeout=30s",
                        "perennial.connect-timeout=10s")
                .run(context -> assertThat(
                                context.getBean(Contexts.BuilderProbe.class).builder("zookeeper"))
                        .extracting("sessionTimeout", "connectTimeout")
                        .containsExactly(Duration.ofSeconds(30), Duration.ofSeconds(10)));
    }

    private static void servers(ApplicationContextRunner contexts, String expected) {
        contexts.run(context -> assertThat(
                        context.getBean(Contexts.BuilderProbe.class).builder("zookeeper"))
                .extracting("connectString.text")
                .isEqualTo(expected));
    }
}
