package io.perennial.spring.boot.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.perennial.ResilientSession;
import io.perennial.spring.boot.StubSession;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.export.simple.SimpleMetricsExportAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

class SessionMetricsAutoConfigurationTest {
    private static final String BEAN = "perennialSessionMetrics";

    private final ApplicationContextRunner contexts = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    MetricsAutoConfiguration.class,
                    SimpleMetricsExportAutoConfiguration.class,
                    CompositeMeterRegistryAutoConfiguration.class,
                    SessionMetricsAutoConfiguration.class));
    private final ApplicationContextRunner withSession =
            contexts.withBean("session", ResilientSession.class, () -> StubSession.connected("orders"));

    @Test
    void bindsAllSessions() {
        withSession
                .withBean("other", ResilientSession.class, () -> StubSession.connected("stock"))
                .run(context -> assertThat(context.getBean(MeterRegistry.class)
                                .get("perennial.nodes.held")
                                .gauges())
                        .extracting(gauge -> gauge.getId().getTag("session"))
                        .containsExactlyInAnyOrder("orders", "stock"));
    }

    @Test
    void leavesTheApplicationsRegistry_withTheContext() {
        var registry = new SimpleMeterRegistry();
        new ApplicationContextRunner()
                .withConfiguration(
                        AutoConfigurations.of(MetricsAutoConfiguration.class, SessionMetricsAutoConfiguration.class))
                .withBean("registry", MeterRegistry.class, () -> registry)
                .withBean("session", ResilientSession.class, () -> StubSession.connected("orders"))
                .run(context -> assertThat(registry.find("perennial.nodes.held").gauge())
                        .isNotNull());

        assertThat(registry.find("perennial.nodes.held").gauge()).isNull();
    }

    @Test
    void isSwitchedOff_asOtherMetersAre() {
        withSession
                .withPropertyValues("management.metrics.enable.perennial=false")
                .run(context -> assertThat(context.getBean(MeterRegistry.class)
                                .find("perennial.nodes.held")
                                .gauge())
                        .isNull());
    }

    @Test
    void isNotThere_withoutARegistry_norASession_norWhenPerennialIsOff() {
        new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(SessionMetricsAutoConfiguration.class))
                .withBean("session", ResilientSession.class, () -> StubSession.connected("orders"))
                .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(BEAN));
        contexts.run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(BEAN));
        withSession
                .withPropertyValues("perennial.enabled=false")
                .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(BEAN));
    }

    @Test
    void isNotThere_withoutMicrometer() {
        new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(SessionMetricsAutoConfiguration.class))
                .withClassLoader(new FilteredClassLoader("io.micrometer.core"))
                .withBean("session", ResilientSession.class, () -> StubSession.connected("orders"))
                .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(BEAN));
    }
}
