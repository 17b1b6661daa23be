package io.perennial.spring.boot.cloud;

import io.perennial.spring.boot.CuratorBuilderCustomizer;
import io.perennial.spring.boot.PerennialAutoConfiguration;
import org.apache.curator.framework.CuratorFramework;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.bootstrap.BootstrapRegistry.InstanceSupplier;
import org.springframework.boot.bootstrap.ConfigurableBootstrapContext;
import org.springframework.boot.bootstrap.DefaultBootstrapContext;
import org.springframework.cloud.zookeeper.CuratorFrameworkCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Scope;

/** Lets Spring Cloud Zookeeper's parts that make a client of their own use ours. */
@AutoConfiguration(before = PerennialAutoConfiguration.class)
@ConditionalOnClass(CuratorFrameworkCustomizer.class)
@ConditionalOnBooleanProperty(name = "perennial.enabled", matchIfMissing = true)
public final class SpringCloudZookeeperAutoConfiguration {

    /** Customizers written for Spring Cloud Zookeeper's client hold for ours. */
    @Bean
    CuratorBuilderCustomizer perennialCloudCustomizers(ObjectProvider<CuratorFrameworkCustomizer> customizers) {
        return (session, builder) -> customizers.orderedStream().forEach(each -> each.customize(builder));
    }

    /**
     * When Spring Cloud refreshes an environment with {@code spring.config.import=zookeeper:}, each time in a new bootstrap
     * context, Spring Cloud Zookeeper would make another client there, which nobody closes.
     */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(name = "org.springframework.cloud.context.refresh.ConfigDataContextRefresher")
    static class Refresh {

        @Bean
        @Scope(ConfigurableBeanFactory.SCOPE_PROTOTYPE)
        @ConditionalOnMissingBean(ConfigurableBootstrapContext.class)
        ConfigurableBootstrapContext perennialRefreshBootstrapContext(ObjectProvider<CuratorFramework> curator) {
            var bootstrap = new DefaultBootstrapContext();
            curator.ifUnique(client -> bootstrap.register(CuratorFramework.class, InstanceSupplier.of(client)));
            return bootstrap;
        }
    }
}
