package io.perennial.spring;

import io.github.resilience4j.bulkhead.Bulkhead;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.ratelimiter.RateLimiter;
import io.github.resilience4j.retry.Retry;
import io.github.resilience4j.retry.RetryConfig;
import io.perennial.ClampPolicy;
import io.perennial.ResilientSession;
import io.perennial.RestorePolicy;
import io.perennial.SessionListener;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executor;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.zookeeper.client.ZKClientConfig;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanNameAware;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.FactoryBean;
import org.springframework.beans.factory.InitializingBean;
import org.springframework.format.datetime.standard.DurationFormatterUtils;

/**
 * A {@link ResilientSession} as a bean for XML; in Java a {@code @Bean} method that returns a built session is enough:
 *
 * <pre>{@code
 * <bean id="session" class="io.perennial.spring.ResilientSessionFactoryBean">
 *   <property name="connectString" value="zk1:2181,zk2:2181,zk3:2181/shop"/>
 *   <property name="sessionTimeout" value="30s"/>
 * </bean>
 * <bean id="curator" factory-bean="session" factory-method="curator" destroy-method=""/>
 * }</pre>
 *
 * <p>Each property is the one of {@link ResilientSession.Builder} with the same name, with durations as {@code 500ms},
 * {@code 30s} or {@code PT30S}; a property that is not set has the builder's default. A wrong value fails the bean with
 * the builder's message.
 *
 * <p>The session starts when the context is refreshed, given {@link EnablePerennial} or a {@link
 * PerennialConfiguration} bean, or when a bean asks for its operations, its {@code CuratorFramework} or a connection
 * before. It closes when the bean is destroyed, after the beans that depend on it; that blocks up to the close timeout.
 */
