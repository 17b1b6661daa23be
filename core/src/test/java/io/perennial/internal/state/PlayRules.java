package io.perennial.internal.state;

import io.perennial.LossDiagnosis;
import io.perennial.SessionInfo;
import io.perennial.SessionState;
import io.perennial.SessionTransition;
import io.perennial.SessionTransition.Cause;
import io.perennial.internal.handle.HandleEvent;
import io.perennial.internal.lease.LeaseClock;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.zookeeper.Watcher.Event.KeeperState;

/** What must be so at any time of a play. */
final class PlayRules {
    /** One that has others ahead of it is waited for (C24). */
    private static final long LONGEST_HEARTBEAT = 5_000;

    private static final long TICKS_UNTIL_A_LOSS_IS_NOTICED = 3;

    private final Play play;
    private final StateMachine states;
    private final LeaseClock lease;

    /** Sessions that the servers have expired by their clock. */
    private final Set<Long> expired = new HashSet<>();

    private long leased;
    private long leasedUntil;

    private SessionState state = SessionState.LATENT;
    private SessionInfo told;
    private boolean lostSince;
    private boolean lossTold;
    private boolean refusedSince;
    private long leaseGeneration;
    private long withoutConnectionSince = -1;
    private long connectionToldAt;
    private long silentSince = -1;
    private long answers;
    private long answeredAt;
    private long unwatchedAt;
    private long timeoutTold;
    private long attachedAt;
    /** There is a connection since the last loss. */
    private boolean fresh;

    private boolean hearsOfConnection;
    private boolean attachmentKnown;

    PlayRules(Play play, StateMachine states, LeaseClock lease) {
        this.play = play;
        this.states = states;
        this.lease = lease;
    }

    /** Time begins to pass, with everything as it is. */
    void before() {
        leased = lease.serverSession(0).sessionId();
        leasedUntil = play.servers.now()
                + TimeUnit.NANOSECONDS.toMillis(lease.remaining().toNanos());
    }

    /** Time passes in which nobody can look. */
    void unwatched() {
        leased = 0;
        unwatchedAt = play.millis();
        withoutConnectionSince = -1;
        silentSince = -1;
    }

    void heard(HandleEvent event) {
        ModelHandle current = play.handles.current();
        boolean now = event.handle() == current && !current.isAbandoned();
        hearsOfConnection = now && event.state() == KeeperState.SyncConnected && event.negotiatedMillis() > 0;
        if (hearsOfConnection) {
            connectionToldAt = play.millis();
            attachedAt = event.handle().connectingSince();
            // Who has given the handle up, and waits for its end, does not hear.
            attachmentKnown = !play.handles.isBusy();
            timeoutTold = event.negotiatedMillis();
            fresh = true;
        }
    }

    void heardAll() {
        hearsOfConnection = false;
    }

    /** The one that the application has been told of last. */
    long sessionTold() {
        return told == null ? 0 : told.sessionId();
    }

    void expired(long id, long at) {
        expired.add(id);
        play.check(id != leased || leasedUntil <= at, "the lease outlives the session, by ms", leasedUntil - at);
    }

    void entered(SessionTransition t) {
        play.check(t.from() == state && state != SessionState.CLOSED, "a transition from elsewhere", t);
        state = t.to();
        if (state == SessionState.LOST) {
            lost(t);
        } else if (state == SessionState.READ_ONLY) {
            lostSince = false;
            refusedSince = false;
        } else if (state == SessionState.FAILED) {
            play.check(t.cause() != Cause.TIMEOUT_CLAMPED || play.servers.haveClamped(), "nothing was clamped", t);
        } else if (state == SessionState.SUSPENDED) {
            fresh = false;
        } else if (state.isAttached()) {
            attached(t);
        }
    }

