package io.perennial.internal.state;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.zookeeper.KeeperException.Code;

/**
 * The servers of a play: their sessions by their leader's clock, and what is wrong with them. Times are in
 * milliseconds.
 *
 * <p>The leader hears of a session when that is made or attached to a connection; of requests it learns at the next
 * half tick, by a follower's notes, which are lost with the follower. Its clock stands still while there is no quorum;
 * one that starts anew counts every session's time from then on, by the timeout of the session's creation.
 */
final class ModelServers {
    /** Of a {@code tickTime} of 2 s, so that 4 s is the least session timeout. */
    static final long HALF_TICK = 1_000;

    static final int LEAST_TIMEOUT = 4_000;
    private static final long NEVER = -1;

    boolean down;
    /** Nothing gets through between this client and them, and nobody says so. */
    boolean away;
    /** The client's server stands still, and says so as little. */
    private boolean silent;
    /** The leader has asked that server for its notes meanwhile. */
    private boolean askedMeanwhile;

    boolean quorum = true;
    boolean throttling;
    boolean demandsCredentials;
    boolean refusesNew;
    boolean hangsUp;
    boolean changesIds;
    boolean rootMissing;
    long latency;
    int least = LEAST_TIMEOUT;
    int most = 40_000;
    private boolean clamps;

    private final List<Session> sessions = new ArrayList<>();
    private final Expiries expiries;
    private long lastId = 0x1000;
    private long now;

    /** Hears of each session that the leader expires. */
    interface Expiries {
        void expired(long id, long at);
    }

    private static final class Session {
        private final long id;
        private final int created;
        private int timeout;
        private long heard;
        private long noted = NEVER;

        private Session(long id, int timeout, long now) {
            this.id = id;
            this.created = timeout;
            this.timeout = timeout;
            this.heard = now;
        }
    }

    ModelServers(Expiries expiries) {
        this.expiries = expiries;
    }

    long now() {
        return now;
    }

    /** Time passes; expiry comes first, notes come last. */
    void advance(long millis) {
        long end = now + millis;
        while (now < end) {
            now = Math.min(end, (now / HALF_TICK + 1) * HALF_TICK);
            if (!down && quorum) {
                expire();
                if (now % HALF_TICK == 0) {
                    askForNotes();
                }
            }
        }
    }

    private void expire() {
        for (Iterator<Session> all = sessions.iterator(); all.hasNext(); ) {
            Session one = all.next();
            if (one.heard + one.timeout <= now) {
                all.remove();
                expiries.expired(one.id, one.heard + one.timeout);
            }
        }
    }

    private void askForNotes() {
        if (silent) {
            askedMeanwhile = true;
        } else {
            readNotes();
        }
    }

    void silence() {
        silent = true;
    }

    /** The client's server goes on, with the leader's questions first. */
    void speak() {
        silent = false;
        if (askedMeanwhile) {
            askedMeanwhile = false;
            readNotes();
        }
    }

    private void readNotes() {
        for (Session one : sessions) {
            if (one.noted != NEVER) {
                one.heard = now;
                one.noted = NEVER;
            }
        }
    }

    /** The follower of this client dies, with its notes. */
    void loseNotes() {
        sessions.forEach(one -> one.noted = NEVER);
    }

    /** A leader starts. */
    void restartLeader() {
        for (Session one : sessions) {
            one.noted = NEVER;
            one.heard = now;
            one.timeout = one.created;
        }
    }

    void forgetAll() {
        sessions.clear();
    }

    void forget(long id) {
        sessions.removeIf(one -> one.id == id);
    }

    boolean has(long id) {
        return find(id) != null;
    }

    private Session find(long id) {
        for (Session one : sessions) {
            if (one.id == id) {
                return one;
            }
        }
        return null;
    }

    boolean accepts() {
        return !down && !away && !silent;
    }

    /** Whether what was sent on a connection is read. */
    boolean reads() {
        return !down && !away && !silent;
    }

    int grant(int asked) {
        int granted = Math.max(least, Math.min(most, asked));
        clamps |= granted != asked;
        return granted;
    }

    /** Whether they have ever granted another timeout than was asked for. */
    boolean haveClamped() {
        return clamps;
    }

    boolean demandsInVain() {
        return demandsCredentials && reads() && latency < HALF_TICK && quorum && !hangsUp && !throttling && !refusesNew;
    }

    /** The id of a new session. */
    long create(int asked) {
        sessions.add(new Session(++lastId, grant(asked), now));
        return lastId;
    }

    /** A session of a server without quorum, of which no other knows. */
    long createLocally() {
        return ++lastId;
    }

    /** A connection has the session from now on. */
    void attach(long id, int asked) {
        Session session = find(id);
        session.heard = now;
        session.noted = NEVER;
        session.timeout = grant(asked);
    }

    /** A request has come. */
    void note(long id) {
        Session session = find(id);
        if (session != null) {
            session.noted = now;
        }
    }

    Code answerTo(ModelRequests.Question what) {
        if (!quorum) {
            return Code.NOTREADONLY;
        }
        if (throttling) {
            return Code.THROTTLEDOP;
        }
        return what == ModelRequests.Question.ROOT && rootMissing ? Code.NONODE : Code.OK;
    }

    /** All is well again; what has happened has happened. */
    void mend() {
        if (down || !quorum) {
            restartLeader();
        }
        down = false;
        away = false;
        speak();
        quorum = true;
        throttling = false;
        demandsCredentials = false;
        refusesNew = false;
        hangsUp = false;
        changesIds = false;
        rootMissing = false;
        latency = 0;
        least = LEAST_TIMEOUT;
        most = 40_000;
    }
}
