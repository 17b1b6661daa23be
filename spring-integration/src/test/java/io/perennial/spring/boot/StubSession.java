package io.perennial.spring.boot;

import io.perennial.Lease;
import io.perennial.LossDiagnosis;
import io.perennial.Registration;
import io.perennial.ResilientSession;
import io.perennial.SessionInfo;
import io.perennial.SessionListener;
import io.perennial.SessionReport;
import io.perennial.SessionState;
import io.perennial.SessionTransition;
import io.perennial.SessionTransition.Cause;
import io.perennial.ephemeral.Ephemerals;
import io.perennial.operation.Operations;
import io.perennial.watch.Watches;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.apache.curator.framework.CuratorFramework;

/** A session in whatever state a test puts it, without a server, a thread or a client. */
public final class StubSession implements ResilientSession {
    public static final Instant AT = Instant.parse("2026-03-01T03:00:00Z");

    private final String name;
    private final List<SessionListener> listeners = new ArrayList<>();
    private final List<SessionTransition> transitions = new ArrayList<>();
    public final AtomicInteger reports = new AtomicInteger();

    /** What happens while somebody waits for the connection, for no longer than that. */
    public Consumer<Duration> whileAwaited = timeout -> {};

    public SessionState state = SessionState.LATENT;
    public SessionInfo info;
    public Duration lease = Duration.ZERO;
    public Duration roundTrip;
    public long generation;
    public int nodesWanted;
    public int nodesHeld;
    public int watchesWanted;
    public int watchesArmed;
    public long callbackFailures;
    public List<String> problems = List.of();
    public LossDiagnosis lastLoss;
    public List<SessionReport.Restoration> restorations = List.of();

    public StubSession(String name) {
        this.name = name;
    }

    /** CONNECTED in generation 2, with 20 of 80 s granted, 3 of 4 nodes held and 1 of 2 watches armed. */
    public static StubSession connected(String name) {
        var session = new StubSession(name);
        session.state = SessionState.CONNECTED;
        session.generation = 2;
        session.info = new SessionInfo(
                2,
                0x10000a3f2c40001L,
                Duration.ofSeconds(80),
                Duration.ofSeconds(20),
                null,
                AT.minus(Duration.ofMinutes(1)));
        session.lease = Duration.ofSeconds(19);
        session.roundTrip = Duration.ofNanos(412_900);
        session.nodesWanted = 4;
        session.nodesHeld = 3;
        session.watchesWanted = 2;
        session.watchesArmed = 1;
        session.callbackFailures = 7;
        return session;
    }

    public static LossDiagnosis loss(LossDiagnosis.Kind kind) {
        return new LossDiagnosis(kind, Duration.ofSeconds(21), Duration.ofMillis(12), "no server could be reached");
    }

    /** Goes there, after so long in the present state. */
    public void enter(SessionState to, Cause cause, Duration inPreviousState, LossDiagnosis diagnosis) {
        var transition = new SessionTransition(state, to, cause, info, inPreviousState, diagnosis, "to " + to);
        state = to;
        lastLoss = diagnosis == null ? lastLoss : diagnosis;
        transitions.add(transition);
        List.copyOf(listeners).forEach(listener -> listener.onTransition(transition));
    }

    public int listeners() {
        return listeners.size();
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public ResilientSession start() {
        return this;
    }

    @Override
    public boolean awaitConnected(Duration timeout) {
        whileAwaited.accept(timeout);
        return state == SessionState.CONNECTED;
    }

    @Override
    public SessionState state() {
        return state;
    }

    @Override
    public Optional<SessionInfo> info() {
        return Optional.ofNullable(info);
    }

    @Override
    public Lease lease() {
        return new Lease() {
            @Override
            public long generation() {
                return generation;
            }

            @Override
            public boolean isHeld() {
                return !lease.isZero();
            }

            @Override
            public Duration remaining() {
                return lease;
            }

            @Override
            public Registration onLapse(Runnable action) {
                throw new UnsupportedOperationException();
            }
        };
    }

    @Override
    public Ephemerals ephemerals() {
        throw new UnsupportedOperationException();
    }

    @Override
    public Watches watches() {
        throw new UnsupportedOperationException();
    }

    @Override
    public Operations operations() {
        throw new UnsupportedOperationException();
    }

    @Override
    public CuratorFramework curator() {
        throw new UnsupportedOperationException();
    }

    @Override
    public Registration addListener(SessionListener listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    @Override
    public SessionReport report() {
        reports.incrementAndGet();
        return new SessionReport(
                name,
                AT,
                state,
                Duration.ofSeconds(5),
                info,
                lease,
                roundTrip,
                nodesWanted,
                nodesHeld,
                watchesWanted,
                watchesArmed,
                callbackFailures,
                problems,
                lastLoss,
                transitions,
                restorations);
    }

    @Override
    public void close() {
        if (state != SessionState.CLOSED) {
            enter(SessionState.CLOSED, Cause.CLOSED, Duration.ofSeconds(1), null);
        }
    }
}
