package io.perennial.session;

import io.perennial.LossDiagnosis;
import io.perennial.ResilientSessionException;
import io.perennial.SessionInfo;
import io.perennial.SessionState;
import io.perennial.SessionTransition.Cause;
import io.perennial.engine.Backoff;
import io.perennial.engine.EventLoop;
import io.perennial.engine.ThrottledLog;
import io.perennial.handle.Attachment;
import io.perennial.handle.Handle;
import io.perennial.handle.HandleEvent;
import io.perennial.handle.HandleSupervisor;
import io.perennial.handle.KnownSession;
import io.perennial.handle.Reachability;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.Executor;
import org.apache.zookeeper.KeeperException.Code;
import org.jspecify.annotations.Nullable;

/**
 * Decides what happens to the session: which handle is to be there, attached to what; what state it is in; when it must
 * be taken for lost.
 *
 * <p>Concurrency: every method runs on the event loop, so there is no lock. Nothing here blocks: handles are made and
 * ended on their own thread, which reports back. {@code handle} is null while one is being made; events of any other
 * handle than this one are ignored (S-05). {@code connection} numbers the connections, so that an answer to a question
 * asked on an earlier one is not taken for news.
 *
 * <p>The life of a server session: a handle without a {@link KnownSession} is given a new one; it is {@code known} until
 * a server says that it has it no longer. Whenever the session must be taken for lost but is still known, the next handle
 * attaches to it; what the server then says decides between resumption and a new generation.
 */
final class SessionEngine {
    private static final Duration SLOW_RETRY = Duration.ofSeconds(1);
    private static final Duration SLOWEST_RETRY = Duration.ofSeconds(30);

    private final SessionConfig config;
    private final EventLoop loop;
    private final HandleSupervisor handles;
    private final Executor handleThread;
    private final Restoration restoration;
    private final StateMachine states;
    private final LeaseClock lease;
    private final ClampGuard clamp;
    private final ThrottledLog log;
    private final PauseMeter pauses;
    private final Heartbeat heartbeat;
    private final OverdueWord overdue = new OverdueWord();
    private final EarlierSessions earlier = new EarlierSessions();
    private final Backoff refusals = new Backoff(SLOW_RETRY, SLOWEST_RETRY);

    private @Nullable Handle handle;
    private @Nullable Handle lastConnected;
    private @Nullable KnownSession known;
    private @Nullable SessionInfo info;
    /** What the next transition has to say of the timeout granted. */
    private String clamped = "";

    private long generation;
    private long connection;
    private boolean connected;
    private boolean readOnly;
    /** The parts have been attached in the session known, and have not been told that it is lost. */
    private boolean standing;

    private boolean ended;

    SessionEngine(
            SessionConfig config,
            EventLoop loop,
            HandleSupervisor handles,
            Executor handleThread,
            Restoration restoration,
            StateMachine states,
            LeaseClock lease,
            ThrottledLog log,
            Duration tickInterval) {
        this.config = config;
        this.loop = loop;
        this.handles = handles;
        this.handleThread = handleThread;
        this.restoration = restoration;
        this.states = states;
        this.lease = lease;
        this.clamp = new ClampGuard(config.sessionTimeout(), config.onTimeoutClamped(), config.leaseMargin(), log);
        this.log = log;
        this.pauses = new PauseMeter(tickInterval, loop.ticker().nanos(), new CollectorTime());
        this.heartbeat = new Heartbeat(lease, loop.ticker());
    }

    /** The first handle has been made. */
    void started(Handle first) {
        if (!ended) {
            handle = first;
            overdue.begin(loop.ticker().nanos());
            enter(
                    SessionState.CONNECTING,
                    Cause.STARTED,
                    null,
                    "connecting to " + config.connectString().text());
        }
    }

    /** A handle's session event. */
    void happened(HandleEvent event) {
        if (ended || event.handle() != handle) {
            return;
        }
        switch (event.state()) {
            case SyncConnected -> connected(event);
            case ConnectedReadOnly -> connectedReadOnly();
            case Disconnected -> disconnected();
            case Expired -> expired(event);
            case Closed -> closedByApplication();
            case AuthFailed -> refusedCredentials();
            default -> {
                // SaslAuthenticated: SyncConnected tells what matters.
            }
        }
    }

