package io.perennial.internal.state;

import io.perennial.LossDiagnosis;
import io.perennial.ResilientSessionException;
import io.perennial.SessionInfo;
import io.perennial.SessionState;
import io.perennial.SessionTransition.Cause;
import io.perennial.internal.connect.Reachability;
import io.perennial.internal.engine.EventLoop;
import io.perennial.internal.engine.ThrottledLog;
import io.perennial.internal.handle.ClientHandle;
import io.perennial.internal.handle.HandleEvent;
import io.perennial.internal.handle.Handles;
import io.perennial.internal.handle.SessionCredentials;
import io.perennial.internal.lease.Heartbeat;
import io.perennial.internal.lease.LeaseClock;
import io.perennial.internal.protocol.ErrorKind;
import io.perennial.internal.restore.Attachment;
import io.perennial.internal.restore.Restoration;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;
import org.apache.zookeeper.KeeperException.Code;
import org.jspecify.annotations.Nullable;

/**
 * Decides what happens to the session: which handle is to be there, attached to what; what state it is in; when it must
 * be taken for lost.
 *
 * <p>Concurrency: every method runs on the event loop, so there is no lock. Nothing here blocks: handles are made and
 * ended on their own thread, which reports back. {@code handle} is null while one is being made; events of any other
 * handle than this one are ignored (S-05).
 *
 * <p>The life of a server session: a handle without a {@link SessionCredentials} is given a new one; it is {@code known} until
 * a server says that it has it no longer. Whenever the session must be taken for lost but is still known, the next handle
 * attaches to it; what the server then says decides between resumption and a new generation.
 */
public final class SessionEngine implements HandleDesk.Reports {
    private final SessionConfig config;
    private final EventLoop loop;
    private final HandleDesk desk;
    private final Restoration restoration;
    private final CuratorAdmission sweep;
    private final StateMachine states;
    private final Telling telling;
    private final LeaseClock lease;
    private final ClampGuard clamp;
    private final ThrottledLog log;
    private final LossDiagnoser losses;
    private final Heartbeat heartbeat;
    private final Link link;
    private final EarlierSessions earlier = new EarlierSessions();

    private @Nullable ClientHandle handle;
    private @Nullable ClientHandle lastConnected;
    private @Nullable SessionCredentials known;
    private @Nullable SessionInfo info;
    private long generation;
    /** The parts have been attached in the session known, and have not been told that it is lost. */
    private boolean standing;

    private boolean ended;

    public SessionEngine(
            SessionConfig config,
            EventLoop loop,
            Handles handles,
            Executor handleThread,
            Restoration restoration,
            CuratorAdmission sweep,
            StateMachine states,
            LeaseClock lease,
            ThrottledLog log,
            LossDiagnoser losses,
            RandomGenerator random) {
        this.config = config;
        this.loop = loop;
        this.desk = new HandleDesk(loop, handles, handleThread, config.sessionTimeout(), random, this);
        this.restoration = restoration;
        this.sweep = sweep;
        this.states = states;
        this.telling = new Telling(states);
        this.lease = lease;
        this.clamp = new ClampGuard(config.sessionTimeout(), config.onTimeoutClamped(), config.leaseMargin(), log);
        this.log = log;
        this.losses = losses;
        this.heartbeat = new Heartbeat(lease, loop.ticker());
        this.link = new Link(heartbeat::connectionChanged);
    }

    /** The first handle has been made. */
    public void started(ClientHandle first) {
        if (!ended) {
            opened(first);
            String detail = "connecting to " + desk.connectString().text();
            enter(SessionState.CONNECTING, Cause.STARTED, null, detail);
        }
    }

    /** A handle's session event. */
    public void happened(HandleEvent event) {
        if (ended || event.handle() != handle) {
            return;
        }
        link.heard(loop.ticker().nanos());
        switch (event.state()) {
            case SyncConnected -> connected(event);
            case ConnectedReadOnly -> connectedReadOnly();
            case Disconnected -> disconnected();
            case Expired -> expired(event);
            case Closed -> closedByApplication();
            case AuthFailed -> credentialsDemanded(event.handle());
            default -> {
                // SaslAuthenticated: SyncConnected tells what matters.
            }
        }
    }

