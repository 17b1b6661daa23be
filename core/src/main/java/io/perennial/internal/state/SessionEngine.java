package io.perennial.internal.state;

import io.perennial.ResilientSessionException;
import io.perennial.SessionState;
import io.perennial.SessionTransition.Cause;
import io.perennial.internal.engine.EventLoop;
import io.perennial.internal.engine.ThrottledLog;
import io.perennial.internal.handle.ClientHandle;
import io.perennial.internal.handle.HandleEvent;
import io.perennial.internal.handle.Handles;
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
 * Decides what happens to the session: which handle should exist, attached to what; what state it is in; when it must
 * be considered lost.
 *
 * <p>Concurrency: every method runs on the event loop, so there is no lock. Nothing here blocks: handles are made and
 * ended on their own thread, which reports back. Events of any handle other than the opener's current one are ignored
 * (S-05); there is none while one is being made.
 *
 * <p>The life of a server session: a handle without {@linkplain HeldSession#known credentials} is given a new one; it
 * is known until a server says that it no longer has it. Whenever the session must be considered lost but is still
 * known, the next handle attaches to it; the server's answer then decides between resumption and a new generation.
 */
public final class SessionEngine implements HandleOpener.Reports {
    private final SessionConfig config;
    private final EventLoop loop;
    private final HandleOpener opener;
    private final Restoration restoration;
    private final CuratorAdmission admission;
    private final StateMachine states;
    private final TransitionReporter transitions;
    private final LeaseClock lease;
    private final ClampGuard clamp;
    private final ThrottledLog log;
    private final HeldSession session;
    private final SessionLoss loss;
    private final Heartbeat heartbeat;
    private final Link link;

    private boolean ended;

    public SessionEngine(
            SessionConfig config,
            EventLoop loop,
            Handles handles,
            Executor handleThread,
            Restoration restoration,
            CuratorAdmission admission,
            StateMachine states,
            LeaseClock lease,
            ThrottledLog log,
            LossDiagnoser losses,
            RandomGenerator random) {
        this.config = config;
        this.loop = loop;
        this.opener = new HandleOpener(loop, handles, handleThread, config.sessionTimeout(), random, this);
        this.restoration = restoration;
        this.admission = admission;
        this.states = states;
        this.lease = lease;
        this.clamp = new ClampGuard(config.sessionTimeout(), config.onTimeoutClamped(), config.leaseMargin(), log);
        this.log = log;
        this.session = new HeldSession(config.sessionTimeout());
        this.transitions = new TransitionReporter(states, session::info, handles::whyClientPauses);
        this.loss = new SessionLoss(session, losses, lease, restoration, states, transitions, log);
        this.heartbeat = new Heartbeat(lease, loop.ticker());
        this.link = new Link(heartbeat::connectionChanged, admission::broken);
    }

    /** The first handle has been made. */
    public void started(ClientHandle first) {
        if (!ended) {
            opener.begin(first);
            opened();
            transitions.started(opener.connectString());
        }
    }

    /** A handle's session event. */
    public void happened(HandleEvent event) {
        if (ended || !opener.isCurrent(event.handle())) {
            return;
        }
        link.heard(loop.ticker().nanos());
        switch (event.state()) {
            case SyncConnected -> connected(event);
            case ConnectedReadOnly -> connectedReadOnly();
            case Disconnected -> disconnected();
            case Expired -> expired(event);
            case Closed -> {
                loss.closedByApplication();
                open();
            }
            case AuthFailed -> credentialsDemanded(event.handle());
            default -> {
                // SaslAuthenticated: SyncConnected reports what matters.
            }
        }
    }

    private void connected(HandleEvent event) {
        if (event.negotiatedMillis() <= 0) {
            return; // Reported late: the server has refused the session meanwhile, and Expired follows.
        }
        link.up(false);
        if (session.isReplacedBy(event.session())) {
            loss.goneAtServer("it has created another without reporting the expiry"); // C7
        }
        Attachment how = session.connected(event);
        boolean isNew = how == Attachment.NEW_SESSION;
        var negotiated = Duration.ofMillis(event.negotiatedMillis());
        lease.begin(
                session.generation(), session.id(), negotiated, event.handle().connectingSince(), isNew);
        restoration.owe(how);
        if (clamp.refuses(negotiated)) {
            refuseTimeout(negotiated);
        } else {
            synchronise(event.handle());
        }
    }

    /** Before anything is restored; the chroot is known to exist then, and the lease has its first acknowledgement. */
    private void synchronise(ClientHandle asked) {
        long number = link.number();
        link.asked();
        heartbeat.first(asked, asked.sessionId(), rc -> loop.offer(() -> synchronised(asked, number, rc)));
    }

    private void synchronised(ClientHandle asked, long number, int rc) {
        if (ended || !opener.isCurrent(asked)) {
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
            admission.skipped(asked); // Nothing can exist below it.
            chrootMissing(asked, number);
            return;
        }
        opener.answered();
        admission.before(asked, session.id(), () -> {
            if (!ended && opener.isCurrent(asked) && number == link.number()) {
                restore(asked);
            }
        });
    }

    private void restore(ClientHandle on) {
        Attachment how = restoration.owed();
        transitions.timeoutNews(clamp.news(session.timeout()));
        session.use();
        if (how != Attachment.RECONNECTED || states.now().state() == SessionState.FAILED) {
            transitions.attached(how);
            restoration.begin(on, session.generation(), session.id(), session.earlierIds());
            return;
        }
        // In this order: with nothing to restore it becomes connected again without having been restoring.
        restoration.begin(on, session.generation(), session.id(), session.earlierIds());
        if (states.now().state() != SessionState.CONNECTED) {
            transitions.attached(how);
        }
    }

    /** Everything that can be restored has been restored. */
    public void restored() {
        transitions.restored(restoration.outcome());
    }

    private void connectedReadOnly() {
        link.up(true);
        restoration.detach();
        if (states.now().state() != SessionState.READ_ONLY) {
            transitions.readOnly();
        }
    }

    private void disconnected() {
        link.down();
        restoration.detach();
        loss.connectionLost();
        // A session that no handle can take over is not given up while it may last.
        boolean mayPutOff =
                !session.isKnown() || opener.canAttach() || lease.silence().compareTo(session.timeout()) >= 0;
        if (link.hasTooManyHangUps() && mayPutOff) {
            // The client itself would retry as fast as it can; and it asks for its watches first, see HangUps.
            putOff(
                    "hang-ups",
                    "servers accept the session's connections and close each before they answer on it; retrying more"
                            + " slowly: look in the servers' logs for this session's id");
        }
    }

    private void putOff(String key, String why) {
        log.warnThrottled(key, why);
        endHandle();
        opener.laterAfterHangUp(this::openUnlessThere);
    }

    private void expired(HandleEvent event) {
        ClientHandle handle = event.handle();
        boolean firstAttempt = handle.attachesTo() != null && handle != session.lastConnected();
        // ZooKeeper's client gives up a known session 4/3 of the timeout after it last heard from a server, and reports
        // that just as if a server had refused it.
        boolean mayHaveGivenUp =
                handle.isOlderThan(config.sessionTimeout(), loop.ticker().nanos());
        switch (Decisions.onExpired(event.negotiatedMillis() > 0, session.isKnown(), firstAttempt, mayHaveGivenUp)) {
            case GIVEN_UP -> givenUp("the client gave the session up");
            case ASK_AGAIN -> open();
            case NO_NEW_SESSION ->
                putOff("no-session", "the servers refuse each new session at once; retrying more slowly");
            case REFUSED -> {
                loss.goneAtServer("asking for a new one");
                open();
            }
        }
    }

    private void givenUp(String why) {
        loss.givenUp(why);
        open();
    }

    private void lapsed() {
        ClientHandle silent = opener.current();
        boolean blocked = link.isReportedConnected() && !loss.isLocalPause();
        loss.lapsed(silent, link.isConnected());
        open();
        if (blocked && silent != null) {
            // No pause of this JVM, and no report of a lost connection: the event thread is stuck in a callback.
            opener.interruptEventThread(silent);
        }
    }

    @Override
    public void credentialsDemanded(ClientHandle of) {
        if (ended || !opener.isCurrent(of)) {
            return;
        }
        restoration.detach();
        transitions.credentialsRefused();
        reopenSlowly();
    }

    /** An error has cut a decision short, anywhere: continues from what is certain, with another handle (K4). */
    public void beginAnew(Throwable e) {
        if (!ended && states.now().state() != SessionState.LATENT) {
            restoration.detach();
            transitions.cutShort(e);
            reopenSlowly();
        }
    }

    /** The connecting thread of that handle has ended, without reporting its end. */
    public void died(ClientHandle dead) {
        if (!ended && opener.isCurrent(dead)) {
            givenUp("the handle's thread died of an error");
        }
    }

    private void refuseTimeout(Duration granted) {
        loss.refused(clamp.describe(granted));
        clamp.refused(granted, states.now().state() == SessionState.FAILED);
        transitions.failed(Cause.TIMEOUT_CLAMPED, clamp.describe(granted));
        reopenSlowly();
    }

    private void chrootMissing(ClientHandle asked, long number) {
        transitions.chrootMissing(opener.connectString());
        opener.laterAfterRefusal(() -> {
            if (!ended && opener.isCurrent(asked) && number == link.number()) {
                synchronise(asked);
            }
        });
    }

    /** A handle has ended in a way that an immediate retry would only repeat. */
    private void reopenSlowly() {
        endHandle();
        opener.laterAfterRefusal(this::openUnlessThere);
    }

    private void endHandle() {
        link.down();
        opener.endCurrent();
    }

    private void openUnlessThere() {
        if (!ended && opener.current() == null) {
            open();
        }
    }

    /** Has the next handle made: attached to a known session, or asking for a new one. */
    private void open() {
        if (session.isKnown() && !opener.canAttach()) {
            loss.notTakenOver();
        }
        link.down();
        opener.open(session.known());
    }

    @Override
    public void opened() {
        if (!ended) {
            link.begin(loop.ticker().nanos());
        }
    }

    @Override
    public void cannotOpen(Throwable e) {
        if (ended) {
            return;
        }
        log.warnThrottled("handle", "a ZooKeeper handle could not be made; retrying", e);
        transitions.handleFailed(e);
        opener.laterAfterRefusal(this::openUnlessThere);
    }

    /** Time passes. */
    public void tick() {
        if (ended) {
            return;
        }
        long now = loop.ticker().nanos();
        loss.tick(now);
        ClientHandle current = opener.current();
        heartbeat.look(current == null ? session.lastConnected() : current);
        if (current != null) {
            heartbeat.tick(current, session.id(), link);
            opener.tick(link.isConnected());
        }
        boolean over = !link.isReadOnly() && lease.isTimeoutOver() && !heartbeat.isQueued();
        boolean failed = states.now().state() == SessionState.FAILED;
        switch (Decisions.onSilence(over, isOwedToCurator(current), session.isInUse(), failed)) {
            case LAPSED -> lapsed();
            case LAPSED_SINCE_FAILURE -> loss.lapsedSinceFailure();
            case BEARABLE -> lookAt(current, now);
        }
    }

    /** Whether Curator has heard of a connection of this handle; then a silence is a loss to it, nodes or not (C18). */
    private boolean isOwedToCurator(@Nullable ClientHandle current) {
        // Once it has answered it owes nothing, even while the sweep waits: then only the lease notices silence.
        boolean mayLapse = session.isInUse() || link.isAnswered() || !link.isConnected();
        return current != null && current == session.lastConnected() && mayLapse;
    }

    private void lookAt(@Nullable ClientHandle current, long now) {
        if (current == null) {
            return;
        }
        Link.Finding finding = link.tick(current.hasConnection(), now, session.timeout());
        if (finding == Link.Finding.LOST_UNREPORTED) {
            current.lostUnreported();
            disconnected();
        } else if (finding == Link.Finding.OVERDUE || isDead(current)) {
            givenUp("the handle reports nothing: its event thread is dead, or a callback seems to block it");
            opener.interruptEventThread(current);
        }
    }

    private boolean isDead(ClientHandle current) {
        // Its event thread may be blocked or gone: the lease's end shows that while connected, this while not.
        return !session.isInUse()
                && !current.isAlive()
                && current.isOlderThan(
                        config.sessionTimeout().multipliedBy(2), loop.ticker().nanos());
    }

    /** The end: the parts' futures fail, no more handles are made. */
    public void end(ResilientSessionException reason) {
        ended = true;
        lease.close(); // Before the server hears of it: it removes the nodes at once.
        link.down();
        restoration.closed(reason);
    }

    /** After the last handle has ended. */
    public void closed(Cause cause, String detail) {
        session.drop();
        transitions.closed(cause, detail);
    }
}
