package io.perennial.spring.boot;

import io.perennial.ResilientSession;
import io.perennial.RestorePolicy;
import io.perennial.spring.boot.diagnostics.InvalidSecretException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.util.unit.DataSize;

/** From properties to a session's builder; what the builder refuses is said of the property. */
final class PropertyMapping {
    private PropertyMapping() {}

    /**
     * A builder.
     *
     * @param name the session's name
     * @param prefix what its properties begin with, for errors
     */
    static ResilientSession.Builder builder(
            String name, String prefix, SessionProperties properties, String connectString) {
        ResilientSession.Builder builder = ResilientSession.builder();
        set(prefix.equals(PerennialProperties.PREFIX) ? prefix + ".name" : prefix, name, builder::name);
        set(prefix + ".connect-string", connectString, builder::connectString);
        set(prefix + ".session-timeout", properties.getSessionTimeout(), builder::sessionTimeout);
        set(prefix + ".connect-timeout", properties.getConnectTimeout(), builder::connectTimeout);
        set(prefix + ".close-timeout", properties.getCloseTimeout(), builder::closeTimeout);
        set(prefix + ".operation-timeout", properties.getOperationTimeout(), builder::operationTimeout);
        if (properties.getNamespace() != null) {
            set(prefix + ".namespace", properties.getNamespace(), builder::namespace);
        }
        if (properties.getLeaseMargin() != null) {
            set(prefix + ".lease-margin", properties.getLeaseMargin(), builder::leaseMargin);
        }
        authorize(builder, prefix + ".authorizations", properties.getAuthorizations());
        builder.onTimeoutClamped(properties.getOnTimeoutClamped());
        builder.readOnlyAllowed(properties.isReadOnlyAllowed());
        builder.restore(restore(prefix + ".restore", properties.getRestore()));
        return builder;
    }

    /** The builder's own check, said of the property. */
    private static <T> void set(String property, T value, Consumer<T> setter) {
        try {
            setter.accept(value);
        } catch (IllegalArgumentException e) {
            throw new InvalidConfigurationPropertyValueException(property, value, e.getMessage());
        }
    }

    private static void authorize(ResilientSession.Builder builder, String property, List<String> authorizations) {
        for (int i = 0; i < authorizations.size(); i++) {
            String each = authorizations.get(i);
            int colon = each.indexOf(':');
            if (colon < 1) {
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

    private static RestorePolicy restore(String property, SessionProperties.Restore restore) {
        try {
            return new RestorePolicy(
                    restore.getMaxBatchOperations(),
                    bytes(restore.getMaxBatchSize()),
                    restore.getMaxBatchesInFlight(),
                    restore.getMaxRequestsInFlight(),
                    restore.getMaxJitter(),
                    restore.getMaxOperationsPerSecond());
        } catch (IllegalArgumentException e) {
            throw new InvalidConfigurationPropertyValueException(property, null, e.getMessage());
        }
    }

    private static int bytes(DataSize size) {
        return (int) Math.min(Integer.MAX_VALUE, size.toBytes());
    }
}
