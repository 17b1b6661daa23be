package io.perennial.internal.session;

import io.perennial.internal.handle.HandleSupervisor;
import io.perennial.internal.handle.UserZookeeperFactory;
import java.time.Duration;
import java.util.List;
import org.apache.curator.ensemble.EnsembleProvider;
import org.apache.curator.framework.AuthInfo;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.utils.DefaultZookeeperFactory;
import org.apache.curator.utils.ZookeeperFactory;
import org.apache.zookeeper.client.ZKClientConfig;
import org.jspecify.annotations.Nullable;

/**
 * What a session takes from the Curator builder that it is built on, unless its own builder says otherwise: what the
 * caller has set there; without a Curator builder from the caller, the session's defaults.
 */
final class CuratorSettings {
    private static final Duration DEFAULT_SESSION_TIMEOUT = Duration.ofSeconds(30);
    private static final Duration DEFAULT_CONNECT_TIMEOUT = Duration.ofSeconds(10);

    private final CuratorFrameworkFactory.Builder builder;
    private final boolean given;

    /**
     * Reads a builder.
     *
     * @param base the caller's, or null for none
     */
    CuratorSettings(CuratorFrameworkFactory.@Nullable Builder base) {
        this.builder = base == null ? CuratorAssembly.plainBuilder() : base;
        this.given = base != null;
    }

    CuratorFrameworkFactory.Builder builder() {
        return builder;
    }

    /** By now it has the other session's parts in it, and would share them (C11). */
    void refuseTaken() {
        if (builder.getZookeeperFactory() instanceof HandleSupervisor) {
            throw new IllegalArgumentException("curator: another session has been built on this"
                    + " CuratorFrameworkFactory.Builder already; give each session a builder of its own, for"
                    + " example from a method that makes one");
        }
    }

    EnsembleProvider ensemble() {
        EnsembleProvider configured = builder.getEnsembleProvider();
        if (configured == null) {
            throw new IllegalArgumentException(
                    "connectString is missing; give it as host:port[,host:port...][/chroot]");
        }
        return configured;
    }

    /** With a slash before it, or empty. */
    String namespace() {
        String configured = builder.getNamespace();
        return configured == null || configured.isEmpty() ? "" : SettingChecks.namespace(configured);
    }

    Duration sessionTimeout() {
        return SettingChecks.sessionTimeout(
                "curator's session timeout",
                given ? Duration.ofMillis(builder.getSessionTimeoutMs()) : DEFAULT_SESSION_TIMEOUT);
    }

    Duration connectTimeout() {
        return SettingChecks.positive(
                "curator's connection timeout",
                given ? Duration.ofMillis(builder.getConnectionTimeoutMs()) : DEFAULT_CONNECT_TIMEOUT);
    }

    boolean readOnlyAllowed() {
        return builder.canBeReadOnly();
    }

    List<AuthInfo> authorizations() {
        List<AuthInfo> configured = builder.getAuthInfos();
        return configured == null ? List.of() : configured;
    }

    @Nullable
    ZKClientConfig clientConfig() {
        return builder.getZkClientConfig();
    }

    int simulatedExpirationPercent() {
        return builder.getSimulatedSessionExpirationPercent();
    }

    /**
     * The caller's own factory; null when the library makes the handles.
     *
     * @param configGiven whether a client configuration must reach the handles that it makes
     */
    @Nullable
    ZookeeperFactory factory(boolean configGiven) {
        ZookeeperFactory configured = builder.getZookeeperFactory();
        if (isCuratorsOwn(configured)) {
            return null;
        }
        if (builder.getSimulatedSessionExpirationPercent() < 100) {
            // Curator would close the handle to get another: only the library's own handles ignore that.
            throw new IllegalArgumentException("curator's simulatedSessionExpirationPercent is "
                    + builder.getSimulatedSessionExpirationPercent() + " and its ZookeeperFactory is "
                    + configured.getClass().getName()
                    + ": a session cannot outlive an early LOST on handles that another factory makes; leave"
                    + " one of the two out");
        }
        var factory = new UserZookeeperFactory(configured);
        if ((configGiven || clientConfig() != null) && !factory.takesConfig()) {
            throw new IllegalArgumentException("clientConfig cannot reach the handles that "
                    + configured.getClass().getName() + " makes: it has only the newZooKeeper without a ZKClientConfig;"
                    + " override the other one too, or leave clientConfig out");
        }
        return factory;
    }

    /** Exactly Curator's class: a subclass does something that the caller wants. */
    private static boolean isCuratorsOwn(@Nullable ZookeeperFactory factory) {
        return factory == null || factory.getClass() == DefaultZookeeperFactory.class;
    }
}