    private void connected(HandleEvent event) {
        if (event.negotiatedMillis() <= 0) {
            return; // Told late: the server has refused the session meanwhile, and Expired follows.
        }
        link.up(false);
        if (known != null && known.id() != event.session().id()) {
            goneAtServer("it has made another, and not said so"); // C7
        }
        Attachment how = attachmentOf(event);
        known = event.session();
        lastConnected = event.handle();
        var negotiated = Duration.ofMillis(event.negotiatedMillis());
        info = event.info(generation, config.sessionTimeout(), how == Attachment.NEW_SESSION ? null : info);
        lease.begin(
                generation, known.id(), negotiated, event.handle().connectingSince(), how == Attachment.NEW_SESSION);
        restoration.owe(how);
        if (clamp.refuses(negotiated)) {
            refuseTimeout(negotiated);
        } else {
            synchronise(event.handle());
        }
    }

    private Attachment attachmentOf(HandleEvent event) {
        if (known == null) {
            generation++;
            return Attachment.NEW_SESSION;
        }
        return standing && event.handle() == lastConnected ? Attachment.RECONNECTED : Attachment.RESUMED;
    }

    /** Before anything is restored; the chroot is known to exist then, and the lease has its first acknowledgement. */
    private void synchronise(ClientHandle asked) {
        long number = link.number();
        link.asked();
        heartbeat.first(asked, asked.sessionId(), rc -> loop.offer(() -> synchronised(asked, number, rc)));
    }

    private void synchronised(ClientHandle asked, long number, int rc) {
        if (ended || asked != handle) {
            return;
        }
        link.heard(loop.ticker().nanos());
        if (number != link.number() || ErrorKind.of(rc) == ErrorKind.NOT_NOW) {
            return;
        }
        if (Heartbeat.demandsCredentials(rc)) {
            credentialsDemanded(asked);
            return;
        }
        link.answered();
        if (rc == Code.NONODE.intValue()) {
            sweep.skipped(asked); // Nothing can stand below it.
            chrootMissing(asked, number);
            return;
        }
        desk.answered();
        sweep.before(asked, sessionId(), () -> {
            if (!ended && asked == handle && number == link.number()) {
                restore(asked);
            }
        });
    }

    private void restore(ClientHandle on) {
        Attachment how = restoration.owed();
        telling.timeoutNews(clamp.news(negotiatedTimeout()));
        standing = true;
        if (how != Attachment.RECONNECTED || states.now().state() == SessionState.FAILED) {
            telling.attached(how, info);
            restoration.begin(on, generation, sessionId(), earlier.ids());
            return;
        }
        // In this order: with nothing to restore it is connected again without having been restoring.
        restoration.begin(on, generation, sessionId(), earlier.ids());
        if (states.now().state() != SessionState.CONNECTED) {
            telling.attached(how, info);
        }
    }

    /** Everything that can be restored has been. */
    public void restored() {
        telling.restored(info, restoration.outcome());
    }

    private void connectedReadOnly() {
        link.up(true);
        restoration.detach();
        if (states.now().state() != SessionState.READ_ONLY) {
            enter(SessionState.READ_ONLY, Cause.CONNECTED, null, "attached to a server without quorum; read only");
        }
    }

    private void disconnected() {
        link.down();
        restoration.detach();
        tellLoss();
        // A session that no handle can take over is not given up as long as it may last.
        boolean mayPutOff = known == null || desk.canAttach() || lease.silence().compareTo(negotiatedTimeout()) >= 0;
        if (link.isInVain() && mayPutOff) {
            // The client itself would go on as fast as it can; and it asks for its watches first, see HangUps.
            putOff(
                    "hang-ups",
                    "servers take the session's connections and close each before they answer on it; trying on, more"
                            + " slowly: look in the servers' logs for this session's id");
        }
    }

    private void putOff(String key, String why) {
        log.warnThrottled(key, why);
        endHandle();
        desk.laterAfterHangUp(this::openUnlessThere);
    }

