package io.perennial.spring.boot.health;

import io.perennial.LossDiagnosis;
import io.perennial.ResilientSession;
import io.perennial.SessionInfo;
import io.perennial.SessionReport;
import io.perennial.SessionState;
import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;

/** One session's health, according to its report. The details have the names of {@link SessionReport#toJson()}. */
final class SessionHealth extends AbstractHealthIndicator {
    private final ResilientSession session;

    SessionHealth(ResilientSession session) {
        super("the session's report is not available");
        this.session = session;
    }

    static Status status(SessionState state) {
        return switch (state) {
            case CONNECTED, RESTORING, READ_ONLY -> Status.UP;
            case CONNECTING, SUSPENDED, LOST, FAILED -> Status.DOWN;
            case LATENT -> Status.UNKNOWN;
            case CLOSED -> Status.OUT_OF_SERVICE;
        };
    }

    @Override
    protected void doHealthCheck(Health.Builder health) {
        SessionReport report = session.report();
        health.status(status(report.state()))
                .withDetail("state", report.state().name())
                .withDetail("inStateMillis", report.inState().toMillis());
        SessionInfo info = report.session();
        if (info != null) {
            health.withDetail("generation", info.generation())
                    .withDetail(
                            "requestedTimeoutMillis", info.requestedTimeout().toMillis())
                    .withDetail(
                            "negotiatedTimeoutMillis", info.negotiatedTimeout().toMillis());
        }
        health.withDetail("leaseMillis", report.lease().toMillis())
                .withDetail("nodes", counts(report.nodesWanted(), "held", report.nodesHeld()))
                .withDetail("watches", counts(report.watchesWanted(), "armed", report.watchesArmed()));
        LossDiagnosis loss = report.lastLoss();
        if (loss != null) {
            health.withDetail("lastLoss", Map.of("kind", loss.kind().name(), "explanation", loss.explanation()));
        }
        if (!report.problems().isEmpty()) {
            health.withDetail("problems", report.problems());
        }
    }

    private static Map<String, Integer> counts(int wanted, String inPlace, int count) {
        var counts = new LinkedHashMap<String, Integer>();
        counts.put("wanted", wanted);
        counts.put(inPlace, count);
        return counts;
    }
}
