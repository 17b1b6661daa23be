package io.perennial.internal.handle;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.perennial.internal.connect.ConnectString;
import io.perennial.internal.connect.ConnectionGate;
import io.perennial.internal.engine.SessionThreads;
import io.perennial.internal.engine.ThrottledLog;
import io.perennial.internal.engine.Ticker;
import io.perennial.internal.engine.UserCode;
import io.perennial.internal.protocol.ServerKnowledge;
import io.perennial.operation.SessionClosedException;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.apache.curator.RetryPolicy;
import org.apache.curator.utils.ZookeeperFactory;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.ZooKeeper.States;
import org.apache.zookeeper.client.ZKClientConfig;
import org.jspecify.annotations.Nullable;

/**
 * Supersedes and ends the handles of one session, which {@link HandleFactory} makes. From the first on there is one
 * current handle; Curator is handed the current one and no other.
 *
 * <p>Attaching to a known session is one mechanism: {@link #replace} with a {@link SessionCredentials} makes a handle
 * that takes over that session, whatever became of the previous handle. It serves resumption after a loss; it could
 * serve plain reconnects too.
 *
 * <p>Concurrency: {@link #replace} runs on one thread at a time (the session's handle thread, and the starting thread
 * before there is one). Nothing here waits for the network.
 */
public final class HandleSupervisor implements Handles, ZookeeperFactory {
    private final HandleConfig config;
    private final SessionThreads threads;
    private final ThrottledLog log;
    private final Ticker ticker;
    private final BooleanSupplier mayConnect;
    private final ServerKnowledge servers;
    private final Consumer<HandleEvent> sessionEvents;
    private final CuratorFeed feed;
    private final Patience patience;
    /** The last transaction that earlier handles have seen, or this one when Curator considered its session lost. */
    private final AtomicLong seenBefore = new AtomicLong();

    private final Object sealing = new Object();
    private final EndingHandles ending = new EndingHandles(this::remember);
    private final HandleFactory factory;

    private volatile @Nullable Handle current;
    private volatile boolean closed;

    @GuardedBy("sealing")
    private boolean sealed;

    /**
     * Makes one; no handle yet.
     *
     * @param config how handles are made
     * @param threads names and class loader
     * @param log the session's log
     * @param ticker the clock
     * @param mayConnect checked before each handle and each connection attempt; while false none is made
     * @param servers what the session knows of its servers
     * @param sessionEvents receives every handle's session events, on that handle's event thread
     * @param grants receives what every handle made by the library is granted
     * @param curatorExecutor serial; where Curator hears of them
     * @param late runs the callbacks of handles whose event thread has ended, see {@link RelayingZooKeeper}
     */
    public HandleSupervisor(
            HandleConfig config,
            SessionThreads threads,
            ThrottledLog log,
            Ticker ticker,
            BooleanSupplier mayConnect,
            ServerKnowledge servers,
            Consumer<HandleEvent> sessionEvents,
            Grants grants,
            Executor curatorExecutor,
            LateAnswers late) {
        this.config = config;
        this.threads = threads;
        this.log = log;
        this.ticker = ticker;
        this.mayConnect = mayConnect;
        this.servers = servers;
        this.sessionEvents = sessionEvents;
        this.feed = new CuratorFeed(curatorExecutor, () -> servers.asksFirst(ticker.nanos()));
        this.patience = new Patience(config.curatorPatience());
        this.factory = new HandleFactory(
                config, threads, log, ticker, mayConnect, servers, this::heard, grants, feed, ending::discard, late);
    }

    /** Its chroot stays that of the first handle, whatever the ensemble provider returns later. */
    @Override
    public ConnectString connectString() {
        return factory.connectString();
    }

    /**
     * Why no server has a session.
     *
     * @return a sentence, or null when none of the attempts since the last one is known to have failed
     */
    public @Nullable String trouble() {
        return factory.trouble();
    }

