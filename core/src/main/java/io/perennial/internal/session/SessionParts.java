package io.perennial.internal.session;

import io.perennial.SessionTransition;
import io.perennial.internal.engine.Callbacks;
import io.perennial.internal.engine.EventLoop;
import io.perennial.internal.engine.SessionThreads;
import io.perennial.internal.engine.ThrottledLog;
import io.perennial.internal.engine.Ticker;
import io.perennial.internal.ephemeral.EphemeralNodes;
import io.perennial.internal.handle.HandleSupervisor;
import io.perennial.internal.handle.LateAnswers;
import io.perennial.internal.lease.GcPauseTime;
import io.perennial.internal.lease.LapseHooks;
import io.perennial.internal.lease.LeaseClock;
import io.perennial.internal.lease.LeaseTime;
import io.perennial.internal.lease.PauseDetector;
import io.perennial.internal.operation.SessionOperations;
import io.perennial.internal.operation.Witnesses;
import io.perennial.internal.owner.OwnerWatch;
import io.perennial.internal.protocol.Quarantine;
import io.perennial.internal.protocol.ServerKnowledge;
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
import java.util.concurrent.ThreadLocalRandom;
import java.util.random.RandomGenerator;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.listen.UnaryListenerManager;
import org.apache.curator.framework.state.ConnectionStateListener;
import org.jspecify.annotations.Nullable;

/**
 * The parts of one session, put together: the only place that knows in which order they are made, and which calls back
 * which.
 */
final class SessionParts {
    /**
     * A callback that takes this part of the session timeout is reported: those behind it may hear of a loss too late.
     */
    private static final int SLOW_CALLBACKS_PER_TIMEOUT = 3;

    final SessionConfig config;
    final ThrottledLog log;
    final OwnerWatch owner;
    final SessionThreads threads;
    final SessionExecutors workers;
    final EventLoop loop;
    final Closing closing;
    final FlightJournal journal;
    final Callbacks callbacks;
    final Listeners listeners;
    final StateMachine states;
    final LeaseClock lease;
    final EphemeralNodes ephemerals;
    final SessionWatches watches;
    final HandleSupervisor handles;
    final ReportBuilder reporter;
    final Restoration restoration;
    final SessionEngine engine;
    final CuratorFramework curator;
    final SessionOperations operations;
    final Supervision supervision;

    private final TransitionLog transitionLog;
    private volatile @Nullable CuratorListeners curatorListeners;

    /**
     * Makes them; nothing starts yet.
     *
     * @param config the session's configuration
     * @param threads the session's threads
     * @param ensemble what Curator starts and closes, and with it the session
     * @param endWithOwner starts the session's close when its owner has ended; does not block
     */
    SessionParts(
            SessionConfig config, SessionThreads threads, LifecycleEnsembleProvider ensemble, Runnable endWithOwner) {
        Ticker ticker = Ticker.system();
        this.config = config;
        this.log = new ThrottledLog(config.name(), ticker);
        this.owner = new OwnerWatch(config.owner(), log, endWithOwner);
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
        this.states = new StateMachine(config.name(), ticker, this::publish);
        var leaseTime = new LeaseTime(ticker, LeaseTime::systemWallNanos, config.tickInterval());
        this.lease =
                new LeaseClock(ticker, leaseTime, config.leaseMargin(), new LapseHooks(leaseTime, workers.lease, log));
        RestoreContext context = context();
        this.ephemerals = new EphemeralNodes(context);
        this.watches = new SessionWatches(context);
        this.transitionLog = new TransitionLog(log, ephemerals, watches);
        var restorations = new RestorationHistory(ticker, journal);
        var servers = new ServerKnowledge();
        this.handles = new HandleSupervisor(
                config.handles(),
                threads,
                log,
                ticker,
                owner::isAliveOrEnds,
                servers,
                event -> loop.offer(() -> engine().happened(event)),
                lease::granted,
                workers.curatorEvents,
                new LateAnswers(workers.lateAnswers, (delay, task) -> loop.offer(() -> loop.schedule(delay, task))));
        var quarantine = new Quarantine(config.maxAnswer(), servers);
        RandomGenerator random = () -> ThreadLocalRandom.current().nextLong();
        var witnesses = new Witnesses();
        var sweep = new Sweep(context, handles, ephemerals, witnesses, quarantine, log);
        var admission = new FirstQuestion(context, servers, quarantine, sweep);
        this.restoration = new Restoration(
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
                () -> supervision().problems(),
                handles::trouble,
                restoration::problem,
                servers);
        var losses =
                new LossDiagnoser(lease, new PauseDetector(config.tickInterval(), ticker.nanos(), new GcPauseTime()));
        this.engine = new SessionEngine(
                config, loop, handles, workers.handles, restoration, admission, states, lease, log, losses, random);
        this.curator = CuratorAssembly.assemble(config, handles, threads, workers, this::guarded, ensemble);
        this.operations = new SessionOperations(
                witnesses,
                config.operationTimeout(),
                curator,
                config.resilience(),
                new EngineSessionView(
                        config,
                        closing::hasBegun,
                        states,
                        lease,
                        handles,
                        quarantine::trialsLost,
                        loop,
                        curator.getZookeeperClient()::isConnected),
                workers.operations,
                workers.deadlines,
                workers.completions);
        this.supervision = new Supervision(
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

    /** Curator asks for it once, while it is being built. */
    private UnaryListenerManager<ConnectionStateListener> guarded(
            UnaryListenerManager<ConnectionStateListener> delegate) {
        var guarded = new CuratorListeners(delegate, () -> handles().lossesForCurator(), log);
        curatorListeners = guarded;
        return guarded;
    }

    /** The session ends, and with it all that Curator's recipes hold. */
    void reportLostToCuratorsListeners() {
        CuratorListeners guarded = curatorListeners;
        if (guarded != null) {
            guarded.reportLost(curator);
        }
    }

    /** Called only once it exists. */
    private HandleSupervisor handles() {
        return handles;
    }

    /** Its callbacks are handed out before it exists. */
    private SessionEngine engine() {
        return engine;
    }

    /** As {@link #engine()}. */
    private Supervision supervision() {
        return supervision;
    }

    /** Whether the close has not started; there may be no thread for it although the owner has ended. */
    private boolean goesOn() {
        return !closing.hasBegun() && (owner.isAliveOrEnds() || !closing.hasBegun());
    }

    /** On the engine's thread. */
    private void publish(SessionTransition transition) {
        reporter.heard(transition);
        transitionLog.write(transition);
        operations.stateChanged();
        journal.transition(transition);
        listeners.publish(transition, states.now().number());
    }
}
