package io.perennial.spring.boot;

import io.perennial.ResilientSession;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.Binder;

/**
 * What {@code perennial.*} says before there is a context, for a session that configuration is read on. SSL bundles are not
 * known then.
 */
public final class BootstrapSettings {
    private final PerennialProperties properties;

    private BootstrapSettings(PerennialProperties properties) {
        this.properties = properties;
    }

    /**
     * Reads them.
     *
     * @param binder of the environment so far
     * @return the settings
     */
    public static BootstrapSettings of(Binder binder) {
        return new BootstrapSettings(binder.bind(PerennialProperties.PREFIX, PerennialProperties.class)
                .orElseGet(PerennialProperties::new));
    }

    /**
     * Whether there are to be sessions of ours.
     *
     * @return {@code perennial.enabled}
     */
    public boolean isEnabled() {
        return properties.isEnabled();
    }

    /**
     * The servers.
     *
     * @return {@code perennial.connect-string}, or null
     */
    public @Nullable String connectString() {
        return properties.getConnectString();
    }

    /**
     * A builder with what the properties say.
     *
     * @param suffix what is appended to the session's name
     * @param connectString the servers
     * @param customizers of the Curator builder that it is built on
     * @return the builder
     */
    public ResilientSession.Builder builder(
            String suffix, String connectString, List<CuratorBuilderCustomizer> customizers) {
        String name = properties.getName() + suffix;
        ResilientSession.Builder builder =
                PropertyMapping.builder(name, PerennialProperties.PREFIX, properties, connectString);
        PropertyMapping.customizeCurator(name, customizers, builder);
        return builder;
    }
}
