package io.perennial.internal.session;

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
import io.perennial.internal.connect.ConnectString;
import io.perennial.internal.engine.Arguments;
import io.perennial.internal.engine.SessionThreads;
import io.perennial.internal.handle.HandleConfig;
import io.perennial.internal.handle.HandleSupervisor;
import io.perennial.internal.handle.SaslLogin;
import io.perennial.internal.owner.Owners;
import io.perennial.internal.state.SessionConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.BiFunction;
import java.util.regex.Pattern;
import org.apache.curator.ensemble.EnsembleProvider;
import org.apache.curator.ensemble.fixed.FixedEnsembleProvider;
import org.apache.curator.framework.AuthInfo;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.utils.DefaultZookeeperFactory;
import org.apache.curator.utils.ZookeeperFactory;
import org.apache.zookeeper.client.ZKClientConfig;
import org.apache.zookeeper.common.PathUtils;
import org.jspecify.annotations.Nullable;

/** The builder behind {@link ResilientSession#builder()}; internal to the library. */
public final class SessionBuilder implements ResilientSession.Builder {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,64}");
    private static final int SMALLEST_MAX_BUFFER = 1_024;
    private static final Duration DEFAULT_SESSION_TIMEOUT = Duration.ofSeconds(30);
    private static final Duration DEFAULT_CONNECT_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration LONGEST_TIMEOUT = Duration.ofMillis(Integer.MAX_VALUE);
    /** ZooKeeper's client gives a session up after 4/3 of its timeout, and multiplies in an int before it divides (C12). */
    private static final Duration LONGEST_SESSION_TIMEOUT = Duration.ofMillis(Integer.MAX_VALUE / 4);

    private String name = "zookeeper";
    private @Nullable ConnectString connectString;
    private @Nullable Duration sessionTimeout;
    private @Nullable Duration connectTimeout;
    private Duration closeTimeout = Duration.ofSeconds(5);
    private Duration operationTimeout = Duration.ofSeconds(30);
    private @Nullable String namespace;
    private final List<AuthInfo> authorizations = new ArrayList<>();
    private @Nullable ZKClientConfig clientConfig;
    private final ResilienceOptions resilience = new ResilienceOptions();
    private RestorePolicy restore = RestorePolicy.defaults();
    private int serverMaxBuffer = SessionConfig.DEFAULT_MAX_BUFFER;
    private ClampPolicy onTimeoutClamped = ClampPolicy.WARN;
    private @Nullable Duration leaseMargin;
    private @Nullable Executor callbackExecutor;
    private @Nullable Executor futureExecutor;
    private @Nullable SessionOwner owner;
    private final List<SessionListener> listeners = new ArrayList<>();
    private boolean readOnlyAllowed;
    private boolean resume = true;
    private CuratorFrameworkFactory.@Nullable Builder base;
    private boolean built;

    /** Begins with the defaults. */
    public SessionBuilder() {}

    @Override
    public SessionBuilder name(String name) {
        unbuilt();
        if (!NAME.matcher(notNull("name", name)).matches()) {
            throw new IllegalArgumentException("name '" + name
                    + "' is not 1 to 64 letters, digits, '.', '_' or '-'; it becomes part of thread names");
        }
        this.name = name;
        return this;
    }

    @Override
    public SessionBuilder connectString(String hosts) {
        unbuilt();
        this.connectString = ConnectString.parse(hosts);
        return this;
    }

    @Override
    public SessionBuilder sessionTimeout(Duration timeout) {
        unbuilt();
        this.sessionTimeout = sessionTimeout("sessionTimeout", timeout);
        return this;
    }

    @Override
    public SessionBuilder connectTimeout(Duration timeout) {
        unbuilt();
        this.connectTimeout = positive("connectTimeout", timeout);
        return this;
    }

    @Override
    public SessionBuilder closeTimeout(Duration timeout) {
        unbuilt();
        this.closeTimeout = positive("closeTimeout", timeout);
        return this;
    }

    @Override
    public SessionBuilder operationTimeout(Duration timeout) {
        unbuilt();
        this.operationTimeout = positive("operationTimeout", timeout);
        return this;
    }

    @Override
    public SessionBuilder namespace(String path) {
        unbuilt();
        this.namespace = namespaceOf(notNull("namespace", path));
        return this;
    }

    @Override
    public SessionBuilder authorization(String scheme, byte[] auth) {
        unbuilt();
        if (notNull("authorization's scheme", scheme).isBlank()) {
            throw new IllegalArgumentException("authorization's scheme is empty; give for example 'digest'");
        }
        authorizations.add(
                new AuthInfo(scheme, notNull("authorization's auth", auth).clone()));
        return this;
    }

    @Override
    public SessionBuilder clientConfig(ZKClientConfig config) {
        unbuilt();
        this.clientConfig = notNull("clientConfig", config);
        return this;
    }

    @Override
    public SessionBuilder retry(RetryConfig config) {
        unbuilt();
        resilience.retry(notNull("retry", config));
        return this;
    }

    @Override
    public SessionBuilder circuitBreaker(CircuitBreakerConfig config) {
        unbuilt();
        resilience.circuitBreaker(notNull("circuitBreaker", config));
        return this;
    }

    @Override
    public SessionBuilder retry(Retry instance) {
        unbuilt();
        resilience.retry(notNull("retry", instance));
        return this;
    }

    @Override
    public SessionBuilder circuitBreaker(CircuitBreaker instance) {
        unbuilt();
        resilience.circuitBreaker(notNull("circuitBreaker", instance));
        return this;
    }

    @Override
    public SessionBuilder rateLimiter(RateLimiter instance) {
        unbuilt();
        resilience.rateLimiter(notNull("rateLimiter", instance));
        return this;
    }

    @Override
    public SessionBuilder bulkhead(Bulkhead instance) {
        unbuilt();
        resilience.bulkhead(notNull("bulkhead", instance));
        return this;
    }

    @Override
    public SessionBuilder restore(RestorePolicy policy) {
        unbuilt();
        this.restore = notNull("restore", policy);
        return this;
    }

    @Override
    public SessionBuilder serverMaxBuffer(int bytes) {
        unbuilt();
        if (bytes < SMALLEST_MAX_BUFFER) {
            throw new IllegalArgumentException("serverMaxBuffer is " + bytes + "; it must be at least "
                    + SMALLEST_MAX_BUFFER + ": the jute.maxbuffer of the servers, in bytes, or leave it out for "
                    + SessionConfig.DEFAULT_MAX_BUFFER);
        }
        this.serverMaxBuffer = bytes;
        return this;
    }

    @Override
    public SessionBuilder onTimeoutClamped(ClampPolicy policy) {
        unbuilt();
        this.onTimeoutClamped = notNull("onTimeoutClamped", policy);
        return this;
    }

    @Override
    public SessionBuilder leaseMargin(Duration margin) {
        unbuilt();
        Duration given = notNull("leaseMargin", margin);
        if (given.isNegative()) {
            throw new IllegalArgumentException(
                    "leaseMargin is " + given
                            + "; it must be zero or positive: half of the servers' tickTime, for example Duration.ofSeconds(1)");
        }
        this.leaseMargin = given;
        return this;
    }

    @Override
    public SessionBuilder callbackExecutor(Executor executor) {
        unbuilt();
        this.callbackExecutor = notNull("callbackExecutor", executor);
        return this;
    }

    @Override
    public SessionBuilder futureExecutor(Executor executor) {
        unbuilt();
        this.futureExecutor = notNull("futureExecutor", executor);
        return this;
    }

    @Override
    public SessionBuilder owner(SessionOwner owner) {
        unbuilt();
        this.owner = notNull("owner", owner);
        return this;
    }

    @Override
    public SessionBuilder listener(SessionListener listener) {
        unbuilt();
        listeners.add(notNull("listener", listener));
        return this;
    }

    @Override
    public SessionBuilder readOnlyAllowed(boolean allowed) {
        unbuilt();
        this.readOnlyAllowed = allowed;
        return this;
    }

    @Override
    public SessionBuilder resume(boolean resumed) {
        unbuilt();
        this.resume = resumed;
        return this;
    }

    @Override
    public SessionBuilder curator(CuratorFrameworkFactory.Builder base) {
        unbuilt();
        this.base = notNull("curator", base);
        return this;
    }

    @Override
    public ResilientSession build() {
        return build(SessionThreads::new);
    }

    /** With threads that a test makes. */
    ResilientSession build(BiFunction<String, ClassLoader, SessionThreads> threads) {
        unbuilt();
        ClassLoader home = Owners.home(owner);
        CuratorFrameworkFactory.Builder curator = base == null ? CuratorAssembly.plainBuilder() : base;
        synchronized (curator) { // two sessions that are built on it at once
            return new CuratorSession(configure(curator, home), threads.apply(name, home));
        }
    }

    private SessionConfig configure(CuratorFrameworkFactory.Builder curator, ClassLoader home) {
        refuseTakenBuilder(curator);
        EnsembleProvider ensemble = ensemble(curator);
        ConnectTimeouts connecting = connectTimeouts(curator);
        HandleConfig handles = handles(curator, ensemble, connecting.server());
        refuseTooLargeMargin(handles.sessionTimeout());
        var config = new SessionConfig(
                name,
                namespaceFrom(curator),
                handles,
                curator,
                connecting.call(),
                closeTimeout,
                operationTimeout,
                resilience.chosen(name, operationTimeout),
                restore,
                serverMaxBuffer,
                onTimeoutClamped,
                leaseMargin,
                callbackExecutor,
                futureExecutor,
                Owners.owner(owner, home),
                home,
                List.copyOf(listeners));
        built = true;
        return config;
    }

    /** It has the other session's parts in it by now, and would share them (C11). */
    private static void refuseTakenBuilder(CuratorFrameworkFactory.Builder curator) {
        if (curator.getZookeeperFactory() instanceof HandleSupervisor) {
            throw new IllegalArgumentException("curator: another session has been built on this"
                    + " CuratorFrameworkFactory.Builder already; give each session a builder of its own, for example from"
                    + " a method that makes one");
        }
    }

    private void refuseTooLargeMargin(Duration timeout) {
        if (leaseMargin != null && leaseMargin.compareTo(timeout) >= 0) {
            throw new IllegalArgumentException("leaseMargin is " + leaseMargin + "; it must be smaller than the"
                    + " sessionTimeout of " + timeout
                    + ", better than half of it, or the lease is never held: take half"
                    + " of the servers' tickTime");
        }
    }

    private EnsembleProvider ensemble(CuratorFrameworkFactory.Builder curator) {
        if (connectString != null) {
            return new FixedEnsembleProvider(connectString.text());
        }
        EnsembleProvider theirs = curator.getEnsembleProvider();
        if (theirs == null) {
            throw new IllegalArgumentException(
                    "connectString is missing; give it as host:port[,host:port...][/chroot]");
        }
        return theirs;
    }

    private ConnectString connectStringOf(EnsembleProvider ensemble) {
        if (connectString != null) {
            return connectString;
        }
        String text = ensemble.getConnectionString();
        // A provider may know it only when started; then it is checked at the first handle.
        return text == null || text.isEmpty() ? ConnectString.UNKNOWN : ConnectString.parse(text);
    }

    private String namespaceFrom(CuratorFrameworkFactory.Builder curator) {
        if (namespace != null) {
            return namespace;
        }
        String theirs = curator.getNamespace();
        return theirs == null || theirs.isEmpty() ? "" : namespaceOf(theirs);
    }

    private ConnectTimeouts connectTimeouts(CuratorFrameworkFactory.Builder curator) {
        Duration timeout = positive(
                "curator's connection timeout",
                chosen(connectTimeout, base != null, curator.getConnectionTimeoutMs(), DEFAULT_CONNECT_TIMEOUT));
        return connectTimeout == null ? ConnectTimeouts.ofCurator(timeout) : new ConnectTimeouts(timeout, timeout);
    }

    private HandleConfig handles(
            CuratorFrameworkFactory.Builder curator, EnsembleProvider ensemble, Duration connectTimeout) {
        boolean theirs = base != null;
        var credentials = new ArrayList<AuthInfo>();
        if (curator.getAuthInfos() != null) {
            credentials.addAll(curator.getAuthInfos());
        }
        credentials.addAll(authorizations);
        return new HandleConfig(
                ensemble,
                connectStringOf(ensemble),
                sessionTimeout(
                        "curator's session timeout",
                        chosen(sessionTimeout, theirs, curator.getSessionTimeoutMs(), DEFAULT_SESSION_TIMEOUT)),
                connectTimeout,
                readOnlyAllowed || curator.canBeReadOnly(),
                List.copyOf(credentials),
                clientConfigFrom(curator),
                resume,
                curator.getSimulatedSessionExpirationPercent(),
                callersFactory(curator));
    }

    private @Nullable ZookeeperFactory callersFactory(CuratorFrameworkFactory.Builder curator) {
        ZookeeperFactory theirs = curator.getZookeeperFactory();
        if (isCuratorsOwn(theirs)) {
            return null;
        }
        if (curator.getSimulatedSessionExpirationPercent() < 100) {
            // Curator would close the handle to get another: only ours do not mind.
            throw new IllegalArgumentException("curator's simulatedSessionExpirationPercent is "
                    + curator.getSimulatedSessionExpirationPercent() + " and its ZookeeperFactory is "
                    + theirs.getClass().getName()
                    + ": a session cannot outlive an early LOST on handles that others make; leave one of them out");
        }
        var factory = new UserZookeeperFactory(theirs);
        if ((clientConfig != null || curator.getZkClientConfig() != null) && !factory.takesConfig()) {
            throw new IllegalArgumentException("clientConfig cannot reach the handles that "
                    + theirs.getClass().getName() + " makes: it has only the newZooKeeper without a ZKClientConfig;"
                    + " override the other one too, or leave clientConfig out");
        }
        return factory;
    }

    /** Exactly Curator's: a subclass does something of the caller's. */
    private static boolean isCuratorsOwn(@Nullable ZookeeperFactory factory) {
        return factory == null || factory.getClass() == DefaultZookeeperFactory.class;
    }

    private static Duration chosen(@Nullable Duration ours, boolean theirs, int theirMillis, Duration otherwise) {
        if (ours != null) {
            return ours;
        }
        return theirs ? Duration.ofMillis(theirMillis) : otherwise;
    }

    private ZKClientConfig clientConfigFrom(CuratorFrameworkFactory.Builder curator) {
        if (clientConfig != null) {
            return clientConfig;
        }
        ZKClientConfig theirs = curator.getZkClientConfig();
        if (theirs != null) {
            return theirs;
        }
        var plain = new ZKClientConfig();
        SaslLogin.switchOffWithout(plain);
        return plain;
    }

    private static String namespaceOf(String path) {
        String absolute = path.startsWith("/") ? path : "/" + path;
        if (absolute.length() == 1) {
            throw new IllegalArgumentException(
                    "namespace '" + path + "' is empty; give a path such as 'shop', or leave it out for none");
        }
        try {
            PathUtils.validatePath(absolute);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("namespace '" + path + "' is not a valid path: " + e.getMessage(), e);
        }
        return absolute;
    }

    private static Duration positive(String property, @Nullable Duration duration) {
        return bounded(
                property,
                duration,
                LONGEST_TIMEOUT,
                Integer.MAX_VALUE + " ms (24 days): ZooKeeper counts it in an int of milliseconds");
    }

    private static Duration sessionTimeout(String property, @Nullable Duration timeout) {
        return bounded(
                property,
                timeout,
                LONGEST_SESSION_TIMEOUT,
                LONGEST_SESSION_TIMEOUT.toMillis()
                        + " ms (6 days): ZooKeeper's client multiplies it by four in an int of" + " milliseconds");
    }

    private static Duration bounded(String property, @Nullable Duration duration, Duration longest, String limit) {
        Duration given = notNull(property, duration);
        if (given.isNegative() || given.isZero()) {
            throw new IllegalArgumentException(
                    property + " is " + given + "; it must be positive, for example Duration.ofSeconds(30)");
        }
        if (given.compareTo(Duration.ofMillis(1)) < 0 || given.compareTo(longest) > 0) {
            throw new IllegalArgumentException(property + " is " + given + "; it must be 1 ms to " + limit);
        }
        return given;
    }

    private static <T> T notNull(String property, @Nullable T value) {
        return Arguments.notNull(property, value, "give a value, or leave the call out");
    }

    private void unbuilt() {
        if (built) {
            throw new IllegalStateException("this builder has built session '" + name
                    + "' already; take a new one from ResilientSession.builder() for another session");
        }
    }
}
