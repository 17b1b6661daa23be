package io.perennial.spring.boot;

import io.perennial.ResilientSession;
import org.apache.curator.framework.CuratorFramework;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.context.annotation.Bean;

/**
 * The {@link CuratorFramework} of the only session, or of the primary one, unless the application defines one. Spring
 * Cloud Zookeeper finds it and makes none.
 */
@AutoConfiguration(
        after = PerennialAutoConfiguration.class,
        beforeName = {
            "org.springframework.cloud.zookeeper.ZookeeperAutoConfiguration",
            "org.springframework.cloud.zookeeper.ZookeeperHealthAutoConfiguration"
        })
@ConditionalOnSessionsEnabled
@ConditionalOnSingleCandidate(ResilientSession.class)
public final class CuratorFrameworkAutoConfiguration {

    /** Injecting it starts the session; the session closes it. */
    @Bean(destroyMethod = "")
    @ConditionalOnMissingBean
    CuratorFramework curatorFramework(ResilientSession session) {
        return session.curator();
    }
}
