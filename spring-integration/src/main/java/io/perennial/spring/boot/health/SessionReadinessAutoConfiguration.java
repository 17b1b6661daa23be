package io.perennial.spring.boot.health;

import io.perennial.spring.boot.ConditionalOnSession;
import io.perennial.spring.boot.ContextSessions;
import io.perennial.spring.boot.PerennialAutoConfiguration;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.availability.ApplicationAvailability;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.health.application.ReadinessStateHealthIndicator;
import org.springframework.boot.health.autoconfigure.actuate.endpoint.AvailabilityProbesAutoConfiguration;
import org.springframework.boot.health.autoconfigure.application.AvailabilityHealthContributorAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;

/**
 * With {@code perennial.readiness.enabled=true} the readiness probe ({@code /actuator/health/readiness}, {@code
 * /readyz}) also refuses traffic while a session is not ready: {@code CONNECTED}, {@code RESTORING} and {@code
 * SUSPENDED} are ready as long as the lease is held, {@code READ_ONLY} is, all other states are not. So load balancers
 * do not notice a lost connection that is back in time, unlike with {@code zookeeper} in the readiness group, which is
 * DOWN at once.
 *
 * <p>Off by default: when the servers are gone, all instances would refuse traffic at once, even requests that do not
 * need ZooKeeper.
 *
 * <p>It replaces Boot's own {@code readinessState} contributor and includes what that reports, so there is no other
 * entry and no other group; the application's {@link ApplicationAvailability} itself, which not only probes use, does
 * not change.
 */
@AutoConfiguration(
        after = PerennialAutoConfiguration.class,
        before = {AvailabilityHealthContributorAutoConfiguration.class, AvailabilityProbesAutoConfiguration.class})
@ConditionalOnClass(ReadinessStateHealthIndicator.class)
@Conditional(OnReadiness.class)
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
