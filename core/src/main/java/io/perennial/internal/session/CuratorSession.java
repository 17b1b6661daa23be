package io.perennial.internal.session;

import io.perennial.Lease;
import io.perennial.Registration;
import io.perennial.ResilientSession;
import io.perennial.ResilientSessionException;
import io.perennial.SessionInfo;
import io.perennial.SessionListener;
import io.perennial.SessionOwner;
import io.perennial.SessionReport;
import io.perennial.SessionState;
import io.perennial.SessionTransition;
import io.perennial.SessionTransition.Cause;
import io.perennial.ephemeral.Ephemerals;
import io.perennial.internal.engine.Callbacks;
import io.perennial.internal.engine.EventLoop;
import io.perennial.internal.engine.SessionThreads;
import io.perennial.internal.engine.ThrottledLog;
import io.perennial.internal.engine.Ticker;
import io.perennial.internal.engine.UserCode;
import io.perennial.internal.ephemeral.EphemeralNodes;
import io.perennial.internal.handle.HandleSupervisor;
import io.perennial.internal.jmx.SessionRegistration;
import io.perennial.internal.lease.GcPauseTime;
import io.perennial.internal.lease.LapseHooks;
import io.perennial.internal.lease.LeaseClock;
import io.perennial.internal.lease.LeaseTime;
import io.perennial.internal.lease.PauseDetector;
import io.perennial.internal.operation.SessionOperations;
import io.perennial.internal.operation.Witnesses;
import io.perennial.internal.owner.ClassLoaderOwner;
import io.perennial.internal.owner.ClassPreloader;
import io.perennial.internal.owner.OwnerWatch;
import io.perennial.internal.owner.Owners;
import io.perennial.internal.protocol.Quarantine;
import io.perennial.internal.restore.PathSpace;
import io.perennial.internal.restore.Restoration;
import io.perennial.internal.restore.RestorationHistory;
import io.perennial.internal.restore.RestoreContext;
import io.perennial.internal.state.LossDiagnoser;
import io.perennial.internal.state.SessionConfig;
import io.perennial.internal.state.SessionEngine;
import io.perennial.internal.state.StateMachine;
import io.perennial.internal.telemetry.FlightJournal;
import io.perennial.internal.watch.SessionWatches;
import io.perennial.operation.Operations;
import io.perennial.operation.SessionClosedException;
import io.perennial.operation.SessionUnavailableException;
import io.perennial.watch.Watches;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.random.RandomGenerator;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.imps.CuratorFrameworkState;
import org.apache.curator.framework.listen.UnaryListenerManager;
import org.apache.curator.framework.state.ConnectionStateListener;
import org.jspecify.annotations.Nullable;

/**
 * The session: puts its parts together, starts and ends them, and answers for them. Internal to the library; public since
 * containers call {@code close} by reflection on the class of the object.
 */
public final class CuratorSession implements ResilientSession {
    /** A callback that takes this part of the session timeout is told: those behind it may hear of a loss too late. */
    private static final int SLOW_CALLBACKS_PER_TIMEOUT = 3;

    private final SessionConfig config;
    private final Ticker ticker = Ticker.system();
    private final ThrottledLog log;
    private final OwnerWatch owner;
    private final SessionThreads threads;
    private final SessionExecutors workers;
    private final EventLoop loop;
    private final Callbacks callbacks;
    private final StateMachine states;
    private final LeaseClock lease;
    private final EphemeralNodes ephemerals;
    private final SessionWatches watches;
    private final HandleSupervisor handles;
    private final SessionEngine engine;
    private final CuratorFramework curator;
    private final SessionCloser closer;
    private final Closing closing;
    private final TransitionLog transitionLog;
    private final SessionOperations operations;
    private final Vigil vigil;
    private final FlightJournal journal;
    private final Listeners listeners;
    private final ReportBuilder reporter;
    private final SessionRegistration registration;

    private final Object startLock = new Object();
    /** Guarded by {@code startLock}. */
    private boolean loopStarted;

