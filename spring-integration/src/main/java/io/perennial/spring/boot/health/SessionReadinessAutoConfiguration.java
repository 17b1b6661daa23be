package io.perennial.spring.boot.health;

import io.perennial.spring.boot.ConditionalOnSession;
import io.perennial.spring.boot.ContextSessions;
import io.perennial.spring.boot.PerennialAutoConfiguration;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.availability.ApplicationAvailability;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.health.application.ReadinessStateHealthIndicator;
import org.springframework.boot.health.autoconfigure.actuate.endpoint.AvailabilityProbesAutoConfiguration;
import org.springframework.boot.health.autoconfigure.application.AvailabilityHealthContributorAutoConfiguration;
import org.springframework.context.annotation.Bean;

/**
 * With {@code perennial.readiness.enabled=true} the readiness probe ({@code /actuator/health/readiness}, {@code /readyz})
 * refuses traffic also while a session is not fit for use: {@code CONNECTED}, {@code RESTORING} and {@code SUSPENDED} are
 * as long as the lease is held, {@code READ_ONLY} is, everything else is not. So a lost connection that is back in time goes
 * unnoticed by load balancers, other than with {@code zookeeper} in the readiness group, which is DOWN at once.
 *
 * <p>Off by default: when the servers are gone, all instances would refuse traffic at once, also what does not need them.
 *
 * <p>It takes the place of Boot's own {@code readinessState} contributor and says what that says as well, so there is no
 * other entry and no other group; the application's {@link ApplicationAvailability} itself stays as it is, which other things
 * than probes go by.
 */
@AutoConfiguration(
        after = PerennialAutoConfiguration.class,
        before = {AvailabilityHealthContributorAutoConfiguration.class, AvailabilityProbesAutoConfiguration.class})
@ConditionalOnClass(ReadinessStateHealthIndicator.class)
@ConditionalOnBooleanProperty("perennial.readiness.enabled")
@ConditionalOnSession
@EnableConfigurationProperties(ReadinessProperties.class)
public final class SessionReadinessAutoConfiguration {

    @Bean
    @ConditionalOnMissingBean(name = "readinessStateHealthIndicator")
    SessionReadiness readinessStateHealthIndicator(
            ApplicationAvailability availability, ConfigurableListableBeanFactory beans) {
        return new SessionReadiness(availability, ContextSessions.of(beans));
    }
}
