package io.perennial.spring;

import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Role;

/** What {@link EnablePerennial} imports. Its static beans must exist before any other bean. */
@Configuration(proxyBeanMethods = false)
@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
public class PerennialConfiguration {
    @Bean
    @Role(BeanDefinition.ROLE_INFRASTRUCTURE)
    static ContextOwner perennialContextOwner() {
        return new ContextOwner();
    }

    @Bean
    @Role(BeanDefinition.ROLE_INFRASTRUCTURE)
    static WatchMethods perennialWatchMethods() {
        return new WatchMethods();
    }

    @Bean
    @Role(BeanDefinition.ROLE_INFRASTRUCTURE)
    static NodeMethods perennialNodeMethods() {
        return new NodeMethods();
    }

    @Bean
    @Role(BeanDefinition.ROLE_INFRASTRUCTURE)
    static SessionEvents perennialSessionEvents() {
        return new SessionEvents();
    }

    @Bean
    @Role(BeanDefinition.ROLE_INFRASTRUCTURE)
    SessionLifecycle perennialSessionLifecycle(
            ConfigurableListableBeanFactory beans, WatchMethods watches, SessionEvents events) {
        return new SessionLifecycle(beans, watches, events);
    }

    @Bean
    @Role(BeanDefinition.ROLE_INFRASTRUCTURE)
    NodePublisher perennialPublishedNodes(ConfigurableListableBeanFactory beans, NodeMethods methods) {
        return new NodePublisher(beans, methods);
    }
}
