package io.perennial.spring.boot;

import io.perennial.ResilientSession;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.context.PropertyPlaceholderAutoConfiguration;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.cloud.zookeeper.ZookeeperProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Contexts to try properties and beans in. Their sessions find no server. */
final class Contexts {
    /** Nothing listens on that port. */
    static final String NOBODY = "127.0.0.1:1";

    private Contexts() {}

    /** With Spring Cloud Zookeeper on the class path. */
    static ApplicationContextRunner withSpringCloud() {
        return new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(
                        PropertyPlaceholderAutoConfiguration.class,
                        SslAutoConfiguration.class,
                        PerennialAutoConfiguration.class,
                        CuratorFrameworkAutoConfiguration.class))
                .withUserConfiguration(BuilderProbe.class);
    }

    /** Without Spring Cloud Zookeeper, and no servers given. */
    static ApplicationContextRunner plain() {
        return withSpringCloud().withClassLoader(new FilteredClassLoader(ZookeeperProperties.class));
    }

    /** With servers that are not there. */
    static ApplicationContextRunner configured() {
        return plain().withPropertyValues("perennial.connect-string=" + NOBODY, "perennial.close-timeout=1s");
    }

    /** Keeps the builders, by the names of their sessions, to look at what they were given. */
    @Configuration(proxyBeanMethods = false)
    static class BuilderProbe {
        final Map<String, ResilientSession.Builder> builders = new ConcurrentHashMap<>();

        @Bean
        SessionBuilderCustomizer builderProbe() {
            return builders::put;
        }

        ResilientSession.Builder builder(String session) {
            return builders.get(session);
        }
    }
}