    private void lost(SessionTransition t) {
        LossDiagnosis diagnosis = t.diagnosis();
        play.check(diagnosis != null, "a loss without a diagnosis", t);
        play.check(!lostSince, "one loss is told twice", t);
        lostSince = true;
        lossTold = true;
        fresh = hearsOfConnection; // of another session, then
        long attached = TimeUnit.NANOSECONDS.toMillis(play.nanos() - attachedAt);
        play.check(
                t.cause() != Cause.LEASE_ELAPSED || !attachmentKnown || attached >= timeoutTold,
                "taken for lost although attached for ms",
                attached);
        refusedSince = diagnosis != null && diagnosis.kind() == LossDiagnosis.Kind.EXPIRED_BY_SERVER;
    }

    private void attached(SessionTransition t) {
        SessionInfo now = t.session();
        play.check(fresh, "attached without a connection", t);
        play.check(state != SessionState.CONNECTED || play.isRestored(), "connected and not restored", t);
        play.check(now != null, "attached to nothing", t);
        if (now == null) {
            return;
        }
        if (told != null) {
            boolean same = now.sessionId() == told.sessionId();
            play.check(
                    same ? now.generation() == told.generation() : now.generation() > told.generation(),
                    "generations are wrong",
                    t);
            play.check(same || lossTold, "a loss is not told", t);
        }
        told = now;
        lostSince = false;
        lossTold = false;
        refusedSince = false;
    }

    /** After everything that could happen. */
    void look() {
        SessionState now = states.now().state();
        long sessionId = lease.serverSession(0).sessionId();
        boolean held = lease.isHeld();
        play.check(
                !held || isGrantUnseen() || !expired.contains(sessionId),
                "the lease is held in an expired session",
                sessionId);
        boolean gone =
                now == SessionState.CLOSED || (refusedSince && told != null && lease.generation() == told.generation());
        play.check(!held || !gone, "the lease is held in", now);
        play.check(lease.generation() >= leaseGeneration, "the lease's generation shrinks to", lease.generation());
        leaseGeneration = lease.generation();
        if (play.isClosing()) {
            return;
        }
        if (now.isAttached() || now == SessionState.SUSPENDED) {
            lookAtSilence(states.now().session());
        } else {
            silentSince = -1;
        }
        if (now.isAttached()) {
            lookAtConnection(sessionId);
        } else {
            withoutConnectionSince = -1;
        }
    }

    /** What is granted and not told is seen at the next tick. */
    private boolean isGrantUnseen() {
        ModelHandle current = play.handles.current();
        return current != null && current.grantedMillis() < timeoutTold && play.millis() - unwatchedAt <= Play.TICK;
    }

    /** The time of a session that stands has run out: a tick later the application knows. */
    private void lookAtSilence(SessionInfo info) {
        long longest = info == null
                ? Long.MAX_VALUE
                : Math.max(info.negotiatedTimeout().toMillis(), timeoutTold) + 2 * Play.TICK;
        if (play.handles.current().answers() != answers) {
            answers = play.handles.current().answers();
            answeredAt = play.millis();
        }
        long heardAt = Math.max(connectionToldAt, answeredAt);
        long silence = Math.min(lease.silence().toMillis(), play.millis() - heardAt);
        if (silence <= longest) {
            silentSince = -1;
        } else if (silentSince < 0) {
            silentSince = play.millis();
        }
        play.check(
                silentSince < 0 || play.millis() - silentSince <= LONGEST_HEARTBEAT + Play.TICK,
                "nothing was heard for long, and no loss is told; ms",
                silence);
    }

    private void lookAtConnection(long leasedSession) {
        ModelHandle current = play.handles.current();
        SessionInfo info = states.now().session();
        play.check(current.told() == KeeperState.SyncConnected, "attached on a connection that is gone:", current);
        play.check(info != null && leasedSession == info.sessionId(), "the lease is of another session than", info);
        play.check(
                current.eventThread().owesAWord() || (info != null && info.sessionId() == current.sessionId()),
                "the application is told of another session than",
                current);
        long now = play.millis();
        if (current.hasConnection()) {
            withoutConnectionSince = -1;
        } else if (withoutConnectionSince < 0) {
            withoutConnectionSince = now;
        }
        play.check(
                withoutConnectionSince < 0 || now - withoutConnectionSince <= TICKS_UNTIL_A_LOSS_IS_NOTICED * Play.TICK,
                "nobody notices that there is no connection:",
                current);
    }
}
