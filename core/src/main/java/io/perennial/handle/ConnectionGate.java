package io.perennial.handle;

import io.perennial.engine.ThrottledLog;
import io.perennial.engine.Ticker;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.apache.zookeeper.client.HostProvider;
import org.jspecify.annotations.Nullable;

/**
 * Stands before each connection attempt of one handle: chooses the server, resolves its name anew, paces attempts by
 * exponential back-off with full jitter, and holds the attempt for good when the handle is retired or the owner is gone.
 *
 * <p>ZooKeeper's client tries for ever, about once a second, and logs a stack trace each time. So after some rounds in
 * vain the gate probes with a plain TCP connection first, and lets the client try only when a server answers: however
 * long the outage, the log stays bounded (S-53), and the first attempt that goes through is made at once.
 *
 * <p>But only an attempt that fails makes the client fail the requests that wait for a connection: see {@link Admission}.
 * What came of earlier attempts, this handle's and others', is in {@link Attempts}.
 *
 * <p>Concurrency: {@link #next} is called by the handle's SendThread and blocks it; the other methods are called from
 * anywhere and take the lock briefly. The probe runs outside the lock. Nobody is entitled to interrupt a SendThread: an
 * interrupt ends no wait here, and is not kept, or every wait to come would fail at once (C19).
 */
final class ConnectionGate implements HostProvider {
    /**
     * For a handle that attaches to a known session, none: the client sleeps up to a second before each attempt but its
     * first, so that one is kept until a server answers, which may give the session no more than its timeout from then on.
     * Once it has the session it is like any other: a look ahead of each reconnect would double the connections (C3).
     */
    private static final int ROUNDS_WITHOUT_PROBE = 2;

    /** The client sleeps up to that before it connects, and a synchronous request waits for that anyway. */
    private static final Duration CLIENTS_OWN_PAUSE = Duration.ofSeconds(1);

    private static final Duration OWNER_PATIENCE = Duration.ofSeconds(1);
    /** The client sleeps up to a second before it connects; an attempt that took longer met silence. */
    private static final Duration HANG_UP_WITHIN = Duration.ofSeconds(2);
    /** A close that is announced is in the client's queue by then, so that its thread ends without complaint. */
    private static final Duration UNTIL_CLOSING = Duration.ofMillis(20);

    private final ServerList servers;
    private final Duration sessionTimeout;
    private final Duration connectTimeout;
    private final boolean attaches;
    private final HostResolver resolver;
    private final Probe probe;
    private final Attempts attempts;
    private final BooleanSupplier mayConnect;
    private final ThrottledLog log;
    private final Ticker ticker;
    private final Admission admission = new Admission();
    private final HandleEnd end = new HandleEnd();

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    /** Guarded by {@code lock}. */
    private boolean hurried;
    /** Guarded by {@code lock}. */
    private boolean closing;
    /** Guarded by {@code lock}. */
    private boolean retired;
    /** Guarded by {@code lock}. */
    private Runnable endAgain = () -> {};

    private volatile Reachability reachability = Reachability.UNKNOWN;
    /** A server that accepted a connection before the attempt under way, of which nothing is heard yet. */
    private volatile @Nullable Endpoint tried;

    private volatile boolean hasSession;
    /** Whether a session that was known before is still to be attached to. */
    private volatile boolean attaching;
    /** Whether the handle has come for its next attempt, and has not told of a connection since. */
    private volatile boolean seeking;
    /** Confined to the SendThread. */
    private boolean begun;
    /** Confined to the SendThread: when the attempt under way began. */
    private long attemptBegunAt;

    private volatile long connectingSince;

    /**
     * For one handle.
     *
     * @param servers to be tried in turn
     * @param config the timeouts
     * @param attaches whether the handle attaches to a known session
     * @param resolver resolves names
     * @param probe looks whether a server answers
     * @param attempts the session's
     * @param mayConnect asked before each attempt
     * @param log the session's
     * @param ticker the clock
     */
    ConnectionGate(
            List<Endpoint> servers,
            Timeouts config,
            boolean attaches,
            HostResolver resolver,
            Probe probe,
            Attempts attempts,
            BooleanSupplier mayConnect,
            ThrottledLog log,
            Ticker ticker) {
        this.servers = new ServerList(servers);
        this.sessionTimeout = config.session();
        this.connectTimeout = config.connect();
        this.attaches = attaches;
        this.hasSession = attaches;
        this.attaching = attaches;
        this.resolver = resolver;
        this.probe = probe;
        this.attempts = attempts;
        this.mayConnect = mayConnect;
        this.log = log;
        this.ticker = ticker;
        this.connectingSince = ticker.nanos();
    }

