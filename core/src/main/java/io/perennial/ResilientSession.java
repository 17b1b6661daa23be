package io.perennial;

import io.github.resilience4j.bulkhead.Bulkhead;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.ratelimiter.RateLimiter;
import io.github.resilience4j.retry.Retry;
import io.github.resilience4j.retry.RetryConfig;
import io.perennial.ephemeral.Ephemerals;
import io.perennial.internal.session.SessionBuilder;
import io.perennial.operation.Operations;
import io.perennial.watch.Watches;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.zookeeper.client.ZKClientConfig;

/**
 * A ZooKeeper session that outlives trouble. On connection loss nothing needs to be done; on session expiry the handle,
 * the ephemeral nodes and the watches are rebuilt, and what was missed is told; on {@link #close()}, or when its owner
 * ends, every thread of it ends.
 *
 * <p>Thread-safe. No method but {@link #awaitConnected} and {@link #close()} blocks.
 *
 * <pre>{@code
 * try (var session = ResilientSession.builder().connectString("zk1:2181,zk2:2181/shop").build().start()) {
 *     session.ephemerals().register("/workers/" + id, address);
 *     session.watches().node("/config", change -> reload(change.data()));
 *     ...
 * }
 * }</pre>
 */
public interface ResilientSession extends AutoCloseable {
    /**
     * Begins to describe a session.
     *
     * @return a builder; good for one session
     */
    static Builder builder() {
        return new SessionBuilder();
    }

    /**
     * The session's name.
     *
     * @return as given to the builder
     */
    String name();

    /**
     * Starts connecting, and returns at once: it never waits for the network. Does nothing when already started.
     *
     * @return this
     * @throws io.perennial.operation.SessionClosedException when the session is closed
     */
    ResilientSession start();

    /**
     * Waits until the session is {@code CONNECTED}, which means restored. May be called from any thread, a callback too.
     *
     * @param timeout how long to wait at most; zero asks without waiting
     * @return true when connected, false when the time has passed or the session is closed
     * @throws io.perennial.operation.SessionUnavailableException when the connect string's chroot does not exist on the
     *     server: the message says what to do; the session goes on trying
     * @throws InterruptedException when the calling thread is interrupted
     */
    boolean awaitConnected(Duration timeout) throws InterruptedException;

    /**
     * The state now.
     *
     * @return the state
     */
    SessionState state();

    /**
     * The server session in hand. There is one from its making until the session must be taken for gone.
     *
     * @return the server session, if any
     */
    Optional<SessionInfo> info();

    /**
     * Whether the server can have expired the session.
     *
     * @return a live view
     */
    Lease lease();

    /**
     * The ephemeral nodes.
     *
     * @return the session's nodes
     */
    Ephemerals ephemerals();

    /**
     * The watches.
     *
     * @return the session's watches
     */
    Watches watches();

    /**
     * Calls with retries and sorted failures.
     *
     * @return the session's operations
     */
    Operations operations();

    /**
     * The real Curator framework on this session, for recipes. Its {@code start()} starts and its {@code close()} closes
     * the session. Its handle is replaced under it when the session is lost. {@code reconfig()} is not available on it:
     * it needs a {@code ZooKeeperAdmin}, which cannot take over a known session.
     * A {@code getZookeeperClient().reset()} of the application's closes the server session, if a server can be reached:
     * the next generation follows.
     *
     * @return the framework
     */
    CuratorFramework curator();

    /**
     * Adds a listener, which hears of transitions from now on.
     *
     * @param listener the listener
     * @return takes it back
     */
    Registration addListener(SessionListener listener);

    /**
     * A picture of the session for people, health checks and monitoring. Reads what is in memory only.
     *
     * @return the picture at this moment
     */
    SessionReport report();

    /**
     * Ends the session: its nodes go with it if a server can be reached. Returns within the close timeout whatever the
     * servers do; after it no thread and no socket of the session is left. May be called from any thread, several times,
     * at once, and from the session's own callbacks, where it does not wait. A thread that is interrupted waits all the
     * same, and stays interrupted. Every future that the session has given out completes; that of a call whose own code does not
     * come back, when it does.
     *
     * <p>Code of the application's that does not come back is interrupted; a thread that does not end even then is named,
     * with its stack, in the log and on the report. Curator's connection state listeners are told {@code LOST} before the
     * framework closes, so that a recipe that was not closed no longer counts on what it held. But threads that recipes
     * made themselves are theirs to end: close recipes first ({@code LeaderSelector}, which with {@code autoRequeue} would
     * try for ever on the closed framework, caches, {@code GroupMember}). With ZooKeeper's Netty socket (TLS) the event
     * loop of a closed connection, a thread of Netty's without a connection, ends two seconds after it, by Netty's choice.
     */
    @Override
    void close();

    /** Describes a session. Not thread-safe; good for one {@link #build()}. Each method checks what it is given. */
    interface Builder {
        /**
         * The name: in every log line and thread name.
         *
         * @param name letters, digits, {@code . _ -}; default {@code zookeeper}
         * @return this
         */
        Builder name(String name);

