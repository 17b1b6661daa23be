package io.perennial.spring.boot.endpoint;

import io.perennial.spring.boot.ConditionalOnSession;
import io.perennial.spring.boot.ContextSessions;
import io.perennial.spring.boot.PerennialAutoConfiguration;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/** The endpoint {@code zookeepersessions}, where it is exposed and there are sessions. */
@AutoConfiguration(after = PerennialAutoConfiguration.class)
@ConditionalOnClass({Endpoint.class, ConditionalOnAvailableEndpoint.class})
@ConditionalOnAvailableEndpoint(SessionsEndpoint.class)
@ConditionalOnSession
public final class SessionsEndpointAutoConfiguration {

    @Bean
    @ConditionalOnMissingBean
    SessionsEndpoint zookeeperSessionsEndpoint(ConfigurableListableBeanFactory beans) {
        return new SessionsEndpoint(ContextSessions.of(beans));
    }
}
