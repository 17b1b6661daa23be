package io.perennial.internal.state;

import io.perennial.LossDiagnosis;
import io.perennial.SessionState;
import io.perennial.SessionTransition.Cause;
import io.perennial.internal.connect.Reachability;
import io.perennial.internal.engine.ThrottledLog;
import io.perennial.internal.handle.ClientHandle;
import io.perennial.internal.lease.LeaseClock;
import io.perennial.internal.restore.Restoration;
import org.jspecify.annotations.Nullable;

/**
 * Declares the session, or its connection, lost: explains why, notifies the parts, and enters the state. What to do
 * next is for the engine to decide. Confined to the event loop.
 */
final class SessionLoss {
    private final HeldSession session;
    private final LossDiagnoser diagnoser;
    private final LeaseClock lease;
    private final Restoration restoration;
    private final StateMachine states;
    private final TransitionReporter transitions;
    private final ThrottledLog log;

    SessionLoss(
            HeldSession session,
            LossDiagnoser diagnoser,
            LeaseClock lease,
            Restoration restoration,
            StateMachine states,
            TransitionReporter transitions,
            ThrottledLog log) {
        this.session = session;
        this.diagnoser = diagnoser;
        this.lease = lease;
        this.restoration = restoration;
        this.states = states;
        this.transitions = transitions;
        this.log = log;
    }

    /** Time passes. */
    void tick(long now) {
        diagnoser.tick(now);
    }

    /** Whether this JVM was paused for so long that nothing else is needed to explain a silence. */
    boolean isLocalPause() {
        return diagnoser.isLocalPause(session.timeout());
    }

    /** The connection only; the server may hold the session. */
    void connectionLost() {
        SessionState before = states.now().state();
        SessionState after = Decisions.onLostConnection(before, session.isInUse(), session.hasBeen());
        if (after == before) {
            return;
        }
        if (after == SessionState.SUSPENDED) {
            transitions.suspended(lease.remaining());
        } else {
            LossDiagnosis diagnosis = after == SessionState.LOST ? diagnoser.givenUp() : null;
            transitions.readOnlyServerLost(after, diagnosis);
        }
    }

    /** The server no longer has it. */
    void goneAtServer(String next) {
        LossDiagnosis diagnosis = diagnoser.refused(session.timeout());
        log.infoThrottled("refused", diagnosis.explanation() + "; " + next);
        forget();
        lose(Cause.SESSION_EXPIRED, diagnosis, diagnosis.explanation());
    }

    /** The client gives it up; the server may have it. */
    void givenUp(String why) {
        lose(Cause.SESSION_EXPIRED, diagnoser.givenUp(), why);
    }

    /** The server knows of it too, if it could be told, and has removed the nodes. */
    void closedByApplication() {
        LossDiagnosis diagnosis = diagnoser.givenUp();
        lease.end();
        lose(Cause.SESSION_EXPIRED, diagnosis, "the handle was closed by the application");
    }

    /** Nothing was heard from the servers for a whole timeout. */
    void lapsed(@Nullable ClientHandle silent, boolean connected) {
        Reachability servers = silent == null ? Reachability.UNKNOWN : silent.reachability();
        LossDiagnosis diagnosis = diagnoser.leaseElapsed(session.timeout(), connected, servers);
        lose(Cause.LEASE_ELAPSED, diagnosis, diagnosis.explanation());
    }

    /** The same, after a failure, which is all that was reported to the application. */
    void lapsedSinceFailure() {
        lose(Cause.LEASE_ELAPSED, diagnoser.givenUp(), "nothing was heard from the servers since the failure");
    }

    /** The server has it, but it must not be used. */
    void refused(String why) {
        if (session.isInUse()) {
            lose(Cause.TIMEOUT_CLAMPED, diagnoser.dropped(), why);
        }
        drop();
        forget();
    }

    /** No other handle can attach to it. */
    void notTakenOver() {
        LossDiagnosis diagnosis = diagnoser.givenUp();
        forget();
        if (session.isInUse()) { // Since a failure, which is all that was reported to the application.
            lose(Cause.SESSION_EXPIRED, diagnosis, "no other handle can take over the session");
        }
    }

    private void lose(Cause cause, LossDiagnosis diagnosis, String detail) {
        // A failure's reason remains the news, unless something was held that is gone now.
        boolean unreported = states.now().state() == SessionState.FAILED && !session.isInUse();
        drop();
        if (!unreported && StateMachine.isLegal(states.now().state(), SessionState.LOST)) {
            transitions.lost(cause, diagnosis, detail);
        }
    }

    private void drop() {
        restoration.lost();
        session.drop();
        if (states.now().state() == SessionState.FAILED) {
            states.withoutSession();
        }
    }

    private void forget() {
        session.forget();
        lease.end();
    }
}
