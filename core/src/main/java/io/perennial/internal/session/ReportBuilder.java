package io.perennial.internal.session;

import io.perennial.LossDiagnosis;
import io.perennial.SessionReport;
import io.perennial.SessionState;
import io.perennial.SessionTransition;
import io.perennial.internal.engine.Callbacks;
import io.perennial.internal.engine.SessionThreads;
import io.perennial.internal.engine.Ticker;
import io.perennial.internal.lease.LeaseClock;
import io.perennial.internal.protocol.ServerKnowledge;
import io.perennial.internal.restore.Restorable;
import io.perennial.internal.restore.RestorationHistory;
import io.perennial.internal.state.StateMachine;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Takes a snapshot of a session; from any thread, without waiting for one. */
final class ReportBuilder {
    private static final int MOST_PROBLEMS = 20;

    private final String name;
    private final Ticker ticker;
    private final StateMachine states;
    private final LeaseClock lease;
    private final Restorable nodes;
    private final Restorable watches;
    private final Sweep sweep;
    private final RestorationHistory restorations;
    private final Callbacks callbacks;
    private final Supplier<List<String>> blockedThreads;
    private final SessionThreads threads;
    private final Supplier<List<String>> standstills;
    private final Supplier<@Nullable String> connectionTrouble;
    private final Supplier<@Nullable String> restorationTrouble;

    private final ServerKnowledge servers;

    private final WallTimes times;
    private volatile @Nullable LossDiagnosis lastLoss;

    ReportBuilder(
            String name,
            Ticker ticker,
            StateMachine states,
            LeaseClock lease,
            Restorable nodes,
            Restorable watches,
            Sweep sweep,
            RestorationHistory restorations,
            Callbacks callbacks,
            Supplier<List<String>> blockedThreads,
            SessionThreads threads,
            Supplier<List<String>> standstills,
            Supplier<@Nullable String> connectionTrouble,
            Supplier<@Nullable String> restorationTrouble,
            ServerKnowledge servers) {
        this.name = name;
        this.ticker = ticker;
        this.states = states;
        this.lease = lease;
        this.nodes = nodes;
        this.watches = watches;
        this.sweep = sweep;
        this.restorations = restorations;
        this.callbacks = callbacks;
        this.blockedThreads = blockedThreads;
        this.threads = threads;
        this.standstills = standstills;
        this.connectionTrouble = connectionTrouble;
        this.restorationTrouble = restorationTrouble;
        this.servers = servers;
        this.times = new WallTimes(Instant::now, ticker);
    }

    /** On the engine's thread. */
    void heard(SessionTransition transition) {
        if (transition.diagnosis() != null) {
            lastLoss = transition.diagnosis();
        }
    }

    SessionReport report() {
        StateMachine.History history = states.history();
        StateMachine.Snapshot now = history.now();
        Instant at = times.at(ticker.nanos());
        return new SessionReport(
                name,
                at,
                now.state(),
                Duration.between(times.at(now.since()), at),
                now.session(),
                lease.remaining(),
                lease.roundTrip(),
                nodes.wanted(),
                nodes.standing(),
                watches.wanted(),
                watches.standing(),
                callbacks.failures(),
                problems(now),
                lastLoss,
                history.journal(),
                restorations.recent(times::at),
                servers.release());
    }

    private List<String> problems(StateMachine.Snapshot now) {
        var problems = new ArrayList<String>();
        if (now.state() == SessionState.FAILED) {
            problems.add(now.detail());
        }
        Stream.of(
                        seeksServer(now.state()) ? connectionTrouble.get() : null,
                        restorationTrouble.get(),
                        callbacks.slow(),
                        callbacks.misplaced(),
                        threads.problem())
                .filter(Objects::nonNull)
                .forEach(problems::add);
        problems.addAll(blockedThreads.get());
        problems.addAll(standstills.get());
        problems.addAll(nodes.problems());
        problems.addAll(watches.problems());
        problems.addAll(sweep.problems());
        return problems.subList(0, Math.min(MOST_PROBLEMS, problems.size()));
    }

    private static boolean seeksServer(SessionState state) {
        return state == SessionState.CONNECTING || state == SessionState.SUSPENDED || state == SessionState.LOST;
    }
}
