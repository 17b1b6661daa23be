package io.perennial.internal.state;

import io.perennial.RestorePolicy;
import io.perennial.internal.connect.Reachability;
import io.perennial.internal.engine.EventLoop;
import io.perennial.internal.handle.ClientHandle;
import io.perennial.internal.handle.HandleEvent;
import io.perennial.internal.handle.SessionCredentials;
import io.perennial.internal.protocol.Quarantine;
import io.perennial.internal.request.Requests;
import java.time.Duration;
import java.util.function.IntConsumer;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.Watcher.Event.KeeperState;

/**
 * A handle of a play, with the habits of ZooKeeper's client and of the library's own handle on it. What it has to tell
 * waits in its event queue until its event thread is let run.
 */
final class ModelHandle implements ClientHandle {
    private static final byte[] PASSWORD = {};
    private static final long FIRST_ATTEMPT_TAKES = 10;
    private static final int LONGEST_PAUSE = 1_000;
    private static final Duration GIVEN_UP_AFTER = Duration.ofMillis(Play.TIMEOUT * 4L / 3);

    private final Play play;
    private final long number;
    private final SessionCredentials attachesTo;
    private final long madeAt;
    private final ModelEventThread eventThread = new ModelEventThread(this::tell);
    private final ModelRequests requests;

    private Own own = Own.CONNECTING;
    /** The client's own {@code getState()} says connected until its next attempt, whatever became of the connection. */
    private boolean linked;

    private boolean seenWritable;
    private long sessionId;
    private int negotiated;
    private long lastHeard;
    private long lastSent;
    private long nextAttempt;
    private long attemptBegunAt;
    private long connectingSince;
    private KeeperState told = KeeperState.Disconnected;
    private boolean abandoned;
    private boolean sendThreadDead;
    private long answersOnConnection;
    private boolean hasWatches;

    private enum Own {
        CONNECTING,
        CONNECTED,
        READ_ONLY,
        CLOSED,
        AUTH_FAILED
    }

    ModelHandle(Play play, long number, SessionCredentials attachesTo) {
        this.play = play;
        this.number = number;
        this.requests = new ModelRequests(play.servers, eventThread);
        this.attachesTo = attachesTo;
        this.madeAt = play.nanos();
        this.connectingSince = madeAt;
        this.sessionId = attachesTo == null ? 0 : attachesTo.id();
        this.seenWritable = attachesTo != null;
        this.lastHeard = play.millis();
        this.nextAttempt = play.millis() + FIRST_ATTEMPT_TAKES;
    }

    private boolean connected() {
        return own == Own.CONNECTED || own == Own.READ_ONLY;
    }

    /** Time passes for the client's sending thread; what is due happens. Whether anything did. */
    boolean step() {
        if (sendThreadDead || !isAlive()) {
            return false;
        }
        long now = play.millis();
        if (!linked) {
            if (now < nextAttempt) {
                return false;
            }
            attempt(now);
            return true;
        }
        long idle = now - lastHeard;
        if (sessionId != 0 && idle >= negotiated * 4L / 3) {
            giveUp();
            return true;
        }
        if (idle >= negotiated * 2L / 3) {
            lose(true);
            return true;
        }
        if (play.servers.reads() && isHungUpOn()) {
            lose(true);
            return true;
        }
        if (now - lastSent >= negotiated / 3) {
            ask(ModelRequests.Question.PING, rc -> {});
        }
        return serve(now);
    }

    /** By a server whose leader has expired the session, or by the client itself that has found one with a quorum. */
    private boolean isHungUpOn() {
        return play.servers.quorum && (own == Own.READ_ONLY || !play.servers.has(sessionId));
    }