public class ResilientSessionFactoryBean
        implements FactoryBean<ResilientSession>, BeanNameAware, InitializingBean, DisposableBean {
    private final ResilientSession.Builder builder = ResilientSession.builder();
    private @Nullable String name;
    private @Nullable String beanName;
    private @Nullable ResilientSession session;

    @Override
    public void setBeanName(String name) {
        beanName = name;
    }

    /**
     * The session's name, for logs, threads and metrics.
     *
     * @param name see the builder; the bean's name when not set
     */
    public void setName(String name) {
        this.name = name;
    }

    /**
     * The servers.
     *
     * @param hosts {@code host:port[,host:port...][/chroot]}
     */
    public void setConnectString(String hosts) {
        builder.connectString(hosts);
    }

    /**
     * The session timeout.
     *
     * @param timeout to ask for
     */
    public void setSessionTimeout(String timeout) {
        builder.sessionTimeout(duration("sessionTimeout", timeout));
    }

    /**
     * The time to connect to one server.
     *
     * @param timeout for each server
     */
    public void setConnectTimeout(String timeout) {
        builder.connectTimeout(duration("connectTimeout", timeout));
    }

    /**
     * The bound on closing.
     *
     * @param timeout in total
     */
    public void setCloseTimeout(String timeout) {
        builder.closeTimeout(duration("closeTimeout", timeout));
    }

    /**
     * The bound on a call of {@link ResilientSession#operations()}.
     *
     * @param timeout for a whole call with its retries
     */
    public void setOperationTimeout(String timeout) {
        builder.operationTimeout(duration("operationTimeout", timeout));
    }

    /**
     * A path to which all other paths are relative.
     *
     * @param namespace such as {@code shop}
     */
    public void setNamespace(String namespace) {
        builder.namespace(namespace);
    }

    /**
     * Credentials, {@code scheme:auth} each. Give a {@code <list>}: Spring splits a single text at its commas.
     *
     * @param authorizations such as {@code digest:user:password}
     */
    public void setAuthorizations(List<String> authorizations) {
        for (String each : authorizations) {
            int colon = each.indexOf(':');
            if (colon < 1 || each.substring(colon + 1).isBlank()) {
                throw new IllegalArgumentException("an authorization of " + each.length()
                        + " characters is not scheme:auth, for example digest:user:password");
            }
            builder.authorization(
                    each.substring(0, colon), each.substring(colon + 1).getBytes(StandardCharsets.UTF_8));
        }
    }

    /**
     * The ZooKeeper client's own configuration, for TLS and SASL.
     *
     * @param config the configuration
     */
    public void setClientConfig(ZKClientConfig config) {
        builder.clientConfig(config);
    }

    /**
     * How nodes and watches are restored.
     *
     * @param policy the bounds
     */
    public void setRestore(RestorePolicy policy) {
        builder.restore(policy);
    }

    /**
     * What to do when the server grants another timeout.
     *
     * @param policy {@code WARN}, {@code FAIL} or {@code IGNORE}
     */
    public void setOnTimeoutClamped(ClampPolicy policy) {
        builder.onTimeoutClamped(policy);
    }

    /**
     * How long it may take the servers' leader to learn that another server has heard of the session.
     *
     * @param margin see {@link ResilientSession.Builder#leaseMargin}; half of the servers' tick time is right
     */
    public void setLeaseMargin(String margin) {
        builder.leaseMargin(duration("leaseMargin", margin));
    }

    /**
     * Runs listeners.
     *
     * @param executor in place of a thread of the session
     */
    public void setCallbackExecutor(Executor executor) {
        builder.callbackExecutor(executor);
    }

    /**
     * Completes futures.
     *
     * @param executor in place of threads of the session
     */
    public void setFutureExecutor(Executor executor) {
        builder.futureExecutor(executor);
    }

    /**
     * Receive transitions.
     *
     * @param listeners in order
     */
    public void setListeners(List<SessionListener> listeners) {
        listeners.forEach(builder::listener);
    }

    /**
     * Whether a server without quorum is good enough to read from.
     *
     * @param allowed whether it is
     */
    public void setReadOnlyAllowed(boolean allowed) {
        builder.readOnlyAllowed(allowed);
    }

    /**
     * Whether a session that had to be taken for lost is taken over again.
     *
     * @param resumed whether it is
     */
    public void setResume(boolean resumed) {
        builder.resume(resumed);
    }

    /**
     * The {@code jute.maxbuffer} of the servers.
     *
     * @param bytes as every server has it
     */
    public void setServerMaxBuffer(int bytes) {
        builder.serverMaxBuffer(bytes);
    }

    /**
     * How a call of {@link ResilientSession#operations()} is repeated.
     *
     * @param config Resilience4j's
     */
    public void setRetry(RetryConfig config) {
        builder.retry(config);
    }

    /**
     * When {@link ResilientSession#operations()} fails fast.
     *
     * @param config Resilience4j's
     */
    public void setCircuitBreaker(CircuitBreakerConfig config) {
        builder.circuitBreaker(config);
    }

    /**
     * Repeats calls, in place of {@link #setRetry}.
     *
     * @param instance the application's
     */
    public void setRetryInstance(Retry instance) {
        builder.retry(instance);
    }

    /**
     * Breaks off calls, in place of {@link #setCircuitBreaker}.
     *
     * @param instance the application's
     */
    public void setCircuitBreakerInstance(CircuitBreaker instance) {
        builder.circuitBreaker(instance);
    }

    /**
     * Bounds the rate of calls.
     *
     * @param instance the application's
     */
    public void setRateLimiter(RateLimiter instance) {
        builder.rateLimiter(instance);
    }

    /**
     * Bounds the number of calls at once.
     *
     * @param instance the application's
     */
    public void setBulkhead(Bulkhead instance) {
        builder.bulkhead(instance);
    }

    /**
     * Curator's builder to build on.
     *
     * @param base with what this bean has no property for
     */
    public void setCurator(CuratorFrameworkFactory.Builder base) {
        builder.curator(base);
    }

    private static Duration duration(String property, String text) {
        try {
            return DurationFormatterUtils.detectAndParse(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    property + " is '" + text
                            + "'; it must be a duration with its unit, such as 500ms, 30s, 2m or PT30S",
                    e);
        }
    }

    @Override
    public void afterPropertiesSet() {
        if (name != null) {
            builder.name(name);
        } else if (beanName != null) {
            builder.name(beanName.replaceAll("[^A-Za-z0-9._-]", "_"));
        }
        session = new StartingSession(builder.build());
    }

    @Override
    public ResilientSession getObject() {
        if (session == null) {
            throw new IllegalStateException(
                    "the session is not built yet: " + getClass().getSimpleName() + ".afterPropertiesSet comes first");
        }
        return session;
    }

    @Override
    public Class<ResilientSession> getObjectType() {
        return ResilientSession.class;
    }

    @Override
    public void destroy() {
        if (session != null) {
            session.close();
        }
    }
}
