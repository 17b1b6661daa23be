package io.perennial.spring.boot.health;

import org.springframework.beans.factory.annotation.AnnotatedBeanDefinition;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.BeanDefinitionRegistryPostProcessor;
import org.springframework.core.type.MethodMetadata;

/**
 * Removes the definition of Spring Cloud Zookeeper's health indicator, which has no condition that could switch it off.
 * Its entry would have the same name as Perennial's, and a second entry of one name fails the application's start. An
 * indicator that the application defines itself stays.
 */
final class CloudHealthRemoval implements BeanDefinitionRegistryPostProcessor {
    private static final String CLOUD_HEALTH = "org.springframework.cloud.zookeeper.ZookeeperHealthAutoConfiguration";
    private static final String BEAN = "zookeeperHealthIndicator";

    @Override
    public void postProcessBeanDefinitionRegistry(BeanDefinitionRegistry registry) {
        if (registry.containsBeanDefinition(BEAN) && isCloudHealth(registry.getBeanDefinition(BEAN))) {
            registry.removeBeanDefinition(BEAN);
        }
    }

    private static boolean isCloudHealth(BeanDefinition definition) {
        MethodMetadata method =
                definition instanceof AnnotatedBeanDefinition annotated ? annotated.getFactoryMethodMetadata() : null;
        return method != null && method.getDeclaringClassName().equals(CLOUD_HEALTH);
    }

    @Override
    public void postProcessBeanFactory(ConfigurableListableBeanFactory beans) {
        // Everything is done with the definitions.
    }
}
