package io.perennial.spring.boot;

import io.perennial.ResilientSession;
import io.perennial.SessionTransition;
import io.perennial.internal.handle.SaslLogin;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.function.Supplier;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.apache.zookeeper.client.ZKClientConfig;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.ssl.NoSuchSslBundleException;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundles;

/** The ZooKeeper client's own configuration: the properties given for it, and TLS by an SSL bundle. */
final class SessionTls implements DisposableBean {
    private static final Log LOG = LogFactory.getLog(SessionTls.class);

    private final Supplier<@Nullable SslBundles> bundles;
    private final TlsStores stores = new TlsStores();

    SessionTls(Supplier<@Nullable SslBundles> bundles) {
        this.bundles = bundles;
    }

    void configure(
            String prefix,
            SessionProperties properties,
            @Nullable SslBundle detailsBundle,
            ResilientSession.Builder builder) {
        SslBundle bundle = detailsBundle == null ? bundle(prefix, properties.getSsl()) : detailsBundle;
        if (bundle == null && properties.getClient().isEmpty()) {
            return;
        }
        var config = new ZKClientConfig();
        if (bundle != null) {
            boolean hostnameVerification = properties.getSsl().isHostnameVerification();
            if (!hostnameVerification && NettyHostnames.areVerifiedAnyway()) {
                throw new InvalidConfigurationPropertyValueException(
                        prefix + ".ssl.hostname-verification",
                        false,
                        "Netty 4.2 verifies host names all the same, unless the JVM is started with -D"
                                + NettyHostnames.PROPERTY + "=NONE, which then applies to all of its clients that set"
                                + " nothing else; it is better that the servers' certificates name their hosts");
            }
            TlsStores.Written written = stores.configure(config, bundle, hostnameVerification);
            builder.listener(transition -> restore(transition, written));
            if (detailsBundle == null) {
                String name = String.valueOf(properties.getSsl().getBundle());
                followReloads(prefix + ".ssl.bundle", bundle, name, written);
            }
        }
        properties.getClient().forEach(config::setProperty);
        SaslLogin.switchOffWithout(config);
        builder.clientConfig(config);
    }

    /** The connection stays; the next one uses what the bundle contains then. */
    private void followReloads(String property, SslBundle first, String name, TlsStores.Written written) {
        SslBundles all = Objects.requireNonNull(bundles.get());
        all.addBundleUpdateHandler(name, reloaded -> replace(property, reloaded, name, written));
        SslBundle present = all.getBundle(name);
        if (present != first) {
            replace(property, present, name, written); // it was reloaded before this listened
        }
    }

    private static void replace(String property, SslBundle reloaded, String name, TlsStores.Written written) {
        try {
            if (written.replace(reloaded)) {
                LOG.info(property + ": SSL bundle '" + name + "' was reloaded; the session's next connection uses it");
            }
        } catch (RuntimeException e) {
            LOG.warn(
                    property + ": SSL bundle '" + name + "' was reloaded, but the session goes on with what it had: "
                            + e.getMessage(),
                    e);
        }
    }

    /** A session may stay connected for longer than a system leaves its temporary files alone. */
    private static void restore(SessionTransition transition, TlsStores.Written written) {
        if (!transition.to().isAttached()) {
            try {
                written.restore();
            } catch (IOException e) {
                throw new UncheckedIOException("the key stores for ZooKeeper's client cannot be written again", e);
            }
        }
    }

    private @Nullable SslBundle bundle(String prefix, SslProperties ssl) {
        String name = ssl.getBundle();
        if (name == null || name.isBlank()) {
            return null;
        }
        String property = prefix + ".ssl.bundle";
        SslBundles all = bundles.get();
        if (all == null) {
            throw new InvalidConfigurationPropertyValueException(
                    property, name, "there are no SSL bundles; Spring Boot's SSL auto-configuration is switched off");
        }
        try {
            return all.getBundle(name);
        } catch (NoSuchSslBundleException e) {
            throw new InvalidConfigurationPropertyValueException(
                    property, name, "there is no such SSL bundle; define spring.ssl.bundle.*." + name);
        }
    }

    /** After the sessions, which depend on it. */
    @Override
    public void destroy() {
        stores.delete();
    }
}