    private void tellLoss() {
        SessionState before = states.now().state();
        SessionState after = Decisions.onLostConnection(before, standing, known != null || generation > 0);
        if (after == before) {
            return;
        }
        if (after == SessionState.SUSPENDED) {
            telling.suspended(info, lease.remaining());
        } else {
            LossDiagnosis diagnosis = after == SessionState.LOST ? losses.givenUp() : null;
            enter(after, Cause.CONNECTION_LOST, diagnosis, "lost the read-only server");
        }
    }

    private void expired(HandleEvent event) {
        ClientHandle told = event.handle();
        boolean firstAttempt = told.attachesTo() != null && told != lastConnected;
        // ZooKeeper's client gives up a known session 4/3 of the timeout after it last heard, and says it as a server
        // would.
        boolean mayHaveGivenUp =
                told.isOlderThan(config.sessionTimeout(), loop.ticker().nanos());
        switch (Decisions.onExpired(event.negotiatedMillis() > 0, known != null, firstAttempt, mayHaveGivenUp)) {
            case GIVEN_UP -> givenUp("the client gave the session up");
            case ASK_AGAIN -> open(known);
            case NO_NEW_SESSION ->
                putOff("no-session", "the servers refuse each new session at once; trying on, more slowly");
            case REFUSED -> refusedSession();
        }
    }

    private void refusedSession() {
        goneAtServer("asking for a new one");
        open(null);
    }

    private void goneAtServer(String next) {
        LossDiagnosis diagnosis = losses.refused(negotiatedTimeout());
        log.infoThrottled("refused", diagnosis.explanation() + "; " + next);
        forget();
        lose(Cause.SESSION_EXPIRED, diagnosis, diagnosis.explanation());
    }

    private void givenUp(String why) {
        lose(Cause.SESSION_EXPIRED, losses.givenUp(), why);
        open(known);
    }

    /** The server has heard of it too, if it could be told, and has removed the nodes. */
    private void closedByApplication() {
        LossDiagnosis diagnosis = losses.givenUp();
        lease.end();
        lose(Cause.SESSION_EXPIRED, diagnosis, "the handle was closed by the application");
        open(known);
    }

