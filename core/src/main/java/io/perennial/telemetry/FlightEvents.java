package io.perennial.telemetry;

import io.perennial.LossDiagnosis;
import io.perennial.SessionInfo;
import io.perennial.SessionReport;
import io.perennial.SessionTransition;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Fills the events, when a recording wants them. Apart from {@link FlightJournal}, which loads without {@code jdk.jfr}. */
final class FlightEvents {
    private FlightEvents() {}

    static void transition(String session, SessionTransition transition) {
        var event = new TransitionEvent();
        if (event.shouldCommit()) {
            SessionInfo info = transition.session();
            event.session = session;
            event.from = transition.from().name();
            event.to = transition.to().name();
            event.cause = transition.cause().name();
            event.generation = info == null ? 0 : info.generation();
            event.sessionId = info == null ? "" : info.sessionIdHex();
            event.negotiatedTimeout =
                    info == null ? 0 : info.negotiatedTimeout().toMillis();
            event.inPreviousState = transition.inPreviousState().toMillis();
            event.detail = transition.detail();
            event.commit();
        }
    }

    static void loss(String session, LossDiagnosis loss) {
        var event = new LossEvent();
        if (event.shouldCommit()) {
            event.session = session;
            event.kind = loss.kind().name();
            event.silence = loss.silence().toMillis();
            event.longestPause = loss.longestPause().toMillis();
            event.explanation = loss.explanation();
            event.commit();
        }
    }

    static void orphanEnded(String session, Supplier<String> owner, @Nullable SessionInfo last) {
        var event = new OrphanEndedEvent();
        if (event.shouldCommit()) {
            event.owner = owner.get();
            event.session = session;
            event.sessionId = last == null ? "" : last.sessionIdHex();
            event.generation = last == null ? 0 : last.generation();
            event.commit();
        }
    }

    /** Null when no recording wants it. */
    static @Nullable UnderWay<SessionReport.Restoration> restoration(String session) {
        var event = new RestorationEvent();
        if (!event.isEnabled()) {
            return null;
        }
        event.begin();
        return restoration -> {
            event.end();
            if (event.shouldCommit()) {
                event.session = session;
                event.generation = restoration.generation();
                event.attachment = restoration.attachment().name();
                event.nodes = restoration.nodes();
                event.watches = restoration.watches();
                event.completed = restoration.completed();
                event.commit();
            }
        };
    }

    /** Null when no recording wants it. */
    static @Nullable UnderWay<String> callback(String session) {
        var event = new SlowCallbackEvent();
        if (!event.isEnabled()) {
            return null;
        }
        event.begin();
        return what -> {
            event.end();
            if (event.shouldCommit()) {
                event.session = session;
                event.callback = what;
                event.commit();
            }
        };
    }
}
