package io.perennial.spring.boot;

import io.github.resilience4j.bulkhead.BulkheadRegistry;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.github.resilience4j.ratelimiter.RateLimiterRegistry;
import io.github.resilience4j.retry.RetryRegistry;
import io.perennial.ResilientSession;
import io.perennial.spring.EphemeralNodeSource;
import io.perennial.spring.PerennialConfiguration;
import java.util.concurrent.Executor;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.ImportRuntimeHints;
import org.springframework.core.env.Environment;
import org.springframework.core.task.TaskDecorator;

/**
 * A {@link ResilientSession} from {@code perennial.*}, unless the application defines one, and further ones by name.
 */
@AutoConfiguration(
        beforeName = {
            "org.springframework.cloud.zookeeper.ZookeeperAutoConfiguration",
            "org.springframework.cloud.zookeeper.ZookeeperHealthAutoConfiguration"
        },
        afterName = {
            "org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration",
            "org.springframework.boot.autoconfigure.task.TaskExecutionAutoConfiguration"
        })
@ConditionalOnSessionsEnabled
@EnableConfigurationProperties(PerennialProperties.class)
@Import({PerennialConfiguration.class, NamedSessionsRegistrar.class})
@ImportRuntimeHints(SessionPropertiesHints.class)
public final class PerennialAutoConfiguration {

    @Bean
    SessionAssembly perennialSessionAssembly(
            ObjectProvider<SessionBuilderCustomizer> sessionCustomizers,
            ObjectProvider<CuratorBuilderCustomizer> curatorCustomizers,
            SessionExecutors executors,
            SessionTls tls,
            FailFastStart failFast,
            ObjectProvider<RetryRegistry> retries,
            ObjectProvider<CircuitBreakerRegistry> breakers,
            ObjectProvider<RateLimiterRegistry> rateLimiters,
            ObjectProvider<BulkheadRegistry> bulkheads) {
        return new SessionAssembly(
                sessionCustomizers,
                curatorCustomizers,
                executors,
                tls,
                new ApplicationResilience(retries, breakers, rateLimiters, bulkheads),
                failFast);
    }

    @Bean
    SessionExecutors perennialSessionExecutors(
            Environment environment,
            ObjectProvider<TaskDecorator> decorators,
            @Qualifier(SessionExecutors.FUTURE_EXECUTOR) ObjectProvider<Executor> futureExecutor) {
        return new SessionExecutors(environment, decorators, futureExecutor);
    }

    @Bean
    SessionTls perennialSessionTls(ObjectProvider<SslBundles> bundles) {
        return new SessionTls(bundles::getIfAvailable);
    }

    @Bean
    NamedSessions perennialNamedSessions(
            SessionAssembly assembly, Environment environment, ObjectProvider<ZooKeeperConnectionDetails> details) {
        return new NamedSessions(assembly, environment, details);
    }

    @Bean
    FailFastStart perennialFailFastStart() {
        return new FailFastStart();
    }

    /** The session of {@code perennial.*} itself. */
    @Configuration(proxyBeanMethods = false)
    @Conditional(OnUnnamedSession.class)
    static class UnnamedSession {

        @Bean
        @ConditionalOnMissingBean(ZooKeeperConnectionDetails.class)
        PropertiesConnectionDetails perennialConnectionDetails(
                PerennialProperties properties, Environment environment) {
            return new PropertiesConnectionDetails(
                    properties.getName(),
                    PerennialProperties.PREFIX + ".connect-string",
                    new CloudFallback(environment).connectString(properties.getConnectString()));
        }

        @Bean(destroyMethod = "close")
        @ConditionalOnMissingBean
        ResilientSession resilientSession(
                SessionAssembly assembly,
                PerennialProperties properties,
                ZooKeeperConnectionDetails details,
                Environment environment) {
            new CloudFallback(environment).applyTimeouts(properties);
            return assembly.build(properties.getName(), PerennialProperties.PREFIX, properties, details);
        }

        @Bean
        @ConditionalOnMissingBean(name = "perennialNodes") // a parent context's
        @Conditional(OnNodes.class)
        EphemeralNodeSource perennialNodes(Environment environment) {
            return new PropertiesNodeSource("", PerennialProperties.PREFIX + ".nodes", environment);
        }
    }
}
