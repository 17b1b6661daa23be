package io.perennial.internal.connect;

import io.perennial.internal.engine.ThrottledLog;
import io.perennial.internal.engine.Ticker;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.function.IntSupplier;
import org.apache.zookeeper.client.HostProvider;
import org.jspecify.annotations.Nullable;

/**
 * Guards each connection attempt of one handle: waits in its {@link Pacer}, takes the server whose turn it is from the
 * {@link ServerList}, and lets the client try.
 *
 * <p>ZooKeeper's client retries forever, about once a second, and logs a stack trace each time. So after the first
 * attempts the gate has its {@link ServerChecks} look first, and lets the client try only when a server answers:
 * however long the outage, the log stays bounded (S-53), and the first attempt that goes through is made at once.
 *
 * <p>But only an attempt that fails makes the client fail the requests that wait for a connection: see
 * {@link Admission}. The outcome of earlier attempts, this handle's and others', is in {@link Attempts}.
 *
 * <p>Concurrency: {@link #next} is called by the handle's SendThread and blocks it; the other methods are called from
 * anywhere and do not block. No lock is held while a name is resolved or a server looked at.
 */
public final class ConnectionGate implements HostProvider {
    /** Of a handle that asks for a new session, which comes when a server has answered. */
    private static final int ROUNDS_WITHOUT_LOOK = 2;
    /**
     * Of a handle that has lost its connection: mostly that alone is broken, and a server is there. A look would be a
     * second connection for each (C3), a line in the server's log, and one more against its limit for this host. Where
     * nobody is there, looks follow: a refused one may be repeated soon, and one that meets silence shows a crowd.
     */
    private static final int ATTEMPTS_WITHOUT_LOOK = 1;

    /** In a row; more than an ending handle's thread throws before it has noticed that. */
    private static final int MOST_THROWN = 4;

    private static final Duration REST = Duration.ofMillis(100);

    /** The client may sleep up to this long before it connects, and a synchronous request waits for that anyway. */
    private static final Duration CLIENTS_OWN_PAUSE = Duration.ofSeconds(1);

    /** A server that restarts is not worth a line. */
    private static final Duration UNTIL_TROUBLE = Duration.ofSeconds(1);

    private final ServerList servers;
    private final Timeouts config;
    private final boolean attaches;
    private final ServerChecks checks;
    private final Attempts attempts;
    private final Pacer pacer;
    private final Runnable promptly;
    private final ThrottledLog log;
    private final Ticker ticker;
    private final Admission admission = new Admission();

    private volatile boolean hasSession;
    /** Whether the handle has yet to attach to a session that was known before: it looks first, always. */
    private volatile boolean attaching;
    /** Whether the handle has asked for its next attempt and has not reported a connection since. */
    private volatile boolean seeking;
    /** Confined to the SendThread, as the next. */
    private boolean begun;

    private int thrown;

    private volatile @Nullable UnfinishedClient client;

    private volatile long connectingSince;
    private volatile IntSupplier grantedMillis = () -> 0;
    private volatile Runnable granted = () -> {};

    /**
     * For one handle.
     *
     * @param servers to be tried in turn
     * @param config the timeouts
     * @param attaches whether the handle attaches to a known session
     * @param probe looks whether a server answers
     * @param attempts the session's
     * @param pacer the handle's
     * @param promptly has the client make the attempt without a pause of its own, see {@link PromptAttempts}
     * @param log the session's
     * @param ticker the clock
     */
    public ConnectionGate(
            ServerList servers,
            Timeouts config,
            boolean attaches,
            Probe probe,
            Attempts attempts,
            Pacer pacer,
            Runnable promptly,
            ThrottledLog log,
            Ticker ticker) {
        this.servers = servers;
        this.config = config;
        this.attaches = attaches;
        this.hasSession = attaches;
        this.attaching = attaches;
        this.checks = new ServerChecks(servers, probe, attempts, config.connect(), ticker);
        this.attempts = attempts;
        this.pacer = pacer;
        this.promptly = promptly;
        this.log = log;
        this.ticker = ticker;
        this.connectingSince = ticker.nanos();
        attempts.forgetOthersThan(servers.all());
    }