    private void connected(HandleEvent event) {
        if (event.negotiatedMillis() <= 0) {
            return; // Told late: the server has refused the session meanwhile, and Expired follows.
        }
        connectionChanged(true, false);
        Attachment how = attachmentOf(event);
        known = event.session();
        lastConnected = event.handle();
        var negotiated = Duration.ofMillis(event.negotiatedMillis());
        info = new SessionInfo(
                generation,
                event.session().id(),
                config.sessionTimeout(),
                negotiated,
                event.server(),
                how == Attachment.NEW_SESSION || info == null
                        ? Instant.now().truncatedTo(ChronoUnit.MILLIS)
                        : info.establishedAt());
        lease.begin(generation, event.session().id(), negotiated, event.handle().connectingSince());
        restoration.owe(how);
        if (clamp.refuses(negotiated)) {
            refuseTimeout(negotiated);
        } else {
            synchronise(event.handle());
        }
    }

    private Attachment attachmentOf(HandleEvent event) {
        KnownSession before = known;
        if (before == null || before.id() != event.session().id()) {
            if (before != null) {
                earlier.add(before.id());
            }
            generation++;
            return Attachment.NEW_SESSION;
        }
        return standing && event.handle() == lastConnected ? Attachment.RECONNECTED : Attachment.RESUMED;
    }

    /** Before anything is restored; the chroot is known to exist then, and the lease has its first acknowledgement. */
    private void synchronise(Handle asked) {
        long number = connection;
        overdue.asked();
        heartbeat.first(
                asked, asked.zooKeeper().getSessionId(), rc -> loop.offer(() -> synchronised(asked, number, rc)));
    }

    private void synchronised(Handle asked, long number, int rc) {
        if (ended || asked != handle || number != connection) {
            return;
        }
        overdue.settled();
        if (rc == Code.NONODE.intValue()) {
            chrootMissing(asked, number);
            return;
        }
        refusals.reset();
        restore(asked);
    }

    private void restore(Handle on) {
        Attachment how = restoration.owed();
        clamped = clamp.news(negotiatedTimeout());
        standing = true;
        if (how == Attachment.RECONNECTED && states.now().state() != SessionState.FAILED) {
            restoration.begin(on, generation, sessionId(), earlier.ids());
            if (states.now().state() != SessionState.CONNECTED) {
                enter(SessionState.RESTORING, Cause.CONNECTED, null, "connected to the same session again");
            }
            return;
        }
        boolean resumed = how == Attachment.RESUMED;
        enter(
                SessionState.RESTORING,
                resumed ? Cause.SESSION_RESUMED : Cause.SESSION_CREATED,
                null,
                resumed ? "the old session was taken over by a new handle" : "the server made a new session");
        restoration.begin(on, generation, sessionId(), earlier.ids());
    }

    /** Everything that can be restored has been. */
    void restored() {
        boolean wasRestoring = states.now().state() == SessionState.RESTORING;
        enter(
                SessionState.CONNECTED,
                wasRestoring ? Cause.RESTORED : Cause.CONNECTED,
                null,
                wasRestoring ? restoration.outcome() : "connected to the same session again, nothing to restore");
    }

    private void connectedReadOnly() {
        connectionChanged(true, true);
        restoration.detach();
        if (states.now().state() != SessionState.READ_ONLY) {
            enter(SessionState.READ_ONLY, Cause.CONNECTED, null, "attached to a server without quorum; read only");
        }
    }

    private void disconnected() {
        connectionChanged(false, false);
        restoration.detach();
        switch (states.now().state()) {
            case RESTORING, CONNECTED -> suspend();
            case READ_ONLY -> {
                if (standing) {
                    suspend();
                } else if (known == null && generation == 0) {
                    enter(SessionState.CONNECTING, Cause.CONNECTION_LOST, null, "lost the read-only server");
                } else {
                    enter(
                            SessionState.LOST,
                            Cause.CONNECTION_LOST,
                            Losses.givenUp(lease.silence(), pauses.longest()),
                            "lost the read-only server");
                }
            }
            default -> {
                // Not connected before either, as far as the application was told.
            }
        }
    }

