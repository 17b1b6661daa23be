package io.perennial.spring.boot.cloud;

import io.perennial.spring.boot.ConditionalOnSessionsEnabled;
import io.perennial.spring.boot.CuratorBuilderCustomizer;
import io.perennial.spring.boot.PerennialAutoConfiguration;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.cloud.zookeeper.CuratorFrameworkCustomizer;
import org.springframework.context.annotation.Bean;

/** Lets what an application has for Spring Cloud Zookeeper's own client hold for ours. */
@AutoConfiguration(before = PerennialAutoConfiguration.class)
@ConditionalOnClass(CuratorFrameworkCustomizer.class)
@ConditionalOnSessionsEnabled
public final class SpringCloudZookeeperAutoConfiguration {

    /** Customizers written for Spring Cloud Zookeeper's client hold for ours. */
    @Bean
    CuratorBuilderCustomizer perennialCloudCustomizers(ObjectProvider<CuratorFrameworkCustomizer> customizers) {
        return (session, builder) -> customizers.orderedStream().forEach(each -> each.customize(builder));
    }
}