    /**
     * The timeouts that a gate uses.
     *
     * @param session the session timeout asked for
     * @param connect for one server
     */
    public record Timeouts(Duration session, Duration connect) {
        /** How many times a connect timeout fits into a session's, at least once. */
        private int shares(Duration inForce) {
            long shares = Math.max(1, -Math.floorDiv(-inForce.toMillis(), Math.max(1, connect.toMillis())));
            return (int) Math.min(shares, Integer.MAX_VALUE);
        }
    }

    /**
     * The client divides the session timeout by this for its connect timeout, and uses it for nothing else; so it is
     * also what makes the client respect a shorter connect timeout. It asks when it is created, and again whenever it
     * has adopted what a server grants: that may be a small part of what was asked for.
     */
    @Override
    public int size() {
        return Math.max(servers.size(), config.shares(sessionTimeout()));
    }

    /**
     * The client that this gate guards is being created. Its constructor starts one thread after the other; when it
     * throws in between, nothing else has a reference to the client, whose SendThread connects forever.
     */
    public void isBeingMadeFor(UnfinishedClient unfinished) {
        client = unfinished;
    }

    /** The client, when its constructor got as far as starting its threads. */
    @Nullable
    public UnfinishedClient unfinishedClient() {
        UnfinishedClient unfinished = client;
        return unfinished != null && unfinished.hasConnectionThreads() ? unfinished : null;
    }

    /** What a server has granted, or else what is asked for. */
    private Duration sessionTimeout() {
        int millis = grantedMillis.getAsInt();
        return millis > 0 ? Duration.ofMillis(millis) : config.session();
    }

    @Override
    public InetSocketAddress next(long spinDelay) {
        if (spinDelay == 0) {
            return seekReadWriteServer();
        }
        try {
            InetSocketAddress next = nextInTurn();
            thrown = 0;
            return next;
        } catch (RuntimeException | Error e) {
            restAfterMany();
            throw e;
        }
    }

    /**
     * The client logs what is thrown here and comes again, for ever if it is a class of a stopped application that is
     * missing; and nothing but its socket's sleep would make it do so more slowly, which {@link PromptSocket} has not.
     */
    private void restAfterMany() {
        if (++thrown > MOST_THROWN) {
            try {
                Thread.sleep(REST.toMillis());
            } catch (InterruptedException e) {
                // As in the Pacer: it is not kept.
            }
        }
    }

    private InetSocketAddress nextInTurn() {
        seeking = true;
        pacer.refuseIfEnding(); // The outcome of an attempt of an ended handle says nothing about the server.
        checks.concludeAttempt();
        int failed = 0;
        while (true) {
            boolean looking = awaitTurn();
            Endpoint server = servers.next();
            var address = InetSocketAddress.createUnresolved(server.host(), server.port());
            boolean promising = false;
            try {
                address = servers.resolve(server);
                if (looking) {
                    checks.lookAt(server, address);
                }
                promising = true;
            } catch (IOException e) {
                pacer.refuseIfEnding();
                checks.failed(server, e);
                failed++;
            }
            if (!servers.lists(server)) {
                continue; // It was listed when this began; others are to be tried now.
            }
            if (promising) {
                admission.attempt();
                return attempt(address);
            }
            if (failed % servers.size() == 0 && admission.hold(ticker.nanos())) {
                return attempt(address);
            }
        }
    }

    /**
     * Whether it is expected to fail or not: if a server is back by the time the client connects, it counts (C1). But
     * none begins for a handle whose end came while a name was resolved or a server looked at: the thread that closes
     * it waits (C14).
     */
    private InetSocketAddress attempt(InetSocketAddress address) {
        pacer.refuseIfEnding();
        checks.attempt(sessionTimeout().dividedBy(size()));
        promptly.run();
        return address;
    }

