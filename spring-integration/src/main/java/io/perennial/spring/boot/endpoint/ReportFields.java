package io.perennial.spring.boot.endpoint;

import io.perennial.LossDiagnosis;
import io.perennial.SessionInfo;
import io.perennial.SessionReport;
import io.perennial.SessionTransition;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A report as maps, for any writer of the endpoint's answer. A test compares the names with {@link
 * SessionReport#toJson()}. Instants are already text, because each JSON library would write them in a different way.
 */
final class ReportFields {
    private ReportFields() {}

    static Map<String, @Nullable Object> of(SessionReport report) {
        Map<String, @Nullable Object> fields = withoutJournal(report);
        fields.put(
                "transitions",
                report.timeline().stream().map(ReportFields::transition).toList());
        fields.put(
                "restorations",
                report.recentRestorations().stream()
                        .map(ReportFields::restoration)
                        .toList());
        return fields;
    }

    static Map<String, @Nullable Object> withoutJournal(SessionReport report) {
        var fields = new LinkedHashMap<String, @Nullable Object>();
        fields.put("name", report.name());
        fields.put("at", report.takenAt().toString());
        fields.put("state", report.state().name());
        fields.put("inStateMillis", report.inState().toMillis());
        fields.put("session", session(report.session()));
        fields.put("leaseMillis", report.lease().toMillis());
        fields.put("roundTripMicros", micros(report.roundTrip()));
        fields.put("nodes", counts(report.nodesWanted(), "held", report.nodesHeld()));
        fields.put("watches", counts(report.watchesWanted(), "armed", report.watchesArmed()));
        fields.put("callbackFailures", report.callbackFailures());
        fields.put("problems", report.problems());
        fields.put("lastLoss", diagnosis(report.lastLoss()));
        return fields;
    }

    private static @Nullable Map<String, @Nullable Object> session(@Nullable SessionInfo session) {
        if (session == null) {
            return null;
        }
        var fields = new LinkedHashMap<String, @Nullable Object>();
        fields.put("generation", session.generation());
        fields.put("sessionId", session.sessionIdHex());
        fields.put("requestedTimeoutMillis", session.requestedTimeout().toMillis());
        fields.put("negotiatedTimeoutMillis", session.negotiatedTimeout().toMillis());
        fields.put("server", session.server() == null ? null : String.valueOf(session.server()));
        fields.put("establishedAt", session.establishedAt().toString());
        return fields;
    }

    private static @Nullable Long micros(@Nullable Duration duration) {
        return duration == null ? null : TimeUnit.MICROSECONDS.convert(duration);
    }

    private static Map<String, Object> counts(int wanted, String standing, int count) {
        var fields = new LinkedHashMap<String, Object>();
        fields.put("wanted", wanted);
        fields.put(standing, count);
        return fields;
    }

    private static @Nullable Map<String, Object> diagnosis(@Nullable LossDiagnosis loss) {
        if (loss == null) {
            return null;
        }
        var fields = new LinkedHashMap<String, Object>();
        fields.put("kind", loss.kind().name());
        fields.put("silenceMillis", loss.silence().toMillis());
        fields.put("longestPauseMillis", loss.longestPause().toMillis());
        fields.put("explanation", loss.explanation());
        return fields;
    }

    private static Map<String, @Nullable Object> transition(SessionReport.Entry entry) {
        SessionTransition transition = entry.transition();
        SessionInfo session = transition.session();
        var fields = new LinkedHashMap<String, @Nullable Object>();
        fields.put("at", entry.at().toString());
        fields.put("from", transition.from().name());
        fields.put("to", transition.to().name());
        fields.put("cause", transition.cause().name());
        fields.put("inPreviousStateMillis", transition.inPreviousState().toMillis());
        fields.put("generation", session == null ? null : session.generation());
        fields.put("detail", transition.detail());
        fields.put("diagnosis", diagnosis(transition.diagnosis()));
        return fields;
    }

    private static Map<String, Object> restoration(SessionReport.Restoration restoration) {
        var fields = new LinkedHashMap<String, Object>();
        fields.put("at", restoration.at().toString());
        fields.put("tookMillis", restoration.took().toMillis());
        fields.put("generation", restoration.generation());
        fields.put("attachment", restoration.attachment().name());
        fields.put("nodes", restoration.nodes());
        fields.put("watches", restoration.watches());
        fields.put("completed", restoration.completed());
        return fields;
    }
}
