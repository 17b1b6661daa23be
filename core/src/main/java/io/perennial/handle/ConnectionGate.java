package io.perennial.handle;

import io.perennial.engine.Backoff;
import io.perennial.engine.ThrottledLog;
import io.perennial.engine.Ticker;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
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
 *
 * <p>Concurrency: {@link #next} is called by the handle's SendThread and blocks it; the other methods are called from
 * anywhere and take the lock briefly. The probe runs outside the lock.
 */
final class ConnectionGate implements HostProvider {
    private static final Duration FIRST_PAUSE = Duration.ofMillis(50);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);
    /** Servers that accept connections and serve nobody (no quorum): each attempt costs a stack trace in the log. */
    private static final int ATTEMPTS_BEFORE_PATIENCE = 60;

    private static final Duration PATIENT_PAUSE = Duration.ofSeconds(5);

    private final Duration sessionTimeout;
    private final Duration connectTimeout;
    private final int roundsWithoutProbe;
    private final HostResolver resolver;
    private final BooleanSupplier mayConnect;
    private final ThrottledLog log;
    private final Ticker ticker;
    private final Admission admission = new Admission();

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    /** Guarded by {@code lock}. */
    private final List<Endpoint> servers;
    /** Guarded by {@code lock}. */
    private final Backoff backoff;
    /** Guarded by {@code lock}. */
    private final Backoff patience = new Backoff(LONGEST_PAUSE, PATIENT_PAUSE);
    /** Guarded by {@code lock}. */
    private int nextServer;
    /** Guarded by {@code lock}: attempts begun since the last connection. */
    private int attempts;
    /** Guarded by {@code lock}. */
    private long firstAttempt;
    /** Guarded by {@code lock}. */
    private boolean hurried;
    /** Guarded by {@code lock}. */
    private boolean retired;
    /** Guarded by {@code lock}. */
    private Runnable endAgain = () -> {};
    /** Guarded by {@code lock}: closed on retirement, so that a probe does not outlast it. */
    private @Nullable Socket probe;

    private volatile Reachability reachability = Reachability.UNKNOWN;
    /** Confined to the SendThread: when the attempt under way began. */
    private long attemptBegunAt;

    private volatile long connectingSince;
    /** Whether the handle has come for its next attempt, and has not told of a connection since. */
    private volatile boolean seeking;

    ConnectionGate(
            List<Endpoint> servers,
            Duration sessionTimeout,
            Duration connectTimeout,
            int roundsWithoutProbe,
            HostResolver resolver,
            BooleanSupplier mayConnect,
            ThrottledLog log,
            Ticker ticker) {
        this.servers = new ArrayList<>(servers);
        // As ZooKeeper's own provider: clients with the same list do not all begin with the same server.
        Collections.shuffle(this.servers, ThreadLocalRandom.current());
        this.sessionTimeout = sessionTimeout;
        this.connectTimeout = connectTimeout;
        this.roundsWithoutProbe = roundsWithoutProbe;
        this.backoff = new Backoff(FIRST_PAUSE, longestPause(sessionTimeout));
        this.resolver = resolver;
        this.mayConnect = mayConnect;
        this.log = log;
        this.ticker = ticker;
        this.connectingSince = ticker.nanos();
    }

    /** A server that is back has started the sessions' clocks again: a short timeout leaves little time to come back in. */
    private static Duration longestPause(Duration sessionTimeout) {
        Duration share = sessionTimeout.dividedBy(10);
        if (share.compareTo(LONGEST_PAUSE) > 0) {
            return LONGEST_PAUSE;
        }
        return share.compareTo(FIRST_PAUSE) < 0 ? FIRST_PAUSE : share;
    }

    /**
     * The client divides the session timeout by this for its connect timeout, and uses it for nothing else; so it is
     * also what makes the client respect a shorter connect timeout.
     */
    @Override
    public int size() {
        long shares = Math.max(1, -Math.floorDiv(-sessionTimeout.toMillis(), Math.max(1, connectTimeout.toMillis())));
        lock.lock();
        try {
            return (int) Math.max(servers.size(), Math.min(shares, Integer.MAX_VALUE));
        } finally {
            lock.unlock();
        }
    }

    @Override
    public InetSocketAddress next(long spinDelay) {
        if (spinDelay == 0) {
            return seekReadWriteServer();
        }
        seeking = true;
        String failure = null;
        int inVain = 0;
        while (true) {
            boolean probing = pauseBeforeAttempt(failure);
            Endpoint server = choose();
            var address = InetSocketAddress.createUnresolved(server.host(), server.port());
            try {
                address = resolved(server);
                if (probing) {
                    probe(address);
                    reachability = Reachability.REACHABLE;
                }
                admission.attempt();
                return attempt(address);
            } catch (UnknownHostException e) {
                failure = "the name '" + server.host() + "' cannot be resolved";
            } catch (IOException e) {
                failure = server + ": " + e.getMessage();
            }
            reachability = Reachability.UNREACHABLE;
            inVain++;
            if (inVain % serverCount() == 0 && admission.hold(ticker.nanos())) {
                return attempt(address);
            }
        }
    }

    /** Whether it is to be in vain or not: if a server is back by the time that the client connects, it counts (C1). */
    private InetSocketAddress attempt(InetSocketAddress address) {
        attemptBegunAt = ticker.nanos();
        return address;
    }

    private InetSocketAddress resolved(Endpoint server) throws UnknownHostException {
        InetAddress[] addresses = resolver.resolve(server.host());
        InetAddress one = addresses[ThreadLocalRandom.current().nextInt(addresses.length)];
        return new InetSocketAddress(InetAddress.getByAddress(server.host(), one.getAddress()), server.port());
    }

    private int serverCount() {
        lock.lock();
        try {
            return servers.size();
        } finally {
            lock.unlock();
        }
    }

    /** Whether a synchronous request may wait for a connection. */
    boolean admits() {
        return admission.admits();
    }

    /** A read-only client asks which server it might move to; it paces itself and must not be held. */
    private InetSocketAddress seekReadWriteServer() {
        Endpoint server = choose();
        return new InetSocketAddress(server.host(), server.port());
    }

    @Override
    public void onConnected() {
        lock.lock();
        try {
            if (retired) {
                throw retirement();
            }
            admission.connected();
            seeking = false;
            connectingSince = attemptBegunAt;
            attempts = 0;
            backoff.reset();
            patience.reset();
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

    /** From now on attempts go to these servers; nothing happens when they are the same as before. */
    void follow(List<Endpoint> update) {
        lock.lock();
        try {
            if (Set.copyOf(update).equals(Set.copyOf(servers))) {
                return;
            }
            servers.clear();
            servers.addAll(update);
            Collections.shuffle(servers, ThreadLocalRandom.current());
            nextServer = 0;
            changed.signalAll();
        } finally {
            lock.unlock();
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
     * Lets no attempt through any more. To be called after the handle's state is CLOSED, so that its thread ends.
     *
     * @param again ends the handle once more, should its thread come here all the same: it would try for ever
     */
    void retire(Runnable again) {
        lock.lock();
        try {
            retired = true;
            endAgain = again;
            closeProbe();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    Reachability reachability() {
        return reachability;
    }

    /** Waits as the back-off wants; then says whether to probe first. Holds for good when nothing may connect. */
    private boolean pauseBeforeAttempt(@Nullable String failure) {
        lock.lock();
        try {
            long now = ticker.nanos();
            if (attempts == 0) {
                firstAttempt = now;
            }
            boolean roundBegins = attempts % servers.size() == 0;
            if (attempts > 0 && roundBegins) {
                await(nextPause().toNanos());
            }
            while (!retired && !mayConnect.getAsBoolean()) {
                // The owner is gone: the session hears of it from the same supplier and retires this handle.
                changed.await(1, TimeUnit.SECONDS);
            }
            if (retired) {
                endAgain.run();
                throw retirement();
            }
            boolean probing = attempts >= roundsWithoutProbe * servers.size();
            if (probing && failure != null) {
                log.warnThrottled(
                        "no-server",
                        "no server reachable for " + TimeUnit.NANOSECONDS.toSeconds(now - firstAttempt) + " s after "
                                + attempts + " attempts, the last at " + failure + "; trying on");
            }
            attempts++;
            return probing;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted before a connection attempt", e);
        } finally {
            lock.unlock();
        }
    }

    private static IllegalStateException retirement() {
        return new IllegalStateException("this handle is retired and does not connect any more");
    }

    private Duration nextPause() {
        boolean patient = attempts >= ATTEMPTS_BEFORE_PATIENCE && reachability == Reachability.REACHABLE;
        return patient ? patience.next() : backoff.next();
    }

    private void await(long nanos) throws InterruptedException {
        long left = nanos;
        while (left > 0 && !retired && !hurried) {
            left = changed.awaitNanos(left);
        }
        hurried = false;
    }

    private Endpoint choose() {
        lock.lock();
        try {
            Endpoint server = servers.get(nextServer % servers.size());
            nextServer = (nextServer + 1) % servers.size();
            return server;
        } finally {
            lock.unlock();
        }
    }

    private void probe(InetSocketAddress address) throws IOException {
        var socket = new Socket();
        lock.lock();
        try {
            if (retired) {
                throw new IOException("retired");
            }
            probe = socket;
        } finally {
            lock.unlock();
        }
        try (socket) {
            socket.connect(address, (int) Math.min(Integer.MAX_VALUE, Math.max(1, connectTimeout.toMillis())));
        } finally {
            lock.lock();
            try {
                probe = null;
            } finally {
                lock.unlock();
            }
        }
    }

    private void closeProbe() {
        Socket socket = probe;
        if (socket != null) {
            try {
                socket.close();
            } catch (IOException e) {
                // It was being thrown away.
            }
        }
    }
}
