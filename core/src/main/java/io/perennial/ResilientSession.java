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
 * A ZooKeeper session that outlives trouble. On connection loss it changes nothing, because the server still has the
 * session; on session expiry it rebuilds the handle, the ephemeral nodes and the watches, and reports what was missed;
 * on {@link #close()}, or when its owner ends, all of its threads end.
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
    /** {@return a builder, to configure one session} */
    static Builder builder() {
        return new SessionBuilder();
    }

    /** {@return the session's name, as given to the builder} */
    String name();

    /**
     * Starts connecting, and returns at once: it never waits for the network. Does nothing when already started.
     *
     * @return this
     * @throws io.perennial.operation.SessionClosedException when the session is closed
     */
    ResilientSession start();

    /**
     * Waits, on any thread, even in a callback, until the session is {@code CONNECTED}, which means restored.
     *
     * @param timeout how long to wait at most; zero asks without waiting
     * @return true when connected, false when the time has passed or the session is closed
     * @throws io.perennial.operation.SessionUnavailableException when the connect string's chroot does not exist on the
     *     server: the message says what to do; the session goes on trying
     * @throws InterruptedException when the calling thread is interrupted
     */
    boolean awaitConnected(Duration timeout) throws InterruptedException;

    /** {@return the state now} */
    SessionState state();

    /** {@return the current server session, if any; there is one from its creation until it must be taken for gone} */
    Optional<SessionInfo> info();

    /** {@return a live view of the lease: whether the server can have expired the session} */
    Lease lease();

    /** {@return the session's ephemeral nodes} */
    Ephemerals ephemerals();

    /** {@return the session's watches} */
    Watches watches();

    /** {@return the session's operations: calls that are retried, with failures sorted by what they mean} */
    Operations operations();

    /**
     * {@return the real Curator framework on this session, for recipes} Its {@code start()} and {@code close()} start
     * and close the session. Perennial replaces its handle when the session is lost. {@code reconfig()} is not
     * available: it needs a {@code ZooKeeperAdmin}, which cannot take over a known session. {@code
     * getZookeeperClient().reset()} closes the server session, if a server can be reached; the next generation follows.
     */
    CuratorFramework curator();

    /**
     * Adds a listener, which receives the transitions from now on.
     *
     * @param listener the listener
     * @return removes the listener when closed
     */
    Registration addListener(SessionListener listener);

    /** {@return a snapshot of the session, for people, health checks and monitoring} It reads memory only. */
    SessionReport report();

    /**
     * Ends the session: its nodes go with it if a server can be reached. Returns within the close timeout whatever the
     * servers do; after that no thread and no socket of the session is left. May be called from any thread, several
     * times, concurrently, and in the session's callbacks, where it does not wait. An interrupted thread waits all the
     * same, and stays interrupted. Every future that the session has given out completes; if a call's own code does not
     * return, its future completes when it does.
     *
     * <p>Application code that does not return is interrupted; a thread that does not end even then is named, with its
     * stack, in the log and on the report. Curator's connection state listeners receive {@code LOST} before the
     * framework closes, so that a recipe that was not closed no longer relies on what it held. But the session does not
     * end threads that recipes made themselves: close recipes first ({@code LeaderSelector}, which with {@code
     * autoRequeue} would try for ever on the closed framework, caches, {@code GroupMember}). With ZooKeeper's Netty
     * socket (TLS), Netty's event loop thread outlives the closed connection by two seconds, by Netty's choice.
     */
    @Override
    void close();

    /** {@return the name and the state, for logs and debuggers: for example {@code session 'orders' (CONNECTED)}} */
    @Override
    String toString();

    /** Configures a session. Not thread-safe; good for one {@link #build()}. Each method checks its argument. */
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
         * @param timeout 1 ms to 536,870,911 ms (six days: the client multiplies it by four in an int); default 30 s
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
         * that the session is gone within five. Only what cannot be interrupted can outlast it: a server name lookup
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
         * A path to which those of nodes, watches and {@code curator()} are relative; unlike a chroot, made on demand.
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
         * The ZooKeeper client's configuration: TLS, SASL. Without one, SASL is used if this JVM has a JAAS login for
         * it when the session is built, set by a file or by code (the section {@code Client}). DIGEST-MD5 works only
         * with {@code zookeeper.fips-mode=false} on both sides.
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
         * An existing retry, in place of a {@linkplain #retry(RetryConfig) configuration}, with its metrics and events.
         *
         * @param instance for example from a {@code RetryRegistry}
         * @return this
         */
        Builder retry(Retry instance);

        /**
         * An existing circuit breaker, in place of a {@linkplain #circuitBreaker(CircuitBreakerConfig) configuration}.
         * Do not share it with calls to anything else: the session's state opens and closes it.
         *
         * @param instance for example from a {@code CircuitBreakerRegistry}
         * @return this
         */
        Builder circuitBreaker(CircuitBreaker instance);

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
         * @param instance for example from a {@code BulkheadRegistry}; its {@code maxWaitDuration}, for which each
         *     attempt may wait whatever the call's deadline is, must not exceed the operation timeout
         * @return this
         */
        Builder bulkhead(Bulkhead instance);

        /**
         * How nodes and watches are restored.
         *
         * @param policy the bounds
         * @return this
         */
        Builder restore(RestorePolicy policy);

        /**
         * The servers' {@code jute.maxbuffer}, if an operator has changed it: no client can ask for it. The smaller of
         * this value and the client's own ({@code jute.maxbuffer} in {@link #clientConfig} or as a system property)
         * limits a node's data and one request, and the sum of all ephemeral nodes' paths is checked against it. So if
         * you raise it on the servers, raise it on the client too and pass it here. The client's alone raises nothing:
         * a server breaks the connection at a longer request, and does not start again after a session with too many
         * paths. Default: 1,048,575, the servers' own default.
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
         * How long it may take the servers' leader to learn that another server has heard of the session; {@link Lease}
         * says why this matters. Half of the servers' {@code tickTime} is right; a whole one for observers that follow
         * an {@code ObserverMaster}; zero when there is only one server. After the last acknowledgement the lease is
         * held for the session timeout less about this margin and one heartbeat interval.
         *
         * @param margin zero or positive, and smaller than the session timeout, better than half of it; default: a
         *     quarter of the shortest timeout that the session has been granted. That is at least half a tick, because
         *     no server grants less than two ticks unless its {@code minSessionTimeout} is set to less
         * @return this
         */
        Builder leaseMargin(Duration margin);

        /**
         * Where listeners run. Callbacks are handed over one after another, each when the previous one has returned. A
         * callback that the executor rejects is kept and handed over again, and so is one that it accepts and does not
         * begin within a third of the session timeout; both are on the report. If the executor is only slow, it may
         * then run a task that has nothing left to do. While the session closes, a callback that the executor rejects,
         * or has not begun after a fifth of the close timeout (a second at most), runs on a thread of the session: the
         * last transition is delivered in any case, unless a callback blocks before it.
         *
         * @param executor not shut down by the session; must hand over to another thread. An executor that would run
         *     tasks on the calling thread, which is the session's engine, is not allowed to: the callbacks then run on
         *     the session's callback thread, and the report says so. Default: one thread of the session
         * @return this
         */
        Builder callbackExecutor(Executor executor);

        /**
         * Where the futures that the session gives out are completed. Dependents that were attached without an executor
         * ({@code thenApply}, not {@code thenApplyAsync}) run there too. Each completion is a separate task; none waits
         * for another unless the executor makes it wait.
         *
         * @param executor not shut down by the session. A completion that it rejects, runs on the calling thread, or
         *     has not begun after a third of the session timeout (while the session closes: a fifth of the close
         *     timeout, a second at most) is done on a thread of the session, and the report says so. Default: threads
         *     of the session, named {@code perennial-<session>-future}: one, and one more whenever a dependent has not
         *     returned after 50 ms, up to 256; they end after 10 s without work. So a dependent may block, or wait for
         *     another future of the session
         * @return this
         */
        Builder futureExecutor(Executor executor);

        /**
         * The owner: when it ends, the session ends.
         *
         * @param owner default: derived from the context class loader of the thread that calls {@link #build()}, or
         *     from the library's own loader when only that one is a web application's, see {@link
         *     SessionOwner#ofClassLoader}
         * @return this
         */
        Builder owner(SessionOwner owner);

        /**
         * A listener that receives every transition from the start. May be called several times.
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
         * Whether a session that had to be taken for lost is taken over again, if the servers still have it. Then nodes
         * and watches are unchanged, and what Curator's recipes had given up at LOST is deleted before they hear
         * RECONNECTED. With {@code false}, each loss leads to a new session, as with plain Curator: everything is
         * restored, and the nodes of the old session remain until the servers expire it.
         *
         * @param resumed default true
         * @return this
         */
        Builder resume(boolean resumed);

        /**
         * Whether the session is closed when the JVM shuts down, if nothing else ends it: its owner is the {@link
         * SessionOwner#jvm() JVM}, or a class loader that is not a web application's. With {@code false} the
         * application does that itself, for example in a shutdown hook that still needs the session; otherwise the
         * nodes remain for a session timeout. A session that a container or a context owns ends with that in any case.
         *
         * @param closed default true
         * @return this
         */
        Builder closeAtShutdown(boolean closed);

        /**
         * Builds on an existing Curator builder: what is set there and not here is taken over; its listeners, providers
         * and factories are chained. Do not use that builder afterwards: {@link #build()} refuses it for a second
         * session. If it has a {@code ZookeeperFactory}, that one makes every handle, and so an old session cannot be
         * resumed. An {@code EnsembleProvider} may know its servers and its chroot only once started; its servers may
         * change later, its chroot stays that of the session's first handle. With a {@code
         * simulatedSessionExpirationPercent} below 100, Curator's listeners, and so its recipes, hear LOST after that
         * part of the timeout without a connection, while the session itself may still be {@link
         * SessionState#SUSPENDED}. Its {@code connectionTimeoutMs} is how long a call on {@code curator()} waits for a
         * connection; connecting to one server may take as long, but at least two seconds unless {@link
         * #connectTimeout} says otherwise. Its {@code waitForShutdownTimeoutMs} and {@code maxCloseWaitMs} are not
         * taken over: {@link #closeTimeout} bounds the whole close.
         *
         * @param base the builder to build on
         * @return this
         */
        Builder curator(CuratorFrameworkFactory.Builder base);

        /**
         * {@return the session, validated and {@code LATENT}} Nothing is started: no thread, no socket.
         *
         * @throws IllegalArgumentException when a property is missing or two do not fit together
         * @throws IllegalStateException when this builder has built already
         */
        ResilientSession build();
    }
}
