package io.perennial.spring.boot.health;

import io.perennial.ResilientSession;
import io.perennial.spring.boot.ConditionalOnSession;
import io.perennial.spring.boot.ContextSessions;
import io.perennial.spring.boot.PerennialAutoConfiguration;
import java.util.Map;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.CompositeHealthContributor;
import org.springframework.boot.health.contributor.HealthContributor;
import org.springframework.context.annotation.Bean;

/**
 * The health entry {@code zookeeper}: of the session, or a composite of the sessions by their names. It is read from
 * memory: no check calls a server, so none can hang or add to the load of servers in trouble.
 *
 * <p>A session is
 * <ul>
 *   <li>UP in {@code CONNECTED}; in {@code RESTORING}, as operations run there, and each reconnection passes through
 *       it; and in {@code READ_ONLY}, as only an application that asked for it gets there;
 *   <li>DOWN in {@code CONNECTING}, {@code SUSPENDED}, {@code LOST} and {@code FAILED};
 *   <li>UNKNOWN before its start, OUT_OF_SERVICE after its end.
 * </ul>
 *
 * <p>Nodes that are not held do not make it DOWN, as restarting the application would not bring them back: they are in
 * the details, and what an alert should watch.
 *
 * <p>There is no second entry: Spring Cloud Zookeeper's indicator, which has the same name and calls the server at each
 * check, is removed. {@code management.health.zookeeper.enabled=false} switches off both; a bean named {@code
 * zookeeperHealthIndicator} or {@code zookeeperHealthContributor} replaces Perennial's.
 */
@AutoConfiguration(
        after = PerennialAutoConfiguration.class,
        beforeName = "org.springframework.cloud.zookeeper.ZookeeperHealthAutoConfiguration")
@ConditionalOnClass({HealthContributor.class, ConditionalOnEnabledHealthIndicator.class})
@ConditionalOnEnabledHealthIndicator("zookeeper")
@ConditionalOnSession
@ConditionalOnMissingBean(name = {"zookeeperHealthIndicator", "zookeeperHealthContributor"})
public final class SessionHealthAutoConfiguration {

    @Bean
    HealthContributor zookeeperHealthContributor(ConfigurableListableBeanFactory beans) {
        Map<String, ResilientSession> sessions = ContextSessions.of(beans);
        return sessions.size() == 1
                ? new SessionHealth(sessions.values().iterator().next())
                : CompositeHealthContributor.fromMap(sessions, SessionHealth::new);
    }

    /** Static, because it must exist before the beans do. */
    @Bean
    static CloudHealthRemoval perennialCloudHealthRemoval() {
        return new CloudHealthRemoval();
    }
}
