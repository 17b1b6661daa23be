package io.perennial.spring.boot.metrics;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.perennial.spring.boot.ConditionalOnSession;
import io.perennial.spring.boot.ContextSessions;
import io.perennial.spring.boot.PerennialAutoConfiguration;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration;
import org.springframework.context.annotation.Bean;

/**
 * The {@linkplain SessionMetrics meters} of all sessions, where there is a registry. {@code
 * management.metrics.enable.perennial=false} switches them off.
 */
@AutoConfiguration(
        after = {
            PerennialAutoConfiguration.class,
            MetricsAutoConfiguration.class,
            CompositeMeterRegistryAutoConfiguration.class
        })
@ConditionalOnClass({MeterRegistry.class, MetricsAutoConfiguration.class})
@ConditionalOnBean(MeterRegistry.class)
@ConditionalOnSession
public final class SessionMetricsAutoConfiguration {

    /** Boot binds it when all singletons are there, which is before the sessions start, and closes nothing. */
    @Bean
    MeterBinder perennialSessionMetrics(ConfigurableListableBeanFactory beans) {
        return registry -> ContextSessions.of(beans)
                .forEach((name, session) -> new SessionMetrics(session, name).bindTo(registry));
    }
}
