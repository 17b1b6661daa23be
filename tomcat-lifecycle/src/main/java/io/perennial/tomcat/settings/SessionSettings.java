package io.perennial.tomcat.settings;

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
import io.perennial.SessionOwner;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.zookeeper.client.ZKClientConfig;
import org.jspecify.annotations.Nullable;

/** A builder's properties by their names. */
public final class SessionSettings {
    private static final Map<String, Setter> SETTERS = setters();

    private final ResilientSession.Builder builder;
    private RestorePolicy restore = RestorePolicy.defaults();

    @FunctionalInterface
    private interface Setter {
        void set(SessionSettings target, Setting value);
    }

    private SessionSettings(ResilientSession.Builder builder) {
        this.builder = builder;
    }

    /**
     * The names that are known.
     *
     * @return in the order of the documentation
     */
    public static Set<String> names() {
        return SETTERS.keySet();
    }

    /**
     * Sets the given values on a builder.
     *
     * @param values texts by name, all of them known
     * @param source where they come from
     * @param builder what they are set on
     * @throws IllegalArgumentException for a wrong value; the message names the property, the value and what would be
     *     right
     */
    public static void apply(Map<String, String> values, SettingSource source, ResilientSession.Builder builder) {
        var target = new SessionSettings(builder);
        SETTERS.forEach((name, setter) -> {
            String text = values.get(name);
            if (text != null) {
                target.set(setter, new Setting(source.describe(name), text, source));
            }
        });
    }

    private void set(Setter setter, Setting value) {
        try {
            setter.set(this, value);
        } catch (IllegalArgumentException e) {
            String message = String.valueOf(e.getMessage());
            if (message.startsWith(value.name())) {
                throw e;
            }
            // The builder's own, which knows the property but not how the user wrote it.
            throw new IllegalArgumentException(value.name() + ": " + message, e);
        }
    }

    private static Map<String, Setter> setters() {
        Map<String, Setter> setters = new LinkedHashMap<>();
        setters.put("name", (target, value) -> target.builder.name(value.word()));
        setters.put("connectString", (target, value) -> target.builder.connectString(value.word()));
        setters.put("namespace", (target, value) -> target.builder.namespace(value.word()));
        setters.put("sessionTimeout", (target, value) -> target.builder.sessionTimeout(value.duration()));
        setters.put("connectTimeout", (target, value) -> target.builder.connectTimeout(value.duration()));
        setters.put("closeTimeout", (target, value) -> target.builder.closeTimeout(value.duration()));
        setters.put("operationTimeout", (target, value) -> target.builder.operationTimeout(value.duration()));
        setters.put("readOnlyAllowed", (target, value) -> target.builder.readOnlyAllowed(value.bool()));
        setters.put(
                "onTimeoutClamped", (target, value) -> target.builder.onTimeoutClamped(value.oneOf(ClampPolicy.class)));
        setters.put("leaseMargin", (target, value) -> target.builder.leaseMargin(value.duration()));
        setters.put("resume", (target, value) -> target.builder.resume(value.bool()));
        setters.put("closeAtShutdown", (target, value) -> target.builder.closeAtShutdown(value.bool()));
        setters.put("serverMaxBuffer", (target, value) -> target.builder.serverMaxBuffer(value.count()));
        setters.put("authorization", (target, value) -> target.authorize(value.name(), value.text()));
        setters.put("authorizationFile", (target, value) -> target.authorize(value.name(), value.contents()));
        setters.put("clientConfig", (target, value) -> target.builder.clientConfig(clientConfig(value)));
        addRestore(setters);
        addObjects(setters);
        return setters;
    }

