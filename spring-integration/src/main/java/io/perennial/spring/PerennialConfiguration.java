package io.perennial.spring;

import io.perennial.ResilientSession;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Role;

/** What {@link EnablePerennial} imports. */
@Configuration(proxyBeanMethods = false)
@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
public class PerennialConfiguration {
    /** Static, as it is to be there before any other bean. */
    @Bean
    @Role(BeanDefinition.ROLE_INFRASTRUCTURE)
    static ContextOwner perennialContextOwner() {
        return new ContextOwner();
    }

    @Bean
    @Role(BeanDefinition.ROLE_INFRASTRUCTURE)
    SessionLifecycle perennialSessionLifecycle(ObjectProvider<ResilientSession> sessions) {
        return new SessionLifecycle(sessions);
    }
}