        /**
         * The servers.
         *
         * @param hosts {@code host:port[,host:port...][/chroot]}; the port is 2181 when left out
         * @return this
         * @throws IllegalArgumentException when it cannot be parsed
         */
        Builder connectString(String hosts);

        /**
         * The session timeout to ask for. The server grants what its {@code minSessionTimeout} and
         * {@code maxSessionTimeout} allow, see {@link #onTimeoutClamped}.
         *
         * @param timeout 1 ms to 536,870,911 ms (six days: four times as much is counted in an int by ZooKeeper's client);
         *     default 30 s
         * @return this
         */
        Builder sessionTimeout(Duration timeout);

        /**
         * How long connecting to one server may take, and how long a call on {@code curator()} waits for a connection.
         *
         * @param timeout positive; default 10 s, or what {@link #curator} says
         * @return this
         */
        Builder connectTimeout(Duration timeout);

        /**
         * How long {@link ResilientSession#close()} may take. When the owner has ended, it is cut to four seconds, so
         * that the session is gone within five. What cannot be interrupted can outlast it: a lookup of a server's name
         * that hangs keeps the handle's thread until the name service answers or gives up.
         *
         * @param timeout positive; default 5 s
         * @return this
         */
        Builder closeTimeout(Duration timeout);

        /**
         * How long a call on {@link ResilientSession#operations()} may take, with its retries.
         *
         * @param timeout positive; default 30 s
         * @return this
         */
        Builder operationTimeout(Duration timeout);

        /**
         * A path below which everything happens: nodes, watches and {@code curator()}. Unlike a chroot it is made on
         * demand.
         *
         * @param path with or without the leading slash
         * @return this
         */
        Builder namespace(String path);

        /**
         * Credentials, sent on each connection before anything else. May be called for several schemes.
         *
         * @param scheme for example {@code digest}
         * @param auth the credentials, copied; never logged
         * @return this
         */
        Builder authorization(String scheme, byte[] auth);

        /**
         * The ZooKeeper client's configuration: TLS, SASL. Without one, SASL is used if this JVM has a login for it when the
         * session is built, set by a file or by code (the section {@code Client}). DIGEST-MD5 works only with {@code
         * zookeeper.fips-mode=false} on both sides.
         *
         * @param config the configuration
         * @return this
         */
        Builder clientConfig(ZKClientConfig config);

        /**
         * How {@link ResilientSession#operations()} retries.
         *
         * @param config Resilience4j's
         * @return this
         */
        Builder retry(RetryConfig config);

        /**
         * When {@link ResilientSession#operations()} fails fast.
         *
         * @param config Resilience4j's
         * @return this
         */
        Builder circuitBreaker(CircuitBreakerConfig config);

        /**
         * A retry of the caller's own, in place of {@link #retry}: its metrics and events are in the caller's registry.
         *
         * @param instance for example from a {@code RetryRegistry}
         * @return this
         */
        Builder retryInstance(Retry instance);

        /**
         * A circuit breaker of the caller's own, in place of {@link #circuitBreaker}. It should not be shared with what
         * else can fail: the session's state opens and closes it.
         *
         * @param instance for example from a {@code CircuitBreakerRegistry}
         * @return this
         */
        Builder circuitBreakerInstance(CircuitBreaker instance);

        /**
         * Limits the rate of requests that {@link ResilientSession#operations()} send; each attempt takes a permission.
         * A call waits for it, within its deadline. Default: none.
         *
         * @param instance for example from a {@code RateLimiterRegistry}
         * @return this
         */
        Builder rateLimiter(RateLimiter instance);

        /**
         * Limits how many requests of {@link ResilientSession#operations()} are under way at once. Default: none.
         *
         * @param instance for example from a {@code BulkheadRegistry}; its {@code maxWaitDuration}, which each attempt may
         *     wait whatever its call's deadline, must not exceed the operation timeout
         * @return this
         */
        Builder bulkhead(Bulkhead instance);

        /**
         * How nodes and watches are put back.
         *
         * @param policy the bounds
         * @return this
         */
        Builder restore(RestorePolicy policy);

        /**
         * The {@code jute.maxbuffer} of the servers, where an operator has changed it: no client can ask for it. The
         * smaller one of this and the client's own ({@code jute.maxbuffer} in {@link #clientConfig} or as a system
         * property) is what a node's data and one request may have, and what the sum of all ephemeral nodes' paths is
         * checked against; so whoever raises it on the servers raises it on the client and says so here. A client's alone
         * raises nothing: a server breaks the connection at a longer request, and does not start again after a session
         * with too many paths. Default: 1,048,575, which is the servers' own.
         *
         * @param bytes as every server has it, at least 1,024
         * @return this
         */
        Builder serverMaxBuffer(int bytes);

