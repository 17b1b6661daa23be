package io.perennial.spring.boot.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.perennial.LossDiagnosis;
import io.perennial.LossDiagnosis.Kind;
import io.perennial.SessionState;
import io.perennial.SessionTransition.Cause;
import io.perennial.spring.boot.StubSession;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SessionMetricsTest {
    private final MeterRegistry registry = new SimpleMeterRegistry();
    private final StubSession session = StubSession.connected("orders");

    private double gauge(String name, String... tags) {
        return registry.get("perennial." + name)
                .tag("session", "orders")
                .tags(tags)
                .gauge()
                .value();
    }

    private double losses(Kind kind) {
        return registry.get("perennial.session.losses")
                .tag("diagnosis", kind.name())
                .counter()
                .count();
    }

    @Test
    void measuresWhatTheReportSays() {
        new SessionMetrics(session).bindTo(registry);

        assertThat(gauge("session.generation")).isEqualTo(2);
        assertThat(gauge("session.timeout.requested")).isEqualTo(80);
        assertThat(gauge("session.timeout.negotiated")).isEqualTo(20);
        assertThat(gauge("nodes.wanted")).isEqualTo(4);
        assertThat(gauge("nodes.held")).isEqualTo(3);
        assertThat(gauge("watches.wanted")).isEqualTo(2);
        assertThat(gauge("watches.armed")).isEqualTo(1);
        assertThat(gauge("lease.remaining")).isEqualTo(19);
        assertThat(gauge("heartbeat.round.trip")).isEqualTo(0.0004129);
        assertThat(registry.get("perennial.callback.failures").functionCounter().count())
                .isEqualTo(7);
    }

    @ParameterizedTest
    @EnumSource
    void isOneForTheStateAlone(SessionState state) {
        new SessionMetrics(session).bindTo(registry);
        session.state = state;

        for (SessionState each : SessionState.values()) {
            assertThat(gauge("session.state", "state", each.name())).isEqualTo(each == state ? 1 : 0);
        }
    }

    @Test
    void doesNotMakeUpWhatThereIsNot() {
        new SessionMetrics(session).bindTo(registry);
        session.state = SessionState.LOST;
        session.info = null;

        assertThat(gauge("session.timeout.requested")).isNaN();
        assertThat(gauge("session.timeout.negotiated")).isNaN();
        assertThat(gauge("heartbeat.round.trip"))
                .as("an old figure would look like a healthy server")
                .isNaN();
        assertThat(gauge("session.generation")).as("the last one").isEqualTo(2);
    }

    @Test
    void countsLossesByTheirDiagnosis_fromZeroOn() {
        new SessionMetrics(session).bindTo(registry);
        for (Kind kind : Kind.values()) {
            assertThat(losses(kind)).isZero();
        }

        lose(StubSession.loss(Kind.LOCAL_PAUSE));
        lose(StubSession.loss(Kind.LOCAL_PAUSE));
        lose(StubSession.loss(Kind.NO_SERVER));
        lose(null);

        assertThat(losses(Kind.LOCAL_PAUSE)).isEqualTo(2);
        assertThat(losses(Kind.NO_SERVER)).isEqualTo(1);
        assertThat(losses(Kind.UNKNOWN)).isEqualTo(1);
        assertThat(losses(Kind.SERVER_SILENT)).isZero();
    }

    @Test
    void timesOutagesAndRestorations_byTheTransitionsOwnTimes() {
        new SessionMetrics(session).bindTo(registry);

        session.enter(SessionState.SUSPENDED, Cause.CONNECTION_LOST, Duration.ofHours(1), null);
        session.enter(SessionState.LOST, Cause.LEASE_ELAPSED, Duration.ofSeconds(20), StubSession.loss(Kind.NO_SERVER));
        session.enter(SessionState.RESTORING, Cause.SESSION_CREATED, Duration.ofSeconds(3), null);
        session.enter(SessionState.CONNECTED, Cause.RESTORED, Duration.ofMillis(40), null);

        var outage = registry.get("perennial.session.outage").timer();
        assertThat(outage.count()).isEqualTo(1);
        assertThat(outage.totalTime(TimeUnit.MILLISECONDS)).isEqualTo(24_040); // with the silence of 21 s
        var restoration = registry.get("perennial.session.restoration").timer();
        assertThat(restoration.count()).isEqualTo(1);
        assertThat(restoration.totalTime(TimeUnit.MILLISECONDS)).isEqualTo(40);
    }

    @Test
    void takesOneReport_forAllMetersOfAScrape() {
        var nanos = new AtomicLong();
        var cache = new ReportCache(session, nanos::get);

        for (int i = 0; i < 25; i++) {
            assertThat(cache.read(report -> report.nodesHeld())).isEqualTo(3);
        }
        assertThat(session.reports).hasValue(1);

        session.nodesHeld = 4;
        nanos.addAndGet(ReportCache.FRESH.toNanos());
        assertThat(cache.read(report -> report.nodesHeld())).isEqualTo(4);
        assertThat(session.reports).hasValue(2);
    }

    @Test
    void leavesTheRegistry_whenTheSessionCloses() {
        registry.counter("perennial.of.the.application");
        new SessionMetrics(session).bindTo(registry);

        session.close();

        assertThat(registry.getMeters())
                .extracting(meter -> meter.getId().getName())
                .containsExactly("perennial.of.the.application");
    }

    @Test
    void leavesEveryRegistry_ofAComposite() {
        var one = new SimpleMeterRegistry();
        var other = new SimpleMeterRegistry();
        var composite = new CompositeMeterRegistry();
        composite.add(one).add(other);
        new SessionMetrics(session).bindTo(composite);
        assertThat(one.get("perennial.nodes.held").gauge().value()).isEqualTo(3);

        session.close();

        assertThat(composite.getMeters()).isEmpty();
        assertThat(one.getMeters()).isEmpty();
        assertThat(other.getMeters()).isEmpty();
    }

    @Test
    void isNotRegistered_whenTheSessionHasClosedBefore() {
        session.close();

        new SessionMetrics(session).bindTo(registry);

        assertThat(registry.getMeters()).isEmpty();
        assertThat(session.listeners()).isZero();
    }

    @Test
    void startsAnew_withTheNextSessionOfItsName_whichTheFirstOnesLateEndLeavesAlone() {
        new SessionMetrics(session).bindTo(registry);
        lose(StubSession.loss(Kind.NO_SERVER));
        StubSession next = StubSession.connected("orders");
        next.nodesHeld = 40;

        new SessionMetrics(next).bindTo(registry);
        assertThat(losses(Kind.NO_SERVER)).as("the next one has lost nothing").isZero();
        assertThat(gauge("nodes.held")).isEqualTo(40);

        session.close();
        assertThat(gauge("nodes.held")).as("still there").isEqualTo(40);
        assertThat(registry.getMeters()).extracting(Meter::getId).hasSize(meters());
    }

    @Test
    void tellsSessionsApart_byTheirTag() {
        new SessionMetrics(session).bindTo(registry);
        StubSession other = StubSession.connected("orders");
        other.nodesHeld = 1;

        new SessionMetrics(other, "orders-2").bindTo(registry);

        assertThat(gauge("nodes.held")).isEqualTo(3);
        assertThat(registry.get("perennial.nodes.held")
                        .tag("session", "orders-2")
                        .gauge()
                        .value())
                .isEqualTo(1);
    }

    @Test
    void goesByTheRegistrysFilters() {
        registry.config()
                .commonTags("application", "shop")
                .meterFilter(MeterFilter.denyNameStartsWith("perennial.watches"));
        new SessionMetrics(session).bindTo(registry);
        assertThat(registry.find("perennial.watches.armed").meter()).isNull();
        assertThat(registry.get("perennial.nodes.held").gauge().getId().getTag("application"))
                .isEqualTo("shop");

        new SessionMetrics(StubSession.connected("orders")).bindTo(registry);
        assertThat(registry.getMeters()).as("replaced").hasSize(meters() - 2);
        session.close();
        assertThat(registry.getMeters()).as("the next one's").hasSize(meters() - 2);
    }

    private static int meters() {
        var fresh = new SimpleMeterRegistry();
        new SessionMetrics(StubSession.connected("orders")).bindTo(fresh);
        return fresh.getMeters().size();
    }

    private void lose(LossDiagnosis diagnosis) {
        session.enter(SessionState.LOST, Cause.LEASE_ELAPSED, Duration.ofSeconds(1), diagnosis);
    }
}
