package io.perennial.spring.boot;

import io.perennial.ResilientSession;
import io.perennial.RestorePolicy;
import io.perennial.spring.boot.diagnostics.InvalidSecretException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.retry.ExponentialBackoffRetry;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.util.unit.DataSize;

/** From properties to a session's builder; if the builder refuses a value, the message names the property. */
final class PropertyMapping {
    private PropertyMapping() {}

    /**
     * A builder.
     *
     * @param name the session's name
     * @param prefix the prefix of its properties, for error messages
     */
    static ResilientSession.Builder builder(
            String name, String prefix, SessionProperties properties, String connectString) {
        ResilientSession.Builder builder = ResilientSession.builder();
        set(prefix.equals(PerennialProperties.PREFIX) ? prefix + ".name" : prefix, name, builder::name);
        connect(builder, prefix + ".connect-string", connectString);
        set(prefix + ".session-timeout", properties.getSessionTimeout(), builder::sessionTimeout);
        set(prefix + ".connect-timeout", properties.getConnectTimeout(), builder::connectTimeout);
        set(prefix + ".close-timeout", properties.getCloseTimeout(), builder::closeTimeout);
        set(prefix + ".operation-timeout", properties.getOperationTimeout(), builder::operationTimeout);
        if (properties.getNamespace() != null) {
            set(prefix + ".namespace", properties.getNamespace(), builder::namespace);
        }
        if (properties.getLeaseMargin() != null) {
            set(prefix + ".lease-margin", properties.getLeaseMargin(), builder::leaseMargin);
            refuseTooLargeMargin(prefix, properties.getLeaseMargin(), properties.getSessionTimeout());
        }
        authorize(builder, prefix + ".authorizations", properties.getAuthorizations());
        builder.onTimeoutClamped(properties.getOnTimeoutClamped());
        builder.readOnlyAllowed(properties.isReadOnlyAllowed());
        builder.resume(properties.isResume());
        if (properties.getServerMaxBuffer() != null) {
            set(
                    prefix + ".server-max-buffer",
                    properties.getServerMaxBuffer(),
                    size -> builder.serverMaxBuffer(bytes(size)));
        }
        builder.restore(restore(prefix + ".restore", properties.getRestore()));
        return builder;
    }

    /** Builds on a Curator builder of these customizers, if there are any. */
    static void customizeCurator(
            String name, List<CuratorBuilderCustomizer> customizers, ResilientSession.Builder builder) {
        if (customizers.isEmpty()) {
            return;
        }
        // The ensemble tracker would replace the names in the connect string by addresses from the servers'
        // configuration.
        CuratorFrameworkFactory.Builder curator = CuratorFrameworkFactory.builder()
                .retryPolicy(new ExponentialBackoffRetry(100, 3))
                .ensembleTracker(false);
        customizers.forEach(customizer -> customizer.customize(name, curator));
        builder.curator(curator);
    }

    /** How long the start waits, which is not a property of the session itself. */
    static Duration failFastTimeout(String prefix, SessionProperties properties) {
        Duration timeout = properties.getFailFastTimeout();
        if (timeout.isNegative() || timeout.isZero()) {
            throw new InvalidConfigurationPropertyValueException(
                    prefix + ".fail-fast-timeout", timeout, "it must be positive");
        }
        return timeout;
    }

    /** The builder compares the two only when it builds. */
    private static void refuseTooLargeMargin(String prefix, Duration margin, Duration timeout) {
        if (margin.compareTo(timeout) >= 0) {
            throw new InvalidConfigurationPropertyValueException(
                    prefix + ".lease-margin",
                    margin,
                    "it must be smaller than the session timeout of " + timeout
                            + ", or the lease is never held: take half of the servers' tickTime");
        }
    }

    /** The builder's own check, with a message about the property. */
    private static <T> void set(String property, T value, Consumer<T> setter) {
        try {
            setter.accept(value);
        } catch (IllegalArgumentException e) {
            throw new InvalidConfigurationPropertyValueException(property, value, e.getMessage());
        }
    }

    /** As the others, unless the builder itself does not show the value, because it contains credentials. */
    private static void connect(ResilientSession.Builder builder, String property, String connectString) {
        try {
            builder.connectString(connectString);
        } catch (IllegalArgumentException e) {
            String message = String.valueOf(e.getMessage());
            throw connectString.isBlank() || message.contains(connectString)
                    ? new InvalidConfigurationPropertyValueException(property, connectString, message)
                    : new InvalidSecretException(property, connectString.length(), message);
        }
    }

    private static void authorize(ResilientSession.Builder builder, String property, List<String> authorizations) {
        for (int i = 0; i < authorizations.size(); i++) {
            String each = authorizations.get(i);
            int colon = each.indexOf(':');
            if (colon < 1
                    || each.substring(0, colon).isBlank()
                    || each.substring(colon + 1).isBlank()) {
                // It may be a password that lacks its scheme.
                throw new InvalidSecretException(
                        property + "[" + i + "]",
                        each.length(),
                        "it must be scheme:auth, for example digest:user:password");
            }
            builder.authorization(
                    each.substring(0, colon), each.substring(colon + 1).getBytes(StandardCharsets.UTF_8));
        }
    }

    private static RestorePolicy restore(String prefix, RestoreProperties restore) {
        var policy = RestorePolicy.defaults();
        policy = with(
                policy,
                prefix + ".max-batch-operations",
                restore.getMaxBatchOperations(),
                RestorePolicy::withMaxBatchOperations);
        policy = with(
                policy,
                prefix + ".max-batch-size",
                restore.getMaxBatchSize(),
                (now, given) -> now.withMaxBatchBytes(bytes(given)));
        policy = with(
                policy,
                prefix + ".max-batches-in-flight",
                restore.getMaxBatchesInFlight(),
                RestorePolicy::withMaxBatchesInFlight);
        policy = with(
                policy,
                prefix + ".max-requests-in-flight",
                restore.getMaxRequestsInFlight(),
                RestorePolicy::withMaxRequestsInFlight);
        policy = with(policy, prefix + ".max-jitter", restore.getMaxJitter(), RestorePolicy::withMaxJitter);
        return with(
                policy,
                prefix + ".max-operations-per-second",
                restore.getMaxOperationsPerSecond(),
                RestorePolicy::withMaxOperationsPerSecond);
    }

    /** The policy's own check, with a message about the property. */
    private static <T> RestorePolicy with(
            RestorePolicy policy, String property, T value, BiFunction<RestorePolicy, T, RestorePolicy> change) {
        try {
            return change.apply(policy, value);
        } catch (IllegalArgumentException e) {
            throw new InvalidConfigurationPropertyValueException(property, value, e.getMessage());
        }
    }

    private static int bytes(DataSize size) {
        return (int) Math.max(Integer.MIN_VALUE, Math.min(Integer.MAX_VALUE, size.toBytes()));
    }
}