    private final AtomicBoolean started = new AtomicBoolean();
    private volatile @Nullable CuratorListeners curatorListeners;
    private volatile @Nullable Throwable startFailure;

    CuratorSession(SessionConfig config, SessionThreads threads) {
        this.config = config;
        this.log = new ThrottledLog(config.name(), ticker);
        this.owner = new OwnerWatch(config.owner(), log, this::beginCloseWithOwner);
        this.threads = threads;
        this.workers = new SessionExecutors(
                threads,
                log,
                ticker,
                config.futureExecutor(),
                config.sessionTimeout().dividedBy(SLOW_CALLBACKS_PER_TIMEOUT));
        this.loop = new EventLoop(config.name(), threads.role("engine"), ticker, log);
        this.closing = new Closing(threads.role("close"), loop::inLoop, log);
        this.journal = new FlightJournal(config.name());
        this.callbacks = new Callbacks(
                config.callbackExecutor() == null ? workers.callbacks : config.callbackExecutor(),
                workers.callbacks,
                log,
                ticker,
                config.sessionTimeout().dividedBy(SLOW_CALLBACKS_PER_TIMEOUT),
                journal);
        this.listeners = new Listeners(callbacks, config.listeners());
        this.states = new StateMachine(config.name(), ticker, this::tell);
        var leaseTime = new LeaseTime(ticker, LeaseTime::systemWallNanos, config.tickInterval());
        this.lease =
                new LeaseClock(ticker, leaseTime, config.leaseMargin(), new LapseHooks(leaseTime, workers.lease, log));
        this.registration = new SessionRegistration(this, (what, e) -> log.warnThrottled("jmx", what, e));
        RestoreContext context = context();
        this.ephemerals = new EphemeralNodes(context);
        this.watches = new SessionWatches(context);
        this.transitionLog = new TransitionLog(log, ephemerals, watches);
        var restorations = new RestorationHistory(ticker, journal);
        this.handles = new HandleSupervisor(
                config.handles(),
                threads,
                log,
                ticker,
                owner::isAliveOrEnds,
                event -> loop.offer(() -> engine().happened(event)),
                lease::granted,
                workers.curatorEvents,
                workers.lateAnswers);
        var quarantine = new Quarantine(config.maxAnswer());
        RandomGenerator random = () -> ThreadLocalRandom.current().nextLong();
        var witnesses = new Witnesses();
        var sweep = new Sweep(context, handles, ephemerals, witnesses, quarantine, log);
        var restoration = new Restoration(
                context, quarantine, ephemerals, watches, restorations, random, () -> engine().restored());
        this.reporter = new ReportBuilder(
                config.name(),
                ticker,
                states,
                lease,
                ephemerals,
                watches,
                sweep,
                restorations,
                callbacks,
                workers::problems,
                threads,
                () -> vigil().problems(),
                handles::trouble,
                restoration::problem);
        var losses =
                new LossDiagnoser(lease, new PauseDetector(config.tickInterval(), ticker.nanos(), new GcPauseTime()));
        this.engine = new SessionEngine(
                config, loop, handles, workers.handles, restoration, sweep, states, lease, log, losses, random);
        var ensemble = new LifecycleEnsembleProvider(
                config.handles().ensemble(), this::startFromCurator, this::failToStart, this::close);
        this.curator = CuratorAssembly.assemble(config, handles, threads, workers, this::guarded, ensemble);
        this.operations = new SessionOperations(
                witnesses,
                config.operationTimeout(),
                curator,
                config.resilience(),
                new EngineSessionView(config, closing::hasBegun, states, lease, handles, quarantine::trialsLost, loop),
                workers.operations,
                workers.deadlines,
                workers.completions);
        this.closer = new SessionCloser(
                config,
                owner::isAlive,
                loop,
                handles,
                curator,
                this::tellCuratorsListenersLost,
                workers,
                callbacks,
                operations,
                threads,
                log);
        this.vigil = new Vigil(
                config,
                loop,
                engine,
                handles,
                workers,
                callbacks,
                operations,
                lease,
                journal,
                threads,
                log,
                this::goesOn);
    }

