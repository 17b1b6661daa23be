package io.perennial.spring.boot.metrics;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.Timer;
import io.perennial.LossDiagnosis;
import io.perennial.ResilientSession;
import io.perennial.SessionInfo;
import io.perennial.SessionListener;
import io.perennial.SessionReport;
import io.perennial.SessionState;
import io.perennial.SessionTransition;
import io.perennial.operation.SessionClosedException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * One session's meters in one registry, from their registration to the session's end.
 *
 * <p>Concurrency: transitions come one after the other. Meters are added and removed under one lock for all registries:
 * a session that ends removes its own meters, and never those of the next one of that name.
 */
final class BoundMeters implements SessionListener {
    private static final Object REGISTRATION = new Object();

    private final ResilientSession session;
    private final MeterRegistry registry;
    private final Tags tags;
    private final ReportCache reports;
    private final OutageClock outages = new OutageClock();

    @GuardedBy("REGISTRATION")
    private final List<Meter> meters = new ArrayList<>();

    private final Map<LossDiagnosis.Kind, Counter> losses = new EnumMap<>(LossDiagnosis.Kind.class);
    private final Timer outage;
    private final Timer restoration;

    /** Registers them. */
    BoundMeters(ResilientSession session, String name, MeterRegistry registry) {
        this.session = session;
        this.registry = registry;
        this.tags = Tags.of("session", name);
        this.reports = new ReportCache(session, System::nanoTime);
        synchronized (REGISTRATION) {
            outage = timer(
                    "perennial.session.outage",
                    "From the loss of the connection, or the silence before a loss, until the session is CONNECTED"
                            + " again");
            restoration =
                    timer("perennial.session.restoration", "How long nodes and watches took to be back, in RESTORING");
            session();
            timeouts();
            holdings();
            health();
        }
    }

    /** Receives transitions from now on. */
    void listen() {
        try {
            session.addListener(this);
        } catch (SessionClosedException e) {
            remove();
        }
        if (session.state() == SessionState.CLOSED) {
            remove(); // The transition may have been told before this listened.
        }
    }

    @GuardedBy("REGISTRATION")
    private void session() {
        for (SessionState state : SessionState.values()) {
            gauge(
                    "perennial.session.state",
                    tags.and("state", state.name()),
                    "1 for the state that the session is in, 0 for each other",
                    report -> report.state() == state ? 1 : 0);
        }
        add("perennial.session.generation", tags, name -> Gauge.builder(name, reports, ReportCache::generation)
                .tags(tags)
                .description("Grows by one with each new server session; 0 before the first")
                .register(registry));
        for (LossDiagnosis.Kind kind : LossDiagnosis.Kind.values()) {
            losses.put(kind, loss(kind));
        }
    }

    @GuardedBy("REGISTRATION")
    private void holdings() {
        gauge("perennial.nodes.wanted", tags, "Ephemeral nodes registered", SessionReport::nodesWanted);
        gauge("perennial.nodes.held", tags, "Ephemeral nodes held, of those registered", SessionReport::nodesHeld);
        gauge("perennial.watches.wanted", tags, "Watches registered", SessionReport::watchesWanted);
        gauge("perennial.watches.armed", tags, "Watches armed, of those registered", SessionReport::watchesArmed);
    }

    @GuardedBy("REGISTRATION")
    private void health() {
        time("perennial.lease.remaining", "How long the lease is still held; 0 when it is not", SessionReport::lease);
        time(
                "perennial.heartbeat.round.trip",
                "How long the last heartbeat took; NaN while not attached",
                report -> report.state().isAttached() ? report.roundTrip() : null);
        add("perennial.callback.failures", tags, name -> FunctionCounter.builder(
                        name, reports, cache -> cache.read(SessionReport::callbackFailures))
                .tags(tags)
                .description("How often a listener threw, or its executor rejected it")
                .register(registry));
    }

    @GuardedBy("REGISTRATION")
    private void timeouts() {
        time(
                "perennial.session.timeout.requested",
                "The session timeout asked for; NaN without a server session",
                report -> timeout(report, SessionInfo::requestedTimeout));
        time(
                "perennial.session.timeout.negotiated",
                "The session timeout granted; NaN without a server session",
                report -> timeout(report, SessionInfo::negotiatedTimeout));
    }

    private static @Nullable Duration timeout(SessionReport report, Function<SessionInfo, Duration> which) {
        SessionInfo info = report.session();
        return info == null ? null : which.apply(info);
    }

    @GuardedBy("REGISTRATION")
    private Counter loss(LossDiagnosis.Kind kind) {
        Tags all = tags.and("diagnosis", kind.name());
        return add("perennial.session.losses", all, name -> Counter.builder(name)
                .tags(all)
                .description("Sessions lost, by the kind of cause")
                .register(registry));
    }

    @GuardedBy("REGISTRATION")
    private Timer timer(String name, String description) {
        return add(name, tags, given -> Timer.builder(given)
                .tags(tags)
                .description(description)
                .register(registry));
    }

    @GuardedBy("REGISTRATION")
    private void gauge(String name, Tags all, String description, ToDoubleFunction<SessionReport> value) {
        add(name, all, given -> Gauge.builder(given, reports, cache -> cache.read(value))
                .tags(all)
                .description(description)
                .register(registry));
    }

    @GuardedBy("REGISTRATION")
    private void time(String name, String description, Function<SessionReport, @Nullable Duration> value) {
        ToDoubleFunction<SessionReport> nanos = report -> {
            Duration duration = value.apply(report);
            return duration == null ? Double.NaN : duration.toNanos();
        };
        add(name, tags, given -> TimeGauge.builder(given, reports, TimeUnit.NANOSECONDS, cache -> cache.read(nanos))
                .tags(tags)
                .description(description)
                .register(registry));
    }

    /** A registry returns the existing meter of a name, with its old count: so that one is removed first. */
    @GuardedBy("REGISTRATION")
    private <M extends Meter> M add(String name, Tags all, Function<String, M> register) {
        registry.removeByPreFilterId(new Meter.Id(name, all, null, null, Meter.Type.OTHER));
        M meter = register.apply(name);
        meters.add(meter);
        return meter;
    }

    @Override
    public void onTransition(SessionTransition transition) {
        LossDiagnosis diagnosis = transition.diagnosis();
        if (transition.to() == SessionState.LOST) {
            lost(diagnosis == null ? LossDiagnosis.Kind.UNKNOWN : diagnosis.kind());
        }
        if (transition.from() == SessionState.RESTORING && transition.to() == SessionState.CONNECTED) {
            restoration.record(transition.inPreviousState());
        }
        Duration over = outages.heard(transition);
        if (over != null) {
            outage.record(over);
        }
        if (transition.to() == SessionState.CLOSED) {
            remove();
        }
    }

    private void lost(LossDiagnosis.Kind kind) {
        Objects.requireNonNull(losses.get(kind)).increment();
    }

    private void remove() {
        synchronized (REGISTRATION) {
            Set<Meter> present = Collections.newSetFromMap(new IdentityHashMap<>());
            present.addAll(registry.getMeters());
            meters.stream().filter(present::contains).forEach(registry::remove);
            meters.clear();
        }
    }
}
