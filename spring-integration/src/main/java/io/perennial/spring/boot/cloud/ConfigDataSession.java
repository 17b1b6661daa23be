package io.perennial.spring.boot.cloud;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.perennial.ResilientSession;
import io.perennial.operation.SessionUnavailableException;
import io.perennial.spring.boot.BootstrapSettings;
import io.perennial.spring.boot.CuratorBuilderCustomizer;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.apache.curator.framework.CuratorFramework;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.bootstrap.BootstrapContext;
import org.springframework.boot.bootstrap.BootstrapRegistry.InstanceSupplier;
import org.springframework.boot.bootstrap.BootstrapRegistry.Scope;
import org.springframework.boot.bootstrap.ConfigurableBootstrapContext;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.cloud.zookeeper.CuratorFactory;
import org.springframework.cloud.zookeeper.CuratorFrameworkCustomizer;
import org.springframework.cloud.zookeeper.ZookeeperProperties;

/**
 * The session on which configuration is read before there is a context. Built from the properties alone, as the beans
 * that would customize it do not exist yet. A later request for the client, as Spring Cloud makes it to read again,
 * gets the context's.
 */
final class ConfigDataSession {
    private static final String CLOUD_CONNECT_STRING = ZookeeperProperties.PREFIX + ".connect-string";

    private @Nullable BootstrapSettings settings;
    private @Nullable ResilientSession session;

    @GuardedBy("this")
    private @Nullable Supplier<CuratorFramework> client;

    /**
     * In place of Spring Cloud Zookeeper's own client, if one is requested, but not of one of the application's. Where
     * Spring Cloud Config finds its server by discovery, theirs is registered before this is asked.
     */
    void offer(ConfigurableBootstrapContext bootstrap) {
        if (!bootstrap.isRegistered(CuratorFramework.class)
                || isTheirs(bootstrap.getRegisteredInstanceSupplier(CuratorFramework.class))) {
            bootstrap.register(
                    CuratorFramework.class,
                    ((InstanceSupplier<CuratorFramework>) this::client).withScope(Scope.PROTOTYPE));
        }
    }

    private static boolean isTheirs(@Nullable InstanceSupplier<?> registered) {
        return registered != null
                && registered.getClass().getName().startsWith(CuratorFactory.class.getPackageName() + ".");
    }

    boolean isMade() {
        return session != null;
    }

    /** From now on another client is used; this one ends. */
    synchronized void handOver(Supplier<CuratorFramework> successor) {
        client = successor;
        close();
    }

    void close() {
        if (session != null) {
            session.close();
        }
        if (settings != null) {
            settings.close();
        }
    }

    private synchronized CuratorFramework client(BootstrapContext bootstrap) {
        if (client == null) {
            CuratorFramework made = make(bootstrap);
            client = () -> made;
        }
        return client.get();
    }

    private CuratorFramework make(BootstrapContext bootstrap) {
        close(); // what an earlier attempt that failed has left
        // The caller that asks for the client registers both.
        Binder binder = Objects.requireNonNull(bootstrap.get(Binder.class));
        ZookeeperProperties cloud = Objects.requireNonNull(bootstrap.get(ZookeeperProperties.class));
        BootstrapSettings perennial = BootstrapSettings.of(binder);
        settings = perennial;
        if (!perennial.isEnabled()) {
            return cloudClient(cloud);
        }
        session = build(perennial, connectString(binder, perennial, cloud), bootstrap)
                .start();
        await(
                session,
                Duration.of(
                        cloud.getBlockUntilConnectedWait(),
                        cloud.getBlockUntilConnectedUnit().toChronoUnit()));
        return session.curator();
    }

    private static CuratorFramework cloudClient(ZookeeperProperties cloud) {
        try {
            return CuratorFactory.curatorFramework(
                    cloud, CuratorFactory.retryPolicy(cloud), () -> null, () -> null, () -> null);
        } catch (Exception e) {
            throw new IllegalStateException("Spring Cloud Zookeeper's client cannot be made: " + e.getMessage(), e);
        }
    }

    /**
     * One in the import's location takes precedence over all others; it appears in Spring Cloud's properties, although
     * it was not set there.
     */
    private static String connectString(Binder binder, BootstrapSettings perennial, ZookeeperProperties cloud) {
        String configured = binder.bind(CLOUD_CONNECT_STRING, String.class)
                .orElseGet(() -> new ZookeeperProperties().getConnectString());
        boolean inLocation = !configured.equals(cloud.getConnectString());
        String given = perennial.connectString();
        return inLocation || given == null ? cloud.getConnectString() : given;
    }

    private static ResilientSession build(
            BootstrapSettings perennial, String connectString, BootstrapContext bootstrap) {
        CuratorFrameworkCustomizer customizer = bootstrap.getOrElse(CuratorFrameworkCustomizer.class, null);
        List<CuratorBuilderCustomizer> customizers =
                customizer == null ? List.of() : List.of((name, curator) -> customizer.customize(curator));
        return perennial.builder("-config-data", connectString, customizers).build();
    }

    /** Spring Cloud Zookeeper also goes on without a connection, and fails when it reads, which an import may allow. */
    private static void await(ResilientSession session, Duration timeout) {
        try {
            session.awaitConnected(timeout);
        } catch (SessionUnavailableException e) {
            // The wait has found that the chroot does not exist.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