        /**
         * What to do when the server grants another timeout than the one asked for.
         *
         * @param policy default {@link ClampPolicy#WARN}
         * @return this
         */
        Builder onTimeoutClamped(ClampPolicy policy);

        /**
         * How long it may take the servers' leader to learn that another server has heard of the session; see {@link Lease}
         * for what it is needed for. Half of the servers' {@code tickTime} is right; a whole one for observers that follow
         * an {@code ObserverMaster}; zero when there is one server only. The lease is held for about this much, and one
         * heartbeat's interval, less than the session timeout after the last acknowledgement.
         *
         * @param margin zero or positive, and smaller than the session timeout, better than half of it; default: a
         *     quarter of the shortest timeout that the session has been granted, which is half a tick at least, for no
         *     server grants less than two unless its {@code minSessionTimeout} is set to less
         * @return this
         */
        Builder leaseMargin(Duration margin);

        /**
         * Where listeners run. Callbacks are handed over one after another, each when the one before has returned.
         * What the executor rejects is kept and handed over again, and so is what it accepts and does not begin with for a
         * third of the session timeout; both are on the report. One that is slow only may find that there is nothing left.
         * While the session closes, what it rejects, or has not begun after a fifth of the close timeout (a second at
         * most), runs on a thread of the session's own: the last transition is told in any case, unless a callback blocks
         * before it.
         *
         * @param executor yours, not shut down by the session; must hand over to a thread. One that runs what it is given
         *     on the calling thread, which is the session's engine, is not let: the callbacks run on the session's own
         *     thread then, and the report says so. Default: one thread of the session's own
         * @return this
         */
        Builder callbackExecutor(Executor executor);

        /**
         * Where the futures that the session gives out are completed, and with them runs what depends on them without an
         * executor of its own ({@code thenApply}, not {@code thenApplyAsync}). Each completion is a task of its own; none
         * waits for another unless the executor makes it wait.
         *
         * @param executor yours, not shut down by the session. What it rejects, runs on the calling thread, or has not begun
         *     after a third of the session timeout (while it closes: a fifth of the close timeout, a second at most), the
         *     session does on a thread of its own, and says so. Default: threads of the session's own named
         *     {@code perennial-<session>-future}: one, and another beside it whenever a dependent has not returned after
         *     50 ms, up to 256; they end after 10 s without work. So a dependent may block, or wait for another future of
         *     the session
         * @return this
         */
        Builder futureExecutor(Executor executor);

        /**
         * Whoever's end must end the session.
         *
         * @param owner default: found from the context class loader of the thread that calls {@link #build()}, or from
         *     the library's own when only that one is a web application's, see {@link SessionOwner#ofClassLoader}
         * @return this
         */
        Builder owner(SessionOwner owner);

        /**
         * A listener that hears every transition from the start. May be called several times.
         *
         * @param listener the listener
         * @return this
         */
        Builder listener(SessionListener listener);

        /**
         * Whether a server without quorum is good enough to read from, see {@link SessionState#READ_ONLY}.
         *
         * @param allowed default false
         * @return this
         */
        Builder readOnlyAllowed(boolean allowed);

        /**
         * Whether a session that had to be taken for lost is taken over again, if the servers have it still. Then nodes and
         * watches stand as they did; what Curator's recipes had given up at LOST is deleted before they hear RECONNECTED.
         * Without, each loss leads to a new session, as with plain Curator: everything is put back, and the nodes of the old
         * session stand until the servers expire it.
         *
         * @param resumed default true
         * @return this
         */
        Builder resume(boolean resumed);

        /**
         * Builds on a Curator builder of the caller's: what is set there and not here is taken over, its listeners,
         * providers and factories are chained. The builder given is not to be used afterwards: {@link #build()} refuses
         * it for a second session. With a {@code ZookeeperFactory} of the caller's every handle is made by it, and so an
         * old session cannot be resumed. An {@code EnsembleProvider} may know its servers and its chroot only once
         * started; its servers may change later, its chroot stays that of the session's first handle.
         * With a {@code simulatedSessionExpirationPercent} below 100 Curator's listeners, and so its recipes, hear LOST after
         * that part of the timeout without a connection, while the session itself may be {@link SessionState#SUSPENDED} still.
         * Its {@code connectionTimeoutMs} is how long a call on {@code curator()} waits for a connection; connecting to one
         * server may take as long, but two seconds at least unless {@link #connectTimeout} says otherwise. Its
         * {@code waitForShutdownTimeoutMs} and {@code maxCloseWaitMs} are not taken over: {@link #closeTimeout} is for the
         * whole end.
         *
         * @param base the caller's builder
         * @return this
         */
        Builder curator(CuratorFrameworkFactory.Builder base);

        /**
         * Validates, and starts nothing: no thread, no socket.
         *
         * @return the session, {@code LATENT}
         * @throws IllegalArgumentException when a property is missing or two do not fit together
         * @throws IllegalStateException when this builder has built already
         */
        ResilientSession build();
    }
}