    @Override
    public @Nullable String whyClientPauses() {
        return factory.whyClientPauses();
    }

    /**
     * Whether the library makes the handles, so that they know whose each request is.
     *
     * @return false when a factory of the caller's makes them
     */
    public boolean makesHandles() {
        return factory.makesClients();
    }

    /** Only with handles that the library makes. */
    @Override
    public boolean canResume() {
        return config.resume() && makesHandles();
    }

    @Override
    public void replace(@Nullable SessionCredentials known, Predicate<ClientHandle> accept) throws Exception {
        Handle old = current;
        if (old != null) {
            ending.add(old);
        }
        endSuperseded();
        if (closed || !mayConnect.getAsBoolean()) {
            return;
        }
        Handle handle = factory.make(known);
        if (old != null) {
            feed.losing(handle, old.zooKeeper().getSessionId());
        }
        boolean tooLate;
        synchronized (sealing) {
            tooLate = sealed;
            current = handle;
        }
        boolean wanted = false;
        try {
            wanted = accept.test(handle);
        } finally {
            handle.publish();
            if (tooLate) {
                ending.lookAfter(handle);
            } else if (!wanted) {
                handle.abandon();
            }
        }
        if (wanted && !tooLate && !closed) {
            feed.superseded(handle);
        }
    }

    /**
     * Curator asks the provider only when something happens on its handle; while no server can be reached, nothing does
     * (S-09).
     */
    @Override
    public void followEnsemble() {
        Handle handle = current;
        ConnectionGate gate = handle == null ? null : handle.gate();
        if (gate == null) {
            return;
        }
        Throwable unusable = UserCode.run(() -> gate.follow(
                ConnectString.parse(config.ensemble().getConnectionString()).servers()));
        if (unusable != null) {
            log.warnThrottled(
                    "ensemble",
                    "the ensemble provider returns no usable connect string; the session keeps the old one",
                    unusable);
        }
    }

    /**
     * The last transaction that the current handle has seen: what is sent from now on gets a higher number.
     *
     * @return its zxid, or 0 when there is no handle, or one of the caller's own factory
     */
    public long lastZxid() {
        Handle handle = current;
        return handle == null ? 0 : handle.lastZxid();
    }

    /**
     * The last transaction that was seen in the session before Curator had to consider it lost: nothing that was
     * reported to Curator has a higher number.
     *
     * @return its zxid, or 0 when none was seen, or the handles are of the caller's own factory
     */
    public long lastZxidAtLoss() {
        ending.handles().forEach(this::remember); // Their threads may have received an answer until they ended.
        return seenBefore.get();
    }

    private void remember(Handle handle) {
        seenBefore.accumulateAndGet(handle.lastZxid(), Math::max);
    }

    /**
     * Whether Curator considers that session lost and has not heard of a connection of this handle since.
     *
     * @param handle the handle
     * @param sessionId the session that it has
     * @return whether its recipes consider what they had in that session gone
     */
    public boolean isLostToCurator(ClientHandle handle, long sessionId) {
        return feed.isLost(handle, sessionId);
    }

    /**
     * How many losses of a session Curator has had reason to report.
     *
     * @return each is counted before Curator can report it
     */
    public long lossesForCurator() {
        return feed.losses();
    }

    /**
     * Time passes: Curator may have to consider the session lost before the session itself does. Then it lets go of the
     * handle, which stays, and is handed it again. On the event loop.
     */
    public void tick() {
        servers.tick(ticker.nanos());
        Handle handle = current;
        if (handle == null) {
            return;
        }
        var timeout = Duration.ofMillis(handle.zooKeeper().getSessionTimeout());
        if (patience.isOver(handle, ticker.nanos(), timeout)) {
            remember(handle);
            feed.givenUp(handle, handle.zooKeeper().getSessionId());
        }
    }