    private void suspend() {
        enter(
                SessionState.SUSPENDED,
                Cause.CONNECTION_LOST,
                null,
                "connection lost; the server holds the session for at least "
                        + lease.remaining().toMillis() + " ms more");
    }

    private void expired(HandleEvent event) {
        KnownSession attached = event.handle().attachesTo();
        if (event.negotiatedMillis() > 0) {
            givenUp("the client gave the session up");
        } else if (known == null) {
            open(null);
        } else if (attached != null && event.handle() != lastConnected && mayHaveGivenUp(event.handle())) {
            // Never connected, and older than what the client waits for: that was its own clock. Ask again.
            open(known);
        } else {
            refusedSession();
        }
    }

    /** ZooKeeper's client gives up a known session 4/3 of the timeout after it last heard, and says it as a server would. */
    private boolean mayHaveGivenUp(Handle handle) {
        return loop.ticker().nanos() - handle.madeAt()
                >= config.sessionTimeout().toNanos();
    }

    private void refusedSession() {
        LossDiagnosis diagnosis = Losses.refused(lease.silence(), pauses.longest(), negotiatedTimeout());
        log.infoThrottled("refused", diagnosis.explanation() + "; asking for a new one");
        forget();
        lose(Cause.SESSION_EXPIRED, diagnosis, diagnosis.explanation());
        open(null);
    }

    private void givenUp(String why) {
        lose(Cause.SESSION_EXPIRED, Losses.givenUp(lease.silence(), pauses.longest()), why);
        open(known);
    }

    /** The server has heard of it too, if it could be told, and has removed the nodes. */
    private void closedByApplication() {
        LossDiagnosis diagnosis = Losses.givenUp(lease.silence(), pauses.longest());
        lease.end();
        lose(Cause.SESSION_EXPIRED, diagnosis, "the handle was closed by the application");
        open(known);
    }

    private void lapsed() {
        Handle silent = handle;
        boolean blocked = connected && !Losses.isLocalPause(pauses.longest(), negotiatedTimeout());
        LossDiagnosis diagnosis = Losses.leaseElapsed(
                lease.silence(),
                pauses.longest(),
                negotiatedTimeout(),
                connected,
                silent == null ? Reachability.UNKNOWN : silent.reachability());
        lose(Cause.LEASE_ELAPSED, diagnosis, diagnosis.explanation());
        open(known);
        if (blocked && silent != null) {
            // Not a pause of ours, and no word of a lost connection: the event thread stands in somebody's callback.
            handleThread.execute(() -> handles.interruptEventThread(silent));
        }
    }

    private void lose(Cause cause, LossDiagnosis diagnosis, String detail) {
        // A failure's reason remains the news, unless something stood that is gone now.
        boolean untold = states.now().state() == SessionState.FAILED && !standing;
        dropSession();
        if (!untold && StateMachine.isLegal(states.now().state(), SessionState.LOST)) {
            enter(SessionState.LOST, cause, diagnosis, detail);
        }
    }

    private void dropSession() {
        restoration.lost();
        standing = false;
        info = null;
        if (states.now().state() == SessionState.FAILED) {
            states.withoutSession();
        }
    }

    /** The server has it no longer: what its nodes' owner is from now on is a stranger no more, but a left-over of ours. */
    private void forget() {
        if (known != null) {
            earlier.add(known.id());
        }
        known = null;
        lease.end();
    }

    private void refusedCredentials() {
        restoration.detach();
        fail(Cause.AUTH_FAILED, "the server refuses the credentials; check authorization(...) or the SASL login");
        reopenSlowly();
    }

    private void refuseTimeout(Duration granted) {
        dropSession();
        forget();
        clamp.refused(granted, states.now().state() == SessionState.FAILED);
        fail(Cause.TIMEOUT_CLAMPED, clamp.describe(granted));
        reopenSlowly();
    }

    private void chrootMissing(Handle asked, long number) {
        fail(Cause.CHROOT_MISSING, Chroots.missing(config.connectString()));
        loop.schedule(refusals.next(), () -> {
            if (!ended && asked == handle && number == connection) {
                synchronise(asked);
            }
        });
    }