    private static void addRestore(Map<String, Setter> setters) {
        setters.put(
                "restore.maxBatchOperations",
                (target, value) -> target.restore(target.restore.withMaxBatchOperations(value.count())));
        setters.put(
                "restore.maxBatchBytes",
                (target, value) -> target.restore(target.restore.withMaxBatchBytes(value.count())));
        setters.put(
                "restore.maxBatchesInFlight",
                (target, value) -> target.restore(target.restore.withMaxBatchesInFlight(value.count())));
        setters.put(
                "restore.maxRequestsInFlight",
                (target, value) -> target.restore(target.restore.withMaxRequestsInFlight(value.count())));
        setters.put(
                "restore.maxJitter", (target, value) -> target.restore(target.restore.withMaxJitter(value.duration())));
        setters.put(
                "restore.maxOperationsPerSecond",
                (target, value) -> target.restore(target.restore.withMaxOperationsPerSecond(value.count())));
    }

    /** What cannot be written as text is given by the name of a class. */
    private static void addObjects(Map<String, Setter> setters) {
        setters.put("listener", (target, value) -> value.instances(SessionListener.class)
                .forEach(target.builder::listener));
        setters.put(
                "callbackExecutor", (target, value) -> target.builder.callbackExecutor(value.instance(Executor.class)));
        setters.put("futureExecutor", (target, value) -> target.builder.futureExecutor(value.instance(Executor.class)));
        setters.put("owner", (target, value) -> target.builder.owner(value.instance(SessionOwner.class)));
        setters.put("retry", (target, value) -> target.retry(value));
        setters.put("circuitBreaker", (target, value) -> target.circuitBreaker(value));
        setters.put("rateLimiter", (target, value) -> target.builder.rateLimiter(supplied(value, RateLimiter.class)));
        setters.put("bulkhead", (target, value) -> target.builder.bulkhead(supplied(value, Bulkhead.class)));
        setters.put(
                "curator",
                (target, value) -> target.builder.curator(supplied(value, CuratorFrameworkFactory.Builder.class)));
    }

    private void restore(RestorePolicy policy) {
        restore = policy;
        builder.restore(policy);
    }

    private void retry(Setting value) {
        Object supplied = supplied(value);
        if (supplied instanceof Retry instance) {
            builder.retry(instance);
        } else if (supplied instanceof RetryConfig config) {
            builder.retry(config);
        } else {
            throw value.wrong(
                    "its get() must give a " + RetryConfig.class.getName() + " or a " + Retry.class.getName());
        }
    }

    private void circuitBreaker(Setting value) {
        Object supplied = supplied(value);
        if (supplied instanceof CircuitBreaker instance) {
            builder.circuitBreaker(instance);
        } else if (supplied instanceof CircuitBreakerConfig config) {
            builder.circuitBreaker(config);
        } else {
            throw value.wrong("its get() must give a " + CircuitBreakerConfig.class.getName() + " or a "
                    + CircuitBreaker.class.getName());
        }
    }

    /** One {@code scheme:credentials} per line. No error may show what is secret. */
    private void authorize(String name, String lines) {
        lines.lines().map(String::strip).filter(line -> !line.isEmpty()).forEach(line -> {
            int colon = line.indexOf(':');
            if (colon < 1 || colon == line.length() - 1) {
                throw new IllegalArgumentException(name + " has a line that is not scheme:credentials, such as"
                        + " digest:user:password (its value is not shown)");
            }
            builder.authorization(
                    line.substring(0, colon), line.substring(colon + 1).getBytes(StandardCharsets.UTF_8));
        });
    }

    /** The constructor that every version has; what it throws, not every version has. */
    @SuppressWarnings("deprecation")
    private static ZKClientConfig clientConfig(Setting value) {
        File file = value.file().toFile();
        try {
            return new ZKClientConfig(file);
        } catch (Exception e) {
            throw new IllegalArgumentException(
                    value.name() + " is '" + value.text() + "'; it must be a properties file of ZooKeeper's client: "
                            + e,
                    e);
        }
    }

    private static <T> T supplied(Setting value, Class<T> type) {
        Object supplied = supplied(value);
        if (!type.isInstance(supplied)) {
            throw value.wrong("its get() must give a " + type.getName());
        }
        return type.cast(supplied);
    }

    private static @Nullable Object supplied(Setting value) {
        return value.instance(Supplier.class).get();
    }
}
