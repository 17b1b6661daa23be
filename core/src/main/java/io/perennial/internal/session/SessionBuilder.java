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
import io.perennial.internal.engine.SessionThreads;
import io.perennial.internal.handle.ClientLibraries;
import io.perennial.internal.handle.HandleConfig;
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
import org.apache.zookeeper.client.ZKClientConfig;
import org.jspecify.annotations.Nullable;

/** The builder behind {@link ResilientSession#builder()}; internal to the library. */
public final class SessionBuilder implements ResilientSession.Builder {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,64}");
    private static final int SMALLEST_MAX_BUFFER = 1_024;

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
    private boolean closeAtShutdown = true;
    private CuratorFrameworkFactory.@Nullable Builder base;
    private boolean built;

    /** Starts with the defaults. */
    public SessionBuilder() {}

    @Override
    public SessionBuilder name(String name) {
        unbuilt();
        if (!NAME.matcher(SettingChecks.notNull("name", name)).matches()) {
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
        this.sessionTimeout = SettingChecks.sessionTimeout("sessionTimeout", timeout);
        return this;
    }

    @Override
    public SessionBuilder connectTimeout(Duration timeout) {
        unbuilt();
        this.connectTimeout = SettingChecks.positive("connectTimeout", timeout);
        return this;
    }

    @Override
    public SessionBuilder closeTimeout(Duration timeout) {
        unbuilt();
        this.closeTimeout = SettingChecks.positive("closeTimeout", timeout);
        return this;
    }

    @Override
    public SessionBuilder operationTimeout(Duration timeout) {
        unbuilt();
        this.operationTimeout = SettingChecks.positive("operationTimeout", timeout);
        return this;
    }

    @Override
    public SessionBuilder namespace(String path) {
        unbuilt();
        this.namespace = SettingChecks.namespace(SettingChecks.notNull("namespace", path));
        return this;
    }

    @Override
    public SessionBuilder authorization(String scheme, byte[] auth) {
        unbuilt();
        if (SettingChecks.notNull("authorization's scheme", scheme).isBlank()) {
            throw new IllegalArgumentException("authorization's scheme is empty; give for example 'digest'");
        }
        authorizations.add(new AuthInfo(
                scheme, SettingChecks.notNull("authorization's auth", auth).clone()));
        return this;
    }

    @Override
    public SessionBuilder clientConfig(ZKClientConfig config) {
        unbuilt();
        this.clientConfig = SettingChecks.notNull("clientConfig", config);
        return this;
    }

    @Override
    public SessionBuilder retry(RetryConfig config) {
        unbuilt();
        resilience.retry(SettingChecks.notNull("retry", config));
        return this;
    }

    @Override
    public SessionBuilder circuitBreaker(CircuitBreakerConfig config) {
        unbuilt();
        resilience.circuitBreaker(SettingChecks.notNull("circuitBreaker", config));
        return this;
    }

    @Override
    public SessionBuilder retry(Retry instance) {
        unbuilt();
        resilience.retry(SettingChecks.notNull("retry", instance));
        return this;
    }

    @Override
    public SessionBuilder circuitBreaker(CircuitBreaker instance) {
        unbuilt();
        resilience.circuitBreaker(SettingChecks.notNull("circuitBreaker", instance));
        return this;
    }

    @Override
    public SessionBuilder rateLimiter(RateLimiter instance) {
        unbuilt();
        resilience.rateLimiter(SettingChecks.notNull("rateLimiter", instance));
        return this;
    }

    @Override
    public SessionBuilder bulkhead(Bulkhead instance) {
        unbuilt();
        resilience.bulkhead(SettingChecks.notNull("bulkhead", instance));
        return this;
    }

    @Override
    public SessionBuilder restore(RestorePolicy policy) {
        unbuilt();
        this.restore = SettingChecks.notNull("restore", policy);
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
        this.onTimeoutClamped = SettingChecks.notNull("onTimeoutClamped", policy);
        return this;
    }

    @Override
    public SessionBuilder leaseMargin(Duration margin) {
        unbuilt();
        Duration given = SettingChecks.notNull("leaseMargin", margin);
        if (given.isNegative()) {
            throw new IllegalArgumentException("leaseMargin is " + given
                    + "; it must be zero or positive: half of the servers' tickTime, for example"
                    + " Duration.ofSeconds(1)");
        }
        this.leaseMargin = given;
        return this;
    }

    @Override
    public SessionBuilder callbackExecutor(Executor executor) {
        unbuilt();
        this.callbackExecutor = SettingChecks.notNull("callbackExecutor", executor);
        return this;
    }

    @Override
    public SessionBuilder futureExecutor(Executor executor) {
        unbuilt();
        this.futureExecutor = SettingChecks.notNull("futureExecutor", executor);
        return this;
    }

    @Override
    public SessionBuilder owner(SessionOwner owner) {
        unbuilt();
        this.owner = SettingChecks.notNull("owner", owner);
        return this;
    }

    @Override
    public SessionBuilder listener(SessionListener listener) {
        unbuilt();
        listeners.add(SettingChecks.notNull("listener", listener));
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
    public SessionBuilder closeAtShutdown(boolean closed) {
        unbuilt();
        this.closeAtShutdown = closed;
        return this;
    }

    @Override
    public SessionBuilder curator(CuratorFrameworkFactory.Builder base) {
        unbuilt();
        this.base = SettingChecks.notNull("curator", base);
        return this;
    }

    @Override
    public ResilientSession build() {
        return build(SessionThreads::new);
    }

    /** With threads that a test makes. */
    ResilientSession build(BiFunction<String, ClassLoader, SessionThreads> threads) {
        unbuilt();
        ClientLibraries.refuseTooOld();
        ClassLoader home = Owners.home(owner);
        var curator = new CuratorSettings(base);
        synchronized (curator.builder()) { // two sessions built on it at once
            return new CuratorSession(configure(curator, home), threads.apply(name, home));
        }
    }

    private SessionConfig configure(CuratorSettings curator, ClassLoader home) {
        curator.refuseTaken();
        EnsembleProvider ensemble = ensemble(curator);
        ConnectTimeouts connecting = connectTimeouts(curator);
        HandleConfig handles = handles(curator, ensemble, connecting.server());
        refuseTooLargeMargin(handles.sessionTimeout());
        var config = new SessionConfig(
                name,
                namespace == null ? curator.namespace() : namespace,
                handles,
                curator.builder(),
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
                closeAtShutdown,
                home,
                List.copyOf(listeners));
        built = true;
        return config;
    }

    private void refuseTooLargeMargin(Duration timeout) {
        if (leaseMargin != null && leaseMargin.compareTo(timeout) >= 0) {
            throw new IllegalArgumentException("leaseMargin is " + leaseMargin + "; it must be smaller than the"
                    + " sessionTimeout of " + timeout
                    + ", better than half of it, or the lease is never held: take half"
                    + " of the servers' tickTime");
        }
    }

    private EnsembleProvider ensemble(CuratorSettings curator) {
        return connectString == null ? curator.ensemble() : new FixedEnsembleProvider(connectString.text());
    }

    private ConnectString connectStringOf(EnsembleProvider ensemble) {
        if (connectString != null) {
            return connectString;
        }
        String text = ensemble.getConnectionString();
        // A provider may know it only once started; then it is checked at the first handle.
        return text == null || text.isEmpty() ? ConnectString.UNKNOWN : ConnectString.parse(text);
    }

    private ConnectTimeouts connectTimeouts(CuratorSettings curator) {
        return connectTimeout == null
                ? ConnectTimeouts.ofCurator(curator.connectTimeout())
                : new ConnectTimeouts(connectTimeout, connectTimeout);
    }

    private HandleConfig handles(CuratorSettings curator, EnsembleProvider ensemble, Duration connectTimeout) {
        var credentials = new ArrayList<>(curator.authorizations());
        credentials.addAll(authorizations);
        return new HandleConfig(
                ensemble,
                connectStringOf(ensemble),
                sessionTimeout == null ? curator.sessionTimeout() : sessionTimeout,
                connectTimeout,
                readOnlyAllowed || curator.readOnlyAllowed(),
                List.copyOf(credentials),
                clientConfig(curator),
                resume,
                curator.simulatedExpirationPercent(),
                curator.factory(clientConfig != null));
    }

    private ZKClientConfig clientConfig(CuratorSettings curator) {
        ZKClientConfig given = clientConfig == null ? curator.clientConfig() : clientConfig;
        if (given != null) {
            return given;
        }
        var plain = new ZKClientConfig();
        SaslLogin.switchOffWithout(plain);
        return plain;
    }

    private void unbuilt() {
        if (built) {
            throw new IllegalStateException("this builder has built session '" + name
                    + "' already; take a new one from ResilientSession.builder() for another session");
        }
    }
}