    private void lapsed() {
        ClientHandle silent = handle;
        boolean blocked = link.isToldConnected() && !losses.isLocalPause(negotiatedTimeout());
        LossDiagnosis diagnosis = losses.leaseElapsed(
                negotiatedTimeout(), link.isConnected(), silent == null ? Reachability.UNKNOWN : silent.reachability());
        lose(Cause.LEASE_ELAPSED, diagnosis, diagnosis.explanation());
        open(known);
        if (blocked && silent != null) {
            // Not a pause of ours, and no word of a lost connection: the event thread stands in somebody's callback.
            desk.interruptEventThread(silent);
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

    @Override
    public void credentialsDemanded(ClientHandle of) {
        if (ended || of != handle) {
            return;
        }
        restoration.detach();
        telling.credentialsRefused(info);
        reopenSlowly();
    }

    /** A decision was cut short by an error, nobody knows where: from what is known for certain, with another handle (K4). */
    public void beginAnew(Throwable e) {
        if (!ended && states.now().state() != SessionState.LATENT) {
            restoration.detach();
            telling.cutShort(info, e);
            reopenSlowly();
        }
    }

    /** The thread of that handle which connects has ended, without a word of its end. */
    public void died(ClientHandle dead) {
        if (!ended && dead == handle) {
            givenUp("the handle's thread has died of an error");
        }
    }

    private void refuseTimeout(Duration granted) {
        if (standing) {
            lose(Cause.TIMEOUT_CLAMPED, losses.dropped(), clamp.describe(granted));
        }
        dropSession();
        forget();
        clamp.refused(granted, states.now().state() == SessionState.FAILED);
        telling.failed(Cause.TIMEOUT_CLAMPED, info, clamp.describe(granted));
        reopenSlowly();
    }

    private void chrootMissing(ClientHandle asked, long number) {
        telling.failed(Cause.CHROOT_MISSING, info, Chroots.missing(desk.connectString()));
        desk.laterAfterRefusal(() -> {
            if (!ended && asked == handle && number == link.number()) {
                synchronise(asked);
            }
        });
    }

    /** A handle has ended in a way that trying again at once would only repeat. */
    private void reopenSlowly() {
        endHandle();
        desk.laterAfterRefusal(this::openUnlessThere);
    }

    private void endHandle() {
        ClientHandle refused = handle;
        handle = null;
        link.down();
        if (refused != null) {
            desk.abandon(refused);
        }
    }

    private void openUnlessThere() {
        if (!ended && handle == null) {
            open(known);
        }
    }

    /** Has the next handle made: attached to a known session, or asking for a new one. */
    private void open(@Nullable SessionCredentials session) {
        if (session != null && !desk.canAttach()) {
            LossDiagnosis diagnosis = losses.givenUp();
            forget();
            if (standing) { // Since a failure, of which alone the application has been told.
                lose(Cause.SESSION_EXPIRED, diagnosis, "the session is not taken over by another handle");
            }
        }
        handle = null;
        link.down();
        desk.open(desk.canAttach() ? session : null);
    }

    @Override
    public void opened(ClientHandle made) {
        if (!ended) {
            handle = made;
            link.begin(loop.ticker().nanos());
        }
    }

    @Override
    public void cannotOpen(Throwable e) {
        if (ended) {
            return;
        }
        log.warnThrottled("handle", "a ZooKeeper handle could not be made; trying on", e);
        telling.failed(Cause.HANDLE_FAILED, info, "a ZooKeeper handle could not be made: " + e);
        desk.laterAfterRefusal(this::openUnlessThere);
    }

    /** Time passes. */
    public void tick() {
        if (ended) {
            return;
        }
        long now = loop.ticker().nanos();
        losses.tick(now);
        ClientHandle current = handle;
        heartbeat.look(current == null ? lastConnected : current);
        if (current != null) {
            heartbeat.tick(current, sessionId(), link);
            desk.tick(link.isConnected());
        }
        boolean over = !link.isReadOnly() && lease.isTimeoutOver() && !heartbeat.isQueued();
        if (over && isToldOf(current)) {
            lapsed();
        } else if (over && standing && states.now().state() == SessionState.FAILED) {
            lose(Cause.LEASE_ELAPSED, losses.givenUp(), "nothing was heard of the servers since the failure");
        } else if (over && standing) {
            lapsed(); // The servers hung up: the next handle has been put off, or has had no connection yet.
        } else if (current != null) {
            lookAt(current, now);
        }
    }

    /** Whether Curator has heard of a connection of this handle; then it is owed a LOST, nodes or not (C18). */
    private boolean isToldOf(@Nullable ClientHandle current) {
        // Once it has answered it owes nothing, also while the sweep waits: the lease alone tells of silence then.
        boolean mayLapse = standing || link.isAnswered() || !link.isConnected();
        return current != null && current == lastConnected && mayLapse;
    }

    private void lookAt(ClientHandle current, long now) {
        Link.Finding finding = link.tick(current.hasConnection(), now, negotiatedTimeout());
        if (finding == Link.Finding.LOST_UNTOLD) {
            current.lostUntold();
            disconnected();
        } else if (finding == Link.Finding.MUTE || isDead(current)) {
            givenUp("the handle tells nothing: its event thread is dead, or a callback seems to block it");
            desk.interruptEventThread(current);
        }
    }

    private boolean isDead(ClientHandle current) {
        // Its event thread may be blocked or gone; the lease's end tells when it is connected, this when it is not.
        return !standing
                && !current.isAlive()
                && current.isOlderThan(
                        config.sessionTimeout().multipliedBy(2), loop.ticker().nanos());
    }

    /** No more: the parts' futures fail, no handle is made. */
    public void end(ResilientSessionException reason) {
        ended = true;
        lease.close(); // Before the server is told: it removes the nodes at once.
        link.down();
        restoration.closed(reason);
    }

    /** After the last handle's end. */
    public void closed(Cause cause, String detail) {
        info = null;
        enter(SessionState.CLOSED, cause, null, detail);
    }

    private void enter(SessionState to, Cause cause, @Nullable LossDiagnosis diagnosis, String detail) {
        telling.enter(to, cause, info, diagnosis, detail);
    }

    private long sessionId() {
        return known == null ? 0 : known.id();
    }

    private Duration negotiatedTimeout() {
        return info == null ? config.sessionTimeout() : info.negotiatedTimeout();
    }
}