    /**
     * What a gate goes by.
     *
     * @param session the session timeout asked for
     * @param connect for one server
     */
    record Timeouts(Duration session, Duration connect) {}

    /**
     * The client divides the session timeout by this for its connect timeout, and uses it for nothing else; so it is
     * also what makes the client respect a shorter connect timeout.
     */
    @Override
    public int size() {
        long shares = Math.max(1, -Math.floorDiv(-sessionTimeout.toMillis(), Math.max(1, connectTimeout.toMillis())));
        return (int) Math.max(servers.size(), Math.min(shares, Integer.MAX_VALUE));
    }

    @Override
    public InetSocketAddress next(long spinDelay) {
        if (spinDelay == 0) {
            return seekReadWriteServer();
        }
        seeking = true;
        concludeAttempt();
        int inVain = 0;
        while (true) {
            boolean probing = pauseBeforeAttempt();
            Endpoint server = servers.next();
            var address = InetSocketAddress.createUnresolved(server.host(), server.port());
            try {
                address = new InetSocketAddress(resolver.one(server.host()), server.port());
                if (probing) {
                    lookAt(server, address);
                }
                admission.attempt();
                return attempt(address);
            } catch (IOException e) {
                refuseIfEnding();
                attempts.failed(server, Reason.of(e, connectTimeout));
            }
            reachability = Reachability.UNREACHABLE;
            inVain++;
            if (inVain % servers.size() == 0 && admission.hold(ticker.nanos())) {
                return attempt(address);
            }
        }
    }

    /** Whether it is to be in vain or not: if a server is back by the time that the client connects, it counts (C1). */
    private InetSocketAddress attempt(InetSocketAddress address) {
        attemptBegunAt = ticker.nanos();
        return address;
    }

    /** The client comes for another server: the last attempt, if it met one, has come to nothing. */
    private void concludeAttempt() {
        Endpoint server = tried;
        tried = null;
        if (server != null) {
            Duration took = Duration.ofNanos(ticker.nanos() - attemptBegunAt);
            boolean heardNothing = took.compareTo(HANG_UP_WITHIN) >= 0 || took.compareTo(connectTimeout) >= 0;
            attempts.cameToNothing(server, heardNothing);
        }
    }

    /** Whether it answers; of one that has let us down before, also what. */
    private void lookAt(Endpoint server, InetSocketAddress address) throws IOException {
        String said = null;
        if (attempts.hasLetDown(server)) {
            said = probe.listen(address);
        } else {
            probe.connect(address);
        }
        reachability = Reachability.REACHABLE;
        attempts.reached();
        if (said == null) {
            tried = server;
        } else {
            attempts.failed(server, Reason.of(said));
        }
    }

    /** Whether a synchronous request may wait for a connection. */
    boolean admits() {
        return admission.admits();
    }

    /** A read-only client asks which server it might move to; it paces itself and must not be held. */
    private InetSocketAddress seekReadWriteServer() {
        Endpoint server = servers.next();
        return new InetSocketAddress(server.host(), server.port());
    }

    /** Called when a server has given the session, not when there is a mere connection. */
    @Override
    public void onConnected() {
        lock.lock();
        try {
            if (retired) {
                throw end;
            }
            tried = null;
            seeking = false;
            hasSession = true;
            attaching = false;
            admission.connected();
            attempts.established();
            connectingSince = attemptBegunAt;
            reachability = Reachability.UNKNOWN;
        } finally {
            lock.unlock();
        }
    }

    /** Whether the handle has no connection and looks for one; its own state says so only from its next attempt on. */
    boolean isSeeking() {
        return seeking;
    }

    /** When the attempt began that led to the last connection: the session was attached to that after this time. */
    long connectingSince() {
        return connectingSince;
    }

