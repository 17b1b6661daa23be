package io.perennial;

import org.jspecify.annotations.Nullable;

/** A {@link SessionReport} for programs. The names are a contract: add to them, do not change them. */
final class ReportJson {
    private ReportJson() {}

    static String of(SessionReport report) {
        return new JsonWriter().object(report, ReportJson::report).toString();
    }

    private static void report(JsonWriter json, SessionReport report) {
        json.field("name", report.name())
                .field("at", report.takenAt())
                .field("state", report.state().name())
                .field("inStateMillis", report.inState())
                .field("session", report.session(), ReportJson::session)
                .field("leaseMillis", report.lease())
                .micros("roundTripMicros", report.roundTrip())
                .field("nodes", report, (j, r) -> j.field("wanted", r.nodesWanted())
                        .field("held", r.nodesHeld()))
                .field("watches", report, (j, r) -> j.field("wanted", r.watchesWanted())
                        .field("armed", r.watchesArmed()))
                .field("callbackFailures", report.callbackFailures())
                .strings("problems", report.problems())
                .field("lastLoss", report.lastLoss(), ReportJson::diagnosis)
                .array("transitions", report.timeline(), ReportJson::transition)
                .array("restorations", report.recentRestorations(), ReportJson::restoration);
    }

    private static void session(JsonWriter json, SessionInfo session) {
        json.field("generation", session.generation())
                .field("sessionId", session.sessionIdHex())
                .field("requestedTimeoutMillis", session.requestedTimeout())
                .field("negotiatedTimeoutMillis", session.negotiatedTimeout())
                .field("server", session.server() == null ? null : String.valueOf(session.server()))
                .field("establishedAt", session.establishedAt());
    }

    private static void diagnosis(JsonWriter json, LossDiagnosis loss) {
        json.field("kind", loss.kind().name())
                .field("silenceMillis", loss.silence())
                .field("longestPauseMillis", loss.longestPause())
                .field("explanation", loss.explanation());
    }

    private static void transition(JsonWriter json, SessionReport.Entry entry) {
        SessionTransition transition = entry.transition();
        json.field("at", entry.at())
                .field("from", transition.from().name())
                .field("to", transition.to().name())
                .field("cause", transition.cause().name())
                .field("inPreviousStateMillis", transition.inPreviousState());
        generation(json, transition.session());
        json.field("detail", transition.detail()).field("diagnosis", transition.diagnosis(), ReportJson::diagnosis);
    }

    private static void generation(JsonWriter json, @Nullable SessionInfo session) {
        if (session == null) {
            json.field("generation", (String) null);
        } else {
            json.field("generation", session.generation());
        }
    }

    private static void restoration(JsonWriter json, SessionReport.Restoration restoration) {
        json.field("at", restoration.at())
                .field("tookMillis", restoration.took())
                .field("generation", restoration.generation())
                .field("attachment", restoration.attachment().name())
                .field("nodes", restoration.nodes())
                .field("watches", restoration.watches())
                .field("completed", restoration.completed());
    }
}