    private RestoreContext context() {
        return new RestoreContext(
                config.name(),
                loop,
                callbacks,
                workers.completions,
                new PathSpace(
                        config.namespace(), () -> handles().connectString().chroot()),
                config.restore(),
                config.curator().getAclProvider(),
                log,
                config.closeTimeout(),
                config.maxPacket());
    }

    /** Curator asks for it once, while it is built. */
    private UnaryListenerManager<ConnectionStateListener> guarded(
            UnaryListenerManager<ConnectionStateListener> theirs) {
        var guarded = new CuratorListeners(theirs, () -> handles().lossesForCurator(), log);
        curatorListeners = guarded;
        return guarded;
    }

    private void tellCuratorsListenersLost() {
        CuratorListeners told = curatorListeners;
        if (told != null) {
            told.tellLost(curator);
        }
    }

    /** Asked only once it is made. */
    private HandleSupervisor handles() {
        return handles;
    }

    /** Its callbacks are given out before it is made. */
    private SessionEngine engine() {
        return engine;
    }

    /** As {@link #engine()}. */
    private Vigil vigil() {
        return vigil;
    }

    @Override
    public String name() {
        return config.name();
    }

    @Override
    public ResilientSession start() {
        refuseIfClosed();
        if (started.compareAndSet(false, true) && curator.getState() == CuratorFrameworkState.LATENT) {
            // Curator starts its ensemble provider, and that starts us: one way in, whoever takes it.
            curator.start();
            Throwable failure = startFailure;
            if (failure != null) {
                throw failure instanceof RuntimeException unchecked
                        ? unchecked
                        : new ResilientSessionException(
                                "session '" + name() + "' cannot start: " + failure.getMessage(), failure);
            }
        }
        return this;
    }

    /** Called within the start of Curator. */
    private void startFromCurator() {
        ClassPreloader.once();
        journal.keepUp();
        boolean inTime;
        synchronized (startLock) {
            if (closing.hasBegun()) {
                // Curator has started some of its own threads by now.
                threads.role("close-curator").newThread(curator::close).start();
                refuseIfClosed();
            }
            started.set(true);
            owner.listen(this::endWithOwner);
            startLoop();
            vigil.begin();
            inTime = StartedSessions.add(this);
        }
        if (!inTime) {
            beginClose(SessionCloser.Reason.JVM_ENDS);
        }
        registration.begin();
        if (closing.hasBegun()) {
            return; // The JVM may not wait for what would be begun now.
        }
        Throwable failure = UserCode.run(() -> handles.replace(null, made -> loop.offer(() -> engine.started(made))));
        if (failure != null) {
            failToStart(failure);
            throw new ResilientSessionException(
                    "session '" + name() + "' cannot start: " + failure.getMessage(), failure);
        }
    }

    private void failToStart(Throwable e) {
        startFailure = e;
        close();
    }

    private void startLoop() {
        synchronized (startLock) {
            if (!loopStarted) {
                loop.start();
                loopStarted = true;
            }
        }
    }

    /** Whether the end has not begun, for which there may be no thread although the owner has ended. */
    private boolean goesOn() {
        return !closing.hasBegun() && (owner.isAliveOrEnds() || !closing.hasBegun());
    }

    /** On the thread that stops the owner, which goes on when the session has ended, or has had its time to end. */
    private void endWithOwner() {
        beginCloseWithOwner();
        awaitClosed(CloseBudget.AFTER_THE_OWNERS_END);
    }

    private void beginCloseWithOwner() {
        beginClose(SessionCloser.Reason.OWNER_STOPPED);
    }

    @Override
    public boolean awaitConnected(Duration timeout) throws InterruptedException {
        if (timeout == null || timeout.isNegative()) {
            throw new IllegalArgumentException("timeout is " + timeout + "; it must be zero or positive");
        }
        StateMachine.Snapshot seen = states.await(CuratorSession::endsTheWait, timeout);
        if (seen.cause() == Cause.CHROOT_MISSING) {
            throw new SessionUnavailableException("session '" + name() + "': " + seen.detail());
        }
        return seen.state() == SessionState.CONNECTED;
    }

