package io.perennial.samples.shop;

import io.perennial.LossDiagnosis;
import io.perennial.ResilientSession;
import io.perennial.SessionInfo;
import io.perennial.SessionReport;
import io.perennial.SessionTransition;
import io.perennial.samples.timeline.Look;
import io.perennial.spring.SessionTransitionEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/** Reads the session's report; asks no server. */
@Component
class StatusReader {
    private final ResilientSession session;
    private final Shop shop;
    private final Trouble trouble;
    private final ApplicationEventPublisher events;
    private final AtomicLong changes = new AtomicLong();

    StatusReader(ResilientSession session, Shop shop, Trouble trouble, ApplicationEventPublisher events) {
        this.session = session;
        this.shop = shop;
        this.trouble = trouble;
        this.events = events;
    }

    @EventListener
    void count(SessionTransitionEvent event) {
        changes.incrementAndGet();
        events.publishEvent(new Changed());
    }

    Status read() {
        SessionReport report = session.report();
        Duration roundTrip = report.roundTrip();
        return new Status(
                report.name(),
                shop.port(),
                report.state(),
                Look.css(report.state()),
                Look.meaning(report.state()),
                report.inState().toMillis(),
                asOf(report),
                server(report.session()),
                report.lease().toMillis(),
                roundTrip == null ? null : roundTrip.toNanos() / 1_000,
                new Status.Count(report.nodesHeld(), report.nodesWanted()),
                new Status.Count(report.watchesArmed(), report.watchesWanted()),
                loss(report),
                report.problems(),
                shop.settings(),
                shop.peers(),
                trouble.isCut(),
                changes.get());
    }

    /** When the session left the last state in which it was attached. */
    static @Nullable Instant asOf(SessionReport report) {
        @Nullable Instant left = null;
        for (SessionReport.Entry entry : report.timeline()) {
            SessionTransition transition = entry.transition();
            if (transition.to().isAttached()) {
                left = null;
            } else if (transition.from().isAttached()) {
                left = entry.at();
            }
        }
        return left;
    }

    private static Status.@Nullable Server server(@Nullable SessionInfo info) {
        return info == null
                ? null
                : new Status.Server(
                        info.generation(),
                        info.sessionIdHex(),
                        info.negotiatedTimeout().toMillis());
    }

    private static Status.@Nullable Loss loss(SessionReport report) {
        LossDiagnosis last = report.lastLoss();
        if (last == null) {
            return null;
        }
        @Nullable Instant at = null;
        for (SessionReport.Entry entry : report.timeline()) {
            if (last.equals(entry.transition().diagnosis())) {
                at = entry.at();
            }
        }
        return new Status.Loss(at, last.kind().name(), last.explanation());
    }
}