    /** Whether a synchronous request may wait for a connection. */
    public boolean admits() {
        return admission.admits();
    }

    /** A read-only client asks which server it might move to; it paces itself and must not be held. */
    private InetSocketAddress seekReadWriteServer() {
        Endpoint server = servers.next();
        return new InetSocketAddress(server.host(), server.port());
    }

    /** Called when a server has given the session, not when there is only a connection. */
    @Override
    public void onConnected() {
        granted.run();
        pacer.refuseIfRetired();
        seeking = false;
        hasSession = true;
        attaching = false;
        admission.connected();
        attempts.established(ticker.nanos());
        attempts.granted(sessionTimeout());
        connectingSince = checks.connected();
    }

    /**
     * Runs a task each time a server has given the session, on the thread that connects, before anything else is
     * notified; also for a retired handle, because the server does not know that.
     *
     * @param millis the session timeout that was granted last; 0 while none is known
     */
    public void whenGranted(IntSupplier millis, Runnable task) {
        grantedMillis = millis;
        granted = task;
    }

    /**
     * Whether the handle has no connection and looks for one; its own state shows that only from its next attempt on.
     */
    public boolean isSeeking() {
        return seeking;
    }

    /**
     * When the attempt that led to the last connection began: the session was attached to that connection after this
     * time.
     */
    public long connectingSince() {
        return connectingSince;
    }

    @Override
    public boolean updateServerList(
            Collection<InetSocketAddress> serverAddresses, @Nullable InetSocketAddress currentHost) {
        List<Endpoint> update = serverAddresses.stream()
                .map(a -> new Endpoint(a.getHostString(), a.getPort()))
                .toList();
        follow(update);
        // Leaving a server that is still listed would be balancing, and would cost a reconnect: not our decision.
        return currentHost != null && update.stream().noneMatch(e -> e.names(currentHost));
    }

    /** From now on attempts go to these servers, at once; nothing happens when they are the same as before. */
    public void follow(List<Endpoint> update) {
        if (servers.follow(update)) {
            attempts.forgetOthersThan(update);
            hurry();
        }
    }

    /** Ends a pause under way: the next attempt is made at once. */
    public void hurry() {
        pacer.hurry();
    }

    /**
     * The application is about to close the handle: that waits for its thread, which must not wait here for a server
     * (C14). To be called just before.
     */
    public void closing() {
        pacer.closing();
        checks.close();
    }

    /**
     * Lets no more attempts through. To be called after the handle's state is CLOSED, so that its thread ends.
     *
     * @param again ends the handle once more, should its thread still come here: it would retry forever
     */
    public void retire(Runnable again) {
        pacer.retire(again);
        checks.close();
    }

    public Reachability reachability() {
        return checks.reachability();
    }

    /** Waits for the back-off; then returns whether to look first. Holds for good when nothing may connect. */
    private boolean awaitTurn() {
        int count = servers.size();
        // A handle that asks for a new session comes when a server has answered: there is no reason to wait.
        Duration pause = begun || attaches ? attempts.pause(count, hasSession, ticker.nanos()) : Duration.ZERO;
        if (pause.compareTo(CLIENTS_OWN_PAUSE) > 0) {
            admission.pause();
        }
        pacer.awaitTurn(pause);
        begun = true;
        boolean looking = attempts.made() >= attemptsWithoutLook(count);
        logTrouble();
        attempts.begin(ticker.nanos());
        return looking;
    }

    private int attemptsWithoutLook(int count) {
        if (attaching) {
            return 0;
        }
        return hasSession ? ATTEMPTS_WITHOUT_LOOK : ROUNDS_WITHOUT_LOOK * count;
    }

    private void logTrouble() {
        if (hasSession && attempts.outage(ticker.nanos()).compareTo(UNTIL_TROUBLE) < 0) {
            return;
        }
        String trouble = attempts.trouble(ticker.nanos());
        if (trouble != null) {
            log.warnThrottled("no-server", trouble + "; retrying");
        }
    }
}