    private static boolean endsTheWait(StateMachine.Snapshot seen) {
        return seen.state() == SessionState.CONNECTED
                || seen.state() == SessionState.CLOSED
                || seen.cause() == Cause.CHROOT_MISSING;
    }

    @Override
    public SessionState state() {
        return states.now().state();
    }

    @Override
    public String toString() {
        return "session '" + name() + "' (" + state() + ")";
    }

    @Override
    public Optional<SessionInfo> info() {
        return Optional.ofNullable(states.now().session());
    }

    @Override
    public Lease lease() {
        return lease;
    }

    @Override
    public Ephemerals ephemerals() {
        return ephemerals;
    }

    @Override
    public Watches watches() {
        return watches;
    }

    @Override
    public Operations operations() {
        return operations;
    }

    @Override
    public CuratorFramework curator() {
        return curator;
    }

    @Override
    public Registration addListener(SessionListener listener) {
        if (listener == null) {
            throw new IllegalArgumentException("listener is null; give one");
        }
        refuseIfClosed();
        return listeners.add(listener, states.now().number());
    }

    /** On the engine's thread. */
    private void tell(SessionTransition transition) {
        reporter.heard(transition);
        transitionLog.write(transition);
        operations.stateChanged();
        journal.transition(transition);
        listeners.tell(transition, states.now().number());
    }

    @Override
    public SessionReport report() {
        return reporter.report();
    }

    @Override
    public void close() {
        beginClose(SessionCloser.Reason.CLOSED);
        if (!isCalledFromWithin()) {
            awaitClosed(config.closeTimeout());
        }
    }

    /** Begins the end, unless it has begun; returns whether this call did. Does not block, while there are threads. */
    boolean beginClose(SessionCloser.Reason reason) {
        return closing.begin(() -> end(reason));
    }

    private void end(SessionCloser.Reason reason) {
        vigil.end();
        SessionInfo last = states.now().session();
        if (reason == SessionCloser.Reason.OWNER_STOPPED) {
            logOwnerEnded();
        }
        try {
            startLoop();
            closer.close(engine, states, reason);
        } finally {
            if (reason == SessionCloser.Reason.OWNER_STOPPED) {
                journal.orphanEnded(owner::describe, last);
            }
            StartedSessions.remove(this);
            registration.end();
            owner.stopListening();
        }
    }

    /**
     * One line, and then none: the logging is the owner's too. Not on a thread of the container's, to which it might tie
     * what it keeps for each thread (log4j 2 does).
     */
    private void logOwnerEnded() {
        log.warn(owner.describe() + " has ended without closing this session, which ends itself now");
        log.silence();
    }

    void awaitClosed(Duration timeout) {
        closing.await(timeout);
    }

    /** Whether the calling thread is one that a close waits for. */
    boolean isCalledFromWithin() {
        return threads.isOwnThread() || callbacks.inCallback() || workers.completions.inCompletion();
    }

    Duration closeTimeout() {
        return config.closeTimeout();
    }

    ClassLoader contextClassLoader() {
        return threads.contextClassLoader();
    }

    /** Whether no container or context ends it. */
    boolean endsWithTheJvm() {
        return config.owner() == Owners.jvm()
                || (config.owner() instanceof ClassLoaderOwner loader && loader.endsWithTheJvm());
    }

    /** Whether its owner is that loader, or one within. */
    boolean belongsWithin(ClassLoader owner) {
        return config.owner() instanceof ClassLoaderOwner loader && loader.isOfLoaderWithin(owner);
    }

    boolean belongsTo(SessionOwner owner) {
        return config.owner() == owner || (config.owner() instanceof ClassLoaderOwner loader && loader.isWithin(owner));
    }

    private void refuseIfClosed() {
        if (closing.hasBegun()) {
            throw new SessionClosedException("session '" + name() + "' is closed; build another one");
        }
    }
}
