package io.perennial.spring.boot.cloud;

import org.apache.curator.framework.CuratorFramework;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.BeanDefinitionRegistryPostProcessor;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;

/**
 * Takes the client of the configuration import out of the context, where it would keep the context's own from being
 * defined; before any condition is looked at. Its properties have been read by then.
 */
final class ConfigDataHandover implements BeanDefinitionRegistryPostProcessor {
    private static final String BEAN = "configDataCuratorFramework";

    private final ConfigDataSession session;

    ConfigDataHandover(ConfigDataSession session) {
        this.session = session;
    }

    @Override
    public void postProcessBeanDefinitionRegistry(BeanDefinitionRegistry registry) {
        if (registry instanceof DefaultListableBeanFactory beans) {
            if (beans.containsSingleton(BEAN)) {
                beans.destroySingleton(BEAN);
            }
            session.handOver(() -> beans.getBean(CuratorFramework.class));
        }
    }

    @Override
    public void postProcessBeanFactory(ConfigurableListableBeanFactory beans) {
        // All is done with the definitions.
    }
}
