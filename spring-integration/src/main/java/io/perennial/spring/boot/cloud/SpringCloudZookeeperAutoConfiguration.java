package io.perennial.spring.boot.cloud;

import io.perennial.spring.boot.ConditionalOnSessionsEnabled;
import io.perennial.spring.boot.CuratorBuilderCustomizer;
import io.perennial.spring.boot.PerennialAutoConfiguration;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.cloud.zookeeper.CuratorFrameworkCustomizer;
import org.springframework.context.annotation.Bean;

/** Applies an application's customizers of Spring Cloud Zookeeper's client to Perennial's. */
@AutoConfiguration(before = PerennialAutoConfiguration.class)
@ConditionalOnClass(CuratorFrameworkCustomizer.class)
@ConditionalOnSessionsEnabled
public final class SpringCloudZookeeperAutoConfiguration {

    /** Applies customizers written for Spring Cloud Zookeeper's client to Perennial's. */
    @Bean
    CuratorBuilderCustomizer perennialCloudCustomizers(ObjectProvider<CuratorFrameworkCustomizer> customizers) {
        return (session, builder) -> customizers.orderedStream().forEach(each -> each.customize(builder));
    }
}