    private void fail(Cause cause, String detail) {
        if (states.now().state() == SessionState.FAILED) {
            states.stillFailed(cause, detail);
        } else {
            enter(SessionState.FAILED, cause, null, detail);
        }
    }

    /** A handle has ended in a way that trying again at once would only repeat. */
    private void reopenSlowly() {
        Handle refused = handle;
        handle = null;
        connectionChanged(false, false);
        if (refused != null) {
            handleThread.execute(() -> handles.abandon(refused));
        }
        openLater();
    }

    private void openLater() {
        loop.schedule(refusals.next(), () -> {
            if (!ended && handle == null) {
                open(known);
            }
        });
    }

    /** Has the next handle made: attached to a known session, or asking for a new one. */
    private void open(@Nullable KnownSession session) {
        if (session != null && !handles.canResume()) {
            forget();
        }
        KnownSession target = handles.canResume() ? session : null;
        handle = null;
        connectionChanged(false, false);
        handleThread.execute(() -> {
            try {
                handles.replace(target, made -> loop.offer(() -> opened(made)));
            } catch (Exception e) {
                loop.offer(() -> cannotOpen(e));
            }
        });
    }

    private void opened(Handle made) {
        if (!ended) {
            handle = made;
            overdue.begin(loop.ticker().nanos());
        }
    }

    private void cannotOpen(Exception e) {
        if (ended) {
            return;
        }
        log.warnThrottled("handle", "a ZooKeeper handle could not be made; trying on", e);
        fail(Cause.HANDLE_FAILED, "a ZooKeeper handle could not be made: " + e);
        openLater();
    }

    /** Time passes. */
    void tick() {
        if (ended) {
            return;
        }
        long now = loop.ticker().nanos();
        pauses.tick(now, now - lease.silence().toNanos());
        Handle current = handle;
        if (current != null && connected && !readOnly) {
            heartbeat.tick(current, sessionId());
        } else if (current != null && !connected) {
            handleThread.execute(handles::followEnsemble);
        }
        if (!readOnly && lease.isTimeoutOver() && isToldOf(current)) {
            lapsed();
        } else if (!readOnly && lease.isTimeoutOver() && standing) {
            dropSession(); // Between the handles of a failure, of which the next one is on its way.
        } else if (current != null && (isDead(current) || isMute(current, now))) {
            givenUp("the handle tells nothing: its event thread is dead, or a callback seems to block it");
            handleThread.execute(() -> handles.interruptEventThread(current));
        }
    }

    /** Whether Curator has heard of a connection of this handle; then it is owed a LOST, nodes or not (C18). */
    private boolean isToldOf(@Nullable Handle current) {
        return current != null && current == lastConnected && (standing || !connected);
    }

    private boolean isMute(Handle current, long now) {
        return overdue.isOverdue(current.zooKeeper().getState().isConnected(), connected, now, negotiatedTimeout());
    }

    private boolean isDead(Handle current) {
        // Its event thread may be blocked or gone; the lease's end tells when it is connected, this when it is not.
        return !standing
                && !current.zooKeeper().getState().isAlive()
                && loop.ticker().nanos() - current.madeAt()
                        > config.sessionTimeout().multipliedBy(2).toNanos();
    }

    /** No more: the parts' futures fail, no handle is made. */
    void end(ResilientSessionException reason) {
        ended = true;
        lease.close(); // Before the server is told: it removes the nodes at once.
        connectionChanged(false, false);
        restoration.closed(reason);
    }

    /** After the last handle's end. */
    void closed(Cause cause, String detail) {
        info = null;
        enter(SessionState.CLOSED, cause, null, detail);
    }

    private void connectionChanged(boolean nowConnected, boolean nowReadOnly) {
        connection++;
        connected = nowConnected;
        readOnly = nowReadOnly;
        overdue.settled();
        heartbeat.connectionChanged();
    }

    private void enter(SessionState to, Cause cause, @Nullable LossDiagnosis diagnosis, String detail) {
        states.enter(to, cause, info, diagnosis, to.isAttached() ? detail + clamped : detail);
        clamped = "";
    }

    private long sessionId() {
        return known == null ? 0 : known.id();
    }

    private Duration negotiatedTimeout() {
        return info == null ? config.sessionTimeout() : info.negotiatedTimeout();
    }
}
