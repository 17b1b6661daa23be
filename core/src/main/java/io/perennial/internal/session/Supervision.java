package io.perennial.internal.session;

import io.perennial.internal.engine.Callbacks;
import io.perennial.internal.engine.EventLoop;
import io.perennial.internal.engine.SessionThreads;
import io.perennial.internal.engine.ThrottledLog;
import io.perennial.internal.handle.HandleSupervisor;
import io.perennial.internal.lease.LeaseClock;
import io.perennial.internal.operation.SessionOperations;
import io.perennial.internal.state.Recovery;
import io.perennial.internal.state.SessionConfig;
import io.perennial.internal.state.SessionEngine;
import io.perennial.internal.state.Ticks;
import io.perennial.internal.telemetry.FlightJournal;
import io.perennial.internal.watchdog.EngineWatch;
import io.perennial.internal.watchdog.HandleWatch;
import io.perennial.internal.watchdog.Watchdog;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Puts together what looks after a session: the engine's ticks, the recovery from an error there, and the watchdog. */
final class Supervision {
    private final EventLoop loop;
    private final HandleSupervisor handles;
    private final SessionExecutors workers;
    private final LeaseClock lease;
    private final FlightJournal journal;
    private final Ticks ticks;
    private final Watchdog watchdog;

    /**
     * Makes it; nothing starts yet.
     *
     * @param goOn whether there should be another tick
     */
    Supervision(
            SessionConfig config,
            EventLoop loop,
            SessionEngine engine,
            HandleSupervisor handles,
            SessionExecutors workers,
            Callbacks callbacks,
            SessionOperations operations,
            LeaseClock lease,
            FlightJournal journal,
            SessionThreads threads,
            ThrottledLog log,
            BooleanSupplier goOn) {
        this.loop = loop;
        this.handles = handles;
        this.workers = workers;
        this.lease = lease;
        this.journal = journal;
        var recovery = new Recovery(loop.ticker(), engine::beginAnew);
        loop.afterError(recovery::after);
        this.ticks = new Ticks(
                loop,
                config.tickInterval(),
                goOn,
                () -> {
                    recovery.tick();
                    engine.tick();
                    handles.tick();
                },
                List.of(
                        this::endSuperseded,
                        callbacks::tick,
                        workers.completions::tick,
                        workers.lateAnswers::tick,
                        journal::keepUp,
                        operations::tick),
                log);
        int looks = config.looksBeforeAStandstill();
        this.watchdog = new Watchdog(
                threads,
                log,
                config.tickInterval(),
                List.of(
                        new EngineWatch(loop, ticks::count, ticks::schedule, log, looks),
                        new HandleWatch(
                                handles::current,
                                dead -> loop.offer(() -> engine.died(dead)),
                                log,
                                config.patienceWithAHandle(),
                                looks),
                        callbacks::overdue,
                        this::lookAtLease));
    }

    /** Once, when the loop is running. */
    void begin() {
        loop.offer(ticks::schedule);
        watchdog.start();
    }

    /** After this the watchdog starts no look, and there is no tick while the session closes. */
    void end() {
        watchdog.stop();
    }

    /** What is stalled now. From any thread. */
    List<String> problems() {
        return watchdog.problems();
    }

    private void endSuperseded() {
        if (!handles.superseded().isEmpty()) {
            workers.handles.execute(handles::endSuperseded);
        }
    }

    private @Nullable String lookAtLease() {
        if (lease.look()) {
            journal.leaseLapsed(lease.generation(), lease.silence());
        }
        return null;
    }
}