    /**
     * Lets Curator hear of the handle's connection; after a loss it does not until this is called.
     *
     * @param handle the handle
     */
    public void admitToCurator(ClientHandle handle) {
        feed.admit(handle);
    }

    /**
     * The current handle's connection, to distinguish it from a later one.
     *
     * @return equal only for the same connection; for a handle of the caller's own factory, equal for all its life
     */
    public Connection connection() {
        Handle handle = current;
        return handle == null ? new Connection(0, null) : new Connection(handle.number(), handle.localEnd());
    }

    /**
     * One connection.
     *
     * @param handle the handle's number
     * @param localEnd the local address, whose port no other connection has; null while there is none
     */
    public record Connection(long handle, @Nullable SocketAddress localEnd) {}

    /**
     * The handle in use.
     *
     * @return the handle, or null before the first
     */
    public @Nullable Handle current() {
        return current;
    }

    /**
     * Curator's retry policy on this session.
     *
     * @param delegate the caller's
     * @return the same policy; but a request that met a handle that has ended is repeated on the next one
     */
    public RetryPolicy onNextHandle(RetryPolicy delegate) {
        return new OnNextHandle(delegate, feed.succession(), config.connectTimeout(), threads::isOwnThread);
    }

    /** From now on no one can start making a handle. */
    public void refuseNewHandles() {
        closed = true;
        feed.succession().over();
    }

    /**
     * Whether {@link #refuseNewHandles} was called.
     *
     * @return whether it was
     */
    public boolean refusesNewHandles() {
        return closed;
    }

    /**
     * The last handle, which the caller must end; one that is still being made ends by itself.
     *
     * @return the handle, or null when there never was one
     */
    public @Nullable Handle seal() {
        synchronized (sealing) {
            sealed = true;
            return current;
        }
    }

    /**
     * Waits for the end of a handle's threads, the handle having been closed or abandoned.
     *
     * @param handle the handle
     * @param timeout how long at most
     * @return whether they have ended
     * @throws InterruptedException when interrupted
     */
    public boolean awaitEnd(Handle handle, Duration timeout) throws InterruptedException {
        return EndingHandles.await(handle, timeout);
    }

    /**
     * Earlier handles whose threads may not have ended yet: after an expiry that takes a moment.
     *
     * @return a copy
     */
    public List<Handle> superseded() {
        return ending.handles();
    }

    /** Makes sure that superseded handles end. Blocks for some milliseconds. */
    public void endSuperseded() {
        ending.sweep();
    }

    @Override
    public ZooKeeper newZooKeeper(String connectString, int sessionTimeout, Watcher watcher, boolean canBeReadOnly) {
        Handle handle = current;
        if (closed || handle == null) {
            throw new SessionClosedException(
                    closed
                            ? "the session is closed; Curator gets no new handle (CURATOR-722)"
                            : "the session is not started; Curator gets no handle yet");
        }
        ZooKeeper zooKeeper = handle.zooKeeper();
        boolean isSupervised = zooKeeper instanceof SupervisedZooKeeper;
        if (!isSupervised && feed.isHeld(handle) && zooKeeper.getState() == States.CLOSED) {
            handle.closedUnreported();
        }
        feed.handedOver(handle, watcher);
        Handle newer = current;
        if (newer != null && newer != handle) {
            // Superseded before Curator held it: nothing else will notify Curator.
            feed.superseded(newer);
        }
        return zooKeeper;
    }

    /** Curator's default for this one bypasses the method above. */
    @Override
    public ZooKeeper newZooKeeper(
            String connectString,
            int sessionTimeout,
            Watcher watcher,
            boolean canBeReadOnly,
            @Nullable ZKClientConfig zkClientConfig) {
        return newZooKeeper(connectString, sessionTimeout, watcher, canBeReadOnly);
    }

    private void heard(HandleEvent event) {
        patience.heard(event.handle(), event.state(), ticker.nanos());
        sessionEvents.accept(event);
    }
}
