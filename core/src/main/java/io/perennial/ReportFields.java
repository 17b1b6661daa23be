package io.perennial;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A {@link SessionReport} for programs. The names are a contract: add to them, do not change them. */
final class ReportFields {
    private final Map<String, @Nullable Object> fields = new LinkedHashMap<>();

    private ReportFields() {}

    static Map<String, @Nullable Object> of(SessionReport report) {
        return new ReportFields()
                .add("name", report.name())
                .add("at", report.takenAt().toString())
                .add("state", report.state().name())
                .add("inStateMillis", report.inState().toMillis())
                .add("session", orNull(report.session(), ReportFields::session))
                .add("leaseMillis", report.lease().toMillis())
                .add("roundTripMicros", orNull(report.roundTrip(), TimeUnit.MICROSECONDS::convert))
                .add("nodes", counts(report.nodesWanted(), "held", report.nodesHeld()))
                .add("watches", counts(report.watchesWanted(), "armed", report.watchesArmed()))
                .add("callbackFailures", report.callbackFailures())
                .add("serverRelease", report.serverRelease())
                .add("problems", report.problems())
                .add("lastLoss", orNull(report.lastLoss(), ReportFields::diagnosis))
                .add("transitions", all(report.timeline(), ReportFields::transition))
                .add("restorations", all(report.recentRestorations(), ReportFields::restoration))
                .map();
    }

    private static Map<String, @Nullable Object> session(SessionInfo session) {
        return new ReportFields()
                .add("generation", session.generation())
                .add("sessionId", session.sessionIdHex())
                .add("requestedTimeoutMillis", session.requestedTimeout().toMillis())
                .add("negotiatedTimeoutMillis", session.negotiatedTimeout().toMillis())
                .add("server", orNull(session.server(), Object::toString))
                .add("establishedAt", session.establishedAt().toString())
                .map();
    }

    private static Map<String, @Nullable Object> counts(int wanted, String present, int count) {
        return new ReportFields().add("wanted", wanted).add(present, count).map();
    }

    private static Map<String, @Nullable Object> diagnosis(LossDiagnosis loss) {
        return new ReportFields()
                .add("kind", loss.kind().name())
                .add("silenceMillis", loss.silence().toMillis())
                .add("longestPauseMillis", loss.longestPause().toMillis())
                .add("explanation", loss.explanation())
                .map();
    }

    private static Map<String, @Nullable Object> transition(SessionReport.Entry entry) {
        SessionTransition transition = entry.transition();
        return new ReportFields()
                .add("at", entry.at().toString())
                .add("from", transition.from().name())
                .add("to", transition.to().name())
                .add("cause", transition.cause().name())
                .add("inPreviousStateMillis", transition.inPreviousState().toMillis())
                .add("generation", orNull(transition.session(), SessionInfo::generation))
                .add("detail", transition.detail())
                .add("diagnosis", orNull(transition.diagnosis(), ReportFields::diagnosis))
                .map();
    }

    private static Map<String, @Nullable Object> restoration(SessionReport.Restoration restoration) {
        return new ReportFields()
                .add("at", restoration.at().toString())
                .add("tookMillis", restoration.took().toMillis())
                .add("generation", restoration.generation())
                .add("attachment", restoration.attachment().name())
                .add("nodes", restoration.nodes())
                .add("watches", restoration.watches())
                .add("completed", restoration.completed())
                .map();
    }

    private static <T, R> @Nullable R orNull(@Nullable T value, Function<T, R> field) {
        return value == null ? null : field.apply(value);
    }

    private static <T> List<Map<String, @Nullable Object>> all(
            List<T> values, Function<T, Map<String, @Nullable Object>> fields) {
        return values.stream().map(fields).toList();
    }

    private ReportFields add(String name, @Nullable Object value) {
        fields.put(name, value);
        return this;
    }

    private Map<String, @Nullable Object> map() {
        return Collections.unmodifiableMap(fields);
    }
}