    private void attempt(long now) {
        attemptBegunAt = play.nanos();
        lastHeard = now;
        if (connected()) {
            own = Own.CONNECTING;
        }
        ModelServers servers = play.servers;
        if (!servers.accepts() || (!servers.quorum && !play.readOnlyAllowed)) {
            requests.refuseAll(Code.CONNECTIONLOSS);
            nextAttempt = now + 1 + play.random.nextInt(LONGEST_PAUSE);
            return;
        }
        long asked = seenWritable ? sessionId : 0;
        if (!servers.quorum) {
            established(asked == 0 ? servers.createLocally() : asked, true);
        } else if (asked == 0) {
            if (servers.refusesNew) {
                refused();
            } else {
                play.asksForNewSession();
                established(servers.create(Play.TIMEOUT), false);
            }
        } else if (servers.has(asked)) {
            servers.attach(asked, Play.TIMEOUT);
            established(asked, false);
        } else if (servers.changesIds) {
            established(servers.create(Play.TIMEOUT), false);
        } else {
            refused();
        }
    }

    private void established(long id, boolean readOnly) {
        sessionId = id;
        negotiated = play.servers.grant(Play.TIMEOUT);
        seenWritable |= !readOnly;
        own = readOnly ? Own.READ_ONLY : Own.CONNECTED;
        linked = true;
        lastHeard = play.millis();
        lastSent = lastHeard;
        connectingSince = attemptBegunAt;
        play.handles.granted(this);
        answersOnConnection = 0;
        eventThread.tell(readOnly ? KeeperState.ConnectedReadOnly : KeeperState.SyncConnected);
        if (play.servers.demandsCredentials && hasWatches) {
            lose(true); // Said of the client's own request for its watches, and nobody hears it.
        }
    }

    /** By a server. */
    private void refused() {
        negotiated = 0;
        own = Own.CLOSED;
        eventThread.tell(KeeperState.Expired);
        requests.refuseAll(Code.SESSIONEXPIRED);
    }

    /** Answers what is due; whether anything was. */
    private boolean serve(long now) {
        boolean any = false;
        while (linked && play.servers.reads()) {
            ModelRequests.Request first = requests.nextDue(sessionId);
            if (first == null) {
                return any;
            }
            any = true;
            lastHeard = now;
            if (first.isPing()) {
                continue;
            }
            if (play.servers.hangsUp && answersOnConnection == 0) {
                requests.answer(first, Code.CONNECTIONLOSS);
                lose(true);
            } else if (play.servers.demandsCredentials) {
                requests.answer(first, Code.SESSIONCLOSEDREQUIRESASLAUTH);
                lose(true);
            } else {
                answersOnConnection++;
                hasWatches = true;
                requests.answer(first, play.servers.answerTo(first.what()));
            }
        }
        return any;
    }

    /** The connection breaks. */
    void lose(boolean tell) {
        if (!linked || sendThreadDead) {
            return;
        }
        linked = false;
        nextAttempt = play.millis() + 1 + play.random.nextInt(LONGEST_PAUSE);
        lastHeard = play.millis();
        requests.refuseAll(Code.CONNECTIONLOSS);
        if (tell) {
            eventThread.tell(KeeperState.Disconnected);
        } else {
            eventThread.leaveOut(KeeperState.Disconnected);
        }
    }

    /** By the client's own clock. */
    void giveUp() {
        boolean longEnough = negotiated > 0 || play.nanos() - madeAt > GIVEN_UP_AFTER.toNanos();
        if (isAlive() && !sendThreadDead && sessionId != 0 && longEnough) {
            end(Own.CLOSED, KeeperState.Expired, Code.SESSIONEXPIRED);
        }
    }

    void failAuthentication() {
        if (isAlive() && !sendThreadDead) {
            end(Own.AUTH_FAILED, KeeperState.AuthFailed, Code.AUTHFAILED);
        }
    }

    void closeByApplication() {
        if (isAlive() && !sendThreadDead) {
            if (linked && play.servers.reads() && play.servers.quorum) {
                play.servers.forget(sessionId);
            }
            end(Own.CLOSED, KeeperState.Closed, Code.SESSIONEXPIRED);
        }
    }

