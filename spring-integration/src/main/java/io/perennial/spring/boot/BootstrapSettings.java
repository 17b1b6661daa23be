package io.perennial.spring.boot;

import io.perennial.ResilientSession;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.ssl.JksSslBundleProperties;
import org.springframework.boot.autoconfigure.ssl.PemSslBundleProperties;
import org.springframework.boot.autoconfigure.ssl.PropertiesSslBundle;
import org.springframework.boot.autoconfigure.ssl.SslProperties;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.ssl.DefaultSslBundleRegistry;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.util.function.SingletonSupplier;

/**
 * The {@code perennial.*} properties before there is a context, for a session on which configuration is read. SSL
 * bundles are made from their properties, as they will be for the context.
 */
public final class BootstrapSettings implements AutoCloseable {
    private final PerennialProperties properties;
    private final SessionTls tls;

    private BootstrapSettings(PerennialProperties properties, SessionTls tls) {
        this.properties = properties;
        this.tls = tls;
    }

    /**
     * Reads them.
     *
     * @param binder of the environment so far
     * @return the settings
     */
    public static BootstrapSettings of(Binder binder) {
        PerennialProperties properties = binder.bind(PerennialProperties.PREFIX, PerennialProperties.class)
                .orElseGet(PerennialProperties::new);
        new CloudFallback(binder).applyTimeouts(properties);
        return new BootstrapSettings(
                properties,
                new SessionTls(SingletonSupplier.of(
                        () -> bundles(binder, properties.getSsl().getBundle()))));
    }

    /** With the requested bundle, if it is defined. */
    private static SslBundles bundles(Binder binder, @Nullable String name) {
        SslProperties.Bundles defined = binder.bind("spring.ssl", SslProperties.class)
                .orElseGet(SslProperties::new)
                .getBundle();
        var bundles = new DefaultSslBundleRegistry();
        PemSslBundleProperties pem = defined.getPem().get(name);
        JksSslBundleProperties jks = defined.getJks().get(name);
        if (name != null && pem != null) {
            bundles.registerBundle(name, PropertiesSslBundle.get(pem));
        } else if (name != null && jks != null) {
            bundles.registerBundle(name, PropertiesSslBundle.get(jks));
        }
        return bundles;
    }

    /**
     * Whether Perennial is enabled.
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
     * A builder set up from the properties.
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
        tls.configure(PerennialProperties.PREFIX, properties, null, builder);
        PropertyMapping.customizeCurator(name, customizers, builder);
        return builder;
    }

    /** Deletes what has been written for TLS; after the sessions have been closed. */
    @Override
    public void close() {
        tls.destroy();
    }
}