    @Override
    public boolean updateServerList(
            Collection<InetSocketAddress> serverAddresses, @Nullable InetSocketAddress currentHost) {
        List<Endpoint> update = serverAddresses.stream()
                .map(a -> new Endpoint(a.getHostString(), a.getPort()))
                .toList();
        follow(update);
        // Leaving a server that is still listed would be balancing, and cost a reconnect: not ours to decide.
        return currentHost != null && update.stream().noneMatch(e -> names(e, currentHost));
    }

    /** From now on attempts go to these servers, at once; nothing happens when they are the same as before. */
    void follow(List<Endpoint> update) {
        if (servers.follow(update)) {
            attempts.forgetOthersThan(update);
            hurry();
        }
    }

    private static boolean names(Endpoint endpoint, InetSocketAddress address) {
        boolean sameHost = endpoint.host().equals(address.getHostString())
                || (address.getAddress() != null
                        && endpoint.host().equals(address.getAddress().getHostAddress()));
        return sameHost && endpoint.port() == address.getPort();
    }

    /** Ends a pause under way: the next attempt is made at once. */
    void hurry() {
        lock.lock();
        try {
            hurried = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * The application is about to close the handle: that waits for its thread, which must not wait here for a server
     * (C14). To be called just before.
     */
    void closing() {
        lock.lock();
        try {
            closing = true;
            probe.close();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Lets no attempt through any more. To be called after the handle's state is CLOSED, so that its thread ends.
     *
     * @param again ends the handle once more, should its thread come here all the same: it would try for ever
     */
    void retire(Runnable again) {
        lock.lock();
        try {
            retired = true;
            endAgain = again;
            probe.close();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    Reachability reachability() {
        return reachability;
    }

    /** Waits as the back-off wants; then says whether to probe first. Holds for good when nothing may connect. */
    private boolean pauseBeforeAttempt() {
        int count = servers.size();
        // A handle that asks for a new session comes when a server has answered: there is no reason to wait.
        Duration pause = begun || attaches ? attempts.pause(count, hasSession) : Duration.ZERO;
        if (pause.compareTo(CLIENTS_OWN_PAUSE) > 0) {
            admission.pause();
        }
        pause(pause);
        begun = true;
        while (!mayConnect.getAsBoolean()) {
            // The owner is gone: the session hears of it from the same supplier and retires this handle.
            pause(OWNER_PATIENCE);
        }
        boolean probing = attempts.made() >= (attaching ? 0 : ROUNDS_WITHOUT_PROBE) * count;
        sayTrouble();
        attempts.begin(ticker.nanos());
        return probing;
    }

    private void sayTrouble() {
        String trouble = attempts.trouble(ticker.nanos());
        if (trouble != null) {
            log.warnThrottled("no-server", trouble + "; trying on");
        }
    }

    private void pause(Duration length) {
        lock.lock();
        try {
            await(length, () -> retired || hurried || closing);
            hurried = false;
            refuseIfEnding();
        } finally {
            lock.unlock();
        }
    }

    private void refuseIfEnding() {
        lock.lock();
        try {
            if (retired) {
                endAgain.run();
                throw end;
            }
            if (closing) {
                await(UNTIL_CLOSING, () -> retired);
                throw end;
            }
        } finally {
            lock.unlock();
        }
    }

    private void await(Duration length, BooleanSupplier over) {
        long end = System.nanoTime() + length.toNanos();
        long left = length.toNanos();
        while (left > 0 && !over.getAsBoolean()) {
            try {
                left = changed.awaitNanos(left);
            } catch (InterruptedException e) {
                left = end - System.nanoTime(); // See above: the interrupt is not kept.
            }
        }
    }

    /** Ends the handle's thread. The client logs it, so it comes without a stack trace. */
    private static final class HandleEnd extends IllegalStateException {
        private static final long serialVersionUID = 1L;

        private HandleEnd() {
            super("this handle is retired or closed and does not connect any more");
        }

        @Override
        @SuppressWarnings("UnsynchronizedOverridesSynchronized") // there is nothing to fill in
        public Throwable fillInStackTrace() {
            return this;
        }
    }
}