    void authenticate() {
        if (linked) {
            eventThread.tell(KeeperState.SaslAuthenticated);
        }
    }

    private void end(Own state, KeeperState word, Code code) {
        own = state;
        linked = false;
        requests.refuseAll(code);
        eventThread.tell(word);
    }

    /** The sending thread dies of an error, without a word. */
    void killSendThread() {
        sendThreadDead = true;
    }

    boolean isSendThreadDead() {
        return sendThreadDead && isAlive();
    }

    @Override
    public void abandon() {
        abandoned = true;
        if (isAlive()) {
            end(Own.CLOSED, KeeperState.Expired, Code.SESSIONEXPIRED);
        }
    }

    boolean isAbandoned() {
        return abandoned;
    }

    /** A word that comes late, or that the client takes on itself to say although it was abandoned. */
    void say(KeeperState state) {
        if (state == KeeperState.SyncConnected) {
            negotiated = play.servers.grant(Play.TIMEOUT);
        }
        eventThread.say(state);
    }

    private void tell(KeeperState state) {
        var event = new HandleEvent(this, state, new SessionCredentials(sessionId, PASSWORD), negotiated, null);
        play.loop().offer(() -> {
            if (state != KeeperState.SaslAuthenticated) {
                told = state;
            }
            play.heard(event);
        });
    }

    /** What the engine has been told last. */
    KeeperState told() {
        return told;
    }

    ModelEventThread eventThread() {
        return eventThread;
    }

    boolean isWell() {
        return linked && !sendThreadDead && !eventThread.isBlocked();
    }

    void ask(ModelRequests.Question what, IntConsumer answer) {
        if (!isAlive()) {
            requests.refuse(what, answer, own == Own.AUTH_FAILED ? Code.AUTHFAILED : Code.SESSIONEXPIRED);
            return;
        }
        requests.add(what, answer);
        lastSent = play.millis();
        if (linked && play.servers.reads() && !sendThreadDead) {
            requests.arrive(sessionId);
        }
    }

    @Override
    public SessionCredentials attachesTo() {
        return attachesTo;
    }

    @Override
    public boolean isOlderThan(Duration age, long now) {
        return now - madeAt > age.toNanos();
    }

    @Override
    public long connectingSince() {
        return own == Own.CONNECTED ? connectingSince : madeAt;
    }

    @Override
    public long sessionId() {
        return sessionId;
    }

    @Override
    public int grantedMillis() {
        return negotiated;
    }

    @Override
    public boolean isAlive() {
        return own != Own.CLOSED && own != Own.AUTH_FAILED;
    }

    @Override
    public boolean hasConnection() {
        return connected() && linked;
    }

    @Override
    public long answers() {
        return requests.answers();
    }

    @Override
    public Reachability reachability() {
        return play.servers.accepts() ? Reachability.UNKNOWN : Reachability.UNREACHABLE;
    }

    @Override
    public void lostUnreported() {
        play.note("Curator is to hear of the loss on ", number);
    }

    @Override
    public void sync(IntConsumer answer) {
        play.check(this == play.handles.current(), "a superseded handle is asked", this);
        ask(ModelRequests.Question.SYNC, answer);
    }

    @Override
    public void agree(IntConsumer answer) {
        sync(answer);
    }

    @Override
    public void lookAtRoot(IntConsumer answer) {
        play.check(this == play.handles.current(), "a superseded handle is asked", this);
        ask(ModelRequests.Question.ROOT, answer);
    }

    @Override
    public Requests requests(EventLoop loop, RestorePolicy policy, Quarantine quarantine) {
        play.attaching(this);
        return new Requests(null, loop, policy, quarantine); // Nobody sends anything on them.
    }

    @Override
    public void interruptEventThread() {
        play.note("interrupts the event thread of ", number);
        eventThread.goOn();
    }

    @Override
    public String toString() {
        return "handle " + number + " (" + own + (linked ? ", linked" : "") + ", session " + Long.toHexString(sessionId)
                + ", told " + told + ")";
    }
}
