package io.perennial.internal.session;

import io.perennial.SessionInfo;
import io.perennial.SessionTransition;
import io.perennial.internal.engine.ThrottledLog;
import io.perennial.internal.ephemeral.EphemeralNodes;
import io.perennial.internal.watch.SessionWatches;

/** Logs each transition of the session, in one line. */
final class TransitionLog {
    private final ThrottledLog log;
    private final EphemeralNodes ephemerals;
    private final SessionWatches watches;

    TransitionLog(ThrottledLog log, EphemeralNodes ephemerals, SessionWatches watches) {
        this.log = log;
        this.ephemerals = ephemerals;
        this.watches = watches;
    }

    /** On the engine's thread. */
    void write(SessionTransition transition) {
        var line = new StringBuilder(160)
                .append(transition.from())
                .append(" -> ")
                .append(transition.to())
                .append(" after ")
                .append(transition.inPreviousState().toMillis())
                .append(" ms (")
                .append(transition.cause())
                .append("): ")
                .append(transition.detail());
        SessionInfo session = transition.session();
        if (session != null) {
            line.append("; generation ").append(session.generation());
            line.append(", session ").append(session.sessionIdHex());
            line.append(" at ").append(session.server());
            line.append(", timeout ")
                    .append(session.negotiatedTimeout().toMillis())
                    .append(" ms");
            line.append(", nodes ").append(ephemerals.standing()).append('/').append(ephemerals.wanted());
            line.append(", watches ").append(watches.standing()).append('/').append(watches.wanted());
        }
        switch (transition.to()) {
            case FAILED -> log.warnThrottled("state:FAILED:" + transition.cause(), line.toString());
            case LOST -> log.warnInBursts("state:LOST", line.toString());
            default -> log.infoThrottled("state:" + transition.to(), line.toString());
        }
    }
}
