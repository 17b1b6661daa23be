package io.perennial.internal.handle;

import io.perennial.internal.connect.Attempts;
import io.perennial.internal.connect.ConnectString;
import io.perennial.internal.connect.ConnectionGate;
import io.perennial.internal.connect.HostResolver;
import io.perennial.internal.connect.Pacer;
import io.perennial.internal.connect.PromptClient;
import io.perennial.internal.connect.ServerList;
import io.perennial.internal.connect.SessionAddress;
import io.perennial.internal.connect.SocketProbe;
import io.perennial.internal.engine.SessionThreads;
import io.perennial.internal.engine.ThrottledLog;
import io.perennial.internal.engine.Ticker;
import io.perennial.internal.protocol.ServerKnowledge;
import java.net.InetAddress;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.apache.curator.framework.AuthInfo;
import org.apache.curator.utils.ZookeeperFactory;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.client.ZKClientConfig;
import org.jspecify.annotations.Nullable;

/**
 * Makes and numbers the handles of one session: where they connect, what guards each connection, whose client it is,
 * and what is sent first. What becomes of them then is for the supervisor to decide.
 *
 * <p>Concurrency: {@link #make} runs on one thread at a time, see {@link HandleSupervisor}; the rest from anywhere.
 */
final class HandleFactory {
    private final HandleConfig config;
    private final SessionThreads threads;
    private final ThrottledLog log;
    private final Ticker ticker;
    private final BooleanSupplier mayConnect;
    private final ServerKnowledge servers;
    private final Consumer<HandleEvent> sessionEvents;
    private final Grants grants;
    private final CuratorFeed feed;
    private final Consumer<Handle> discard;
    private final LateAnswers late;
    private final HostResolver resolver = InetAddress::getAllByName;
    private final RandomGenerator random = () -> ThreadLocalRandom.current().nextLong();
    private final AtomicLong made = new AtomicLong();
    private final PromptClient promptClient = PromptClient.now();
    private final Attempts attempts;
    private final SessionAddress address;

    /**
     * Makes it; no handle yet.
     *
     * @param config how handles are made
     * @param threads names and class loader
     * @param log the session's log
     * @param ticker the clock
     * @param mayConnect checked before each connection attempt; while false none is made
     * @param servers what the session knows of its servers
     * @param sessionEvents receives every handle's session events, on that handle's event thread
     * @param grants receives what every handle made by the library is granted
     * @param feed lets Curator hear of them
     * @param discard gets a handle that could not be made, but may have a client
     * @param late runs the callbacks of handles whose event thread has ended, see {@link RelayingZooKeeper}
     */
    HandleFactory(
            HandleConfig config,
            SessionThreads threads,
            ThrottledLog log,
            Ticker ticker,
            BooleanSupplier mayConnect,
            ServerKnowledge servers,
            Consumer<HandleEvent> sessionEvents,
            Grants grants,
            CuratorFeed feed,
            Consumer<Handle> discard,
            LateAnswers late) {
        this.config = config.factory() == null
                ? config.withClientConfig(promptClient.prepare(config.clientConfig()))
                : config; // What the caller's factory makes is for that to say.
        this.threads = threads;
        this.log = log;
        this.ticker = ticker;
        this.mayConnect = mayConnect;
        this.servers = servers;
        this.sessionEvents = sessionEvents;
        this.grants = grants;
        this.feed = feed;
        this.discard = discard;
        this.late = late;
        this.attempts = new Attempts(config.sessionTimeout(), random);
        this.address = new SessionAddress(config.ensemble(), config.connectString(), log);
        String pauses = whyClientPauses();
        if (pauses != null) {
            log.debug("ZooKeeper's client makes pauses of its own before it connects again: " + pauses);
        }
    }

    /** See {@link Handles#whyClientPauses()}. */
    @Nullable
    String whyClientPauses() {
        return makesClients() ? promptClient.whyPauses() : null;
    }

    /** As the ensemble provider gave it for the first handle; before that, as it gave it when the session was built. */
    ConnectString connectString() {
        return address.known();
    }

    /**
     * Why no server has a session; null when none of the attempts since the last one is known to have failed.
     */
    @Nullable
    String trouble() {
        return attempts.trouble(ticker.nanos());
    }

    /** Whether the library makes the clients; false when a factory of the caller's makes them. */
    boolean makesClients() {
        return config.factory() == null;
    }

    /**
     * Makes the next handle. Does not wait for the network.
     *
     * @param known the session to attach to, or null for a new one
     * @return the handle, which holds its events until it is published
     * @throws Exception when no handle can be made
     */
    Handle make(@Nullable SessionCredentials known) throws Exception {
        ConnectString connectString = address.now();
        var pulse = new Pulse(ticker);
        ConnectionGate gate = makesClients() ? gate(connectString, known != null, pulse) : null;
        long number = made.incrementAndGet();
        var handle =
                new Handle(number, known, ticker.nanos(), pulse, gate, threads, servers, sessionEvents, feed::happened);
        if (gate != null) {
            gate.whenGranted(handle::grantedIfMade, () -> handle.reportGrant(grants));
        }
        boolean equipped = false;
        try {
            // ZooKeeper's threads inherit the name and the context class loader of the thread that constructs the
            // handle.
            equip(
                    handle,
                    threads.within(
                            "handle-" + number, () -> newClient(connectString.forClient(), handle, known, gate)));
            equipped = true;
        } finally {
            if (!equipped) {
                discard.accept(handle);
            }
        }
        return handle;
    }

    private void equip(Handle handle, ZooKeeper zooKeeper) {
        handle.made(zooKeeper);
        for (AuthInfo authorization : config.authorizations()) {
            zooKeeper.addAuthInfo(authorization.getScheme(), authorization.getAuth());
        }
        if (zooKeeper instanceof SupervisedZooKeeper supervised) {
            supervised.whenCuratorGivesUp(() -> feed.neverConnected(handle));
        }
        handle.reportGrant(grants); // Earlier grants could not be reported.
    }

    private ConnectionGate gate(ConnectString connectString, boolean attaches, Pulse pulse) {
        BooleanSupplier mayConnectNow = () -> {
            pulse.attempt();
            return mayConnect.getAsBoolean();
        };
        return new ConnectionGate(
                new ServerList(connectString.servers(), resolver, random),
                new ConnectionGate.Timeouts(config.sessionTimeout(), config.connectTimeout()),
                attaches,
                new SocketProbe(!config.clientConfig().getBoolean(ZKClientConfig.SECURE_CLIENT)),
                attempts,
                new Pacer(mayConnectNow, ticker),
                promptClient::next,
                log,
                ticker);
    }

    private ZooKeeper newClient(
            String connectString, Handle handle, @Nullable SessionCredentials known, @Nullable ConnectionGate gate)
            throws Exception {
        ZookeeperFactory factory = config.factory();
        if (factory != null || gate == null) {
            return Objects.requireNonNull(factory)
                    .newZooKeeper(
                            connectString,
                            config.sessionTimeoutMillis(),
                            handle,
                            config.readOnlyAllowed(),
                            config.clientConfig());
        }
        var spec = new ClientSpec(connectString, handle, gate, config, threads, servers, log, ticker, late);
        return known == null ? new SupervisedZooKeeper(spec) : new SupervisedZooKeeper(spec, known);
    }
}
