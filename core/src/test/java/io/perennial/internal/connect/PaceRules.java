package io.perennial.internal.connect;

import java.time.Duration;

/** What must be so of the pauses between attempts, in a gate's play. Times are in nanoseconds. */
final class PaceRules {
    private static final long FIRST = 50;
    private static final long LONGEST_EMPTY = 1_000;
    private static final long LONGEST_REACHED = 5_000;
    private static final int MOST_DOUBLINGS = 10;
    private static final long OWNER_PATIENCE = GatePlay.millis(1_000);

    private final GatePlay play;

    private int made;
    private int emptyRounds;
    private int reachedRounds;
    private boolean reachedInRound;
    private boolean hasSession;
    private boolean wasConnected;
    /** The first attempt of a handle that asks for a new session, which comes when a server has answered. */
    private boolean isFirst;

    private int sinceDraw;
    private boolean hasDrawn;
    private long owed;
    private long waited;
    private boolean hurried;
    private long hurriedInPause = -1;
    private boolean asked;
    private boolean ownerWasAlive = true;
    private boolean ownerHeld;
    private long ownerBackAt;
    private long begunInAll;

    PaceRules(GatePlay play) {
        this.play = play;
    }

    void made(boolean attaches) {
        hasSession = attaches;
        isFirst = !attaches;
        forgetPause();
        sinceDraw = 0;
    }

    private void forgetPause() {
        hasDrawn = false;
        owed = 0;
        waited = 0;
        hurried = false;
        hurriedInPause = -1;
        asked = false;
        ownerHeld = false;
    }

    void listed() {
        sinceDraw = 0;
    }

    void hurries() {
        hurried = true;
        if (hasDrawn && ownerWasAlive && play.place() == GatePlace.PAUSING) {
            hurriedInPause = play.now();
        }
    }

    void owner(boolean alive) {
        asked = true;
        ownerWasAlive = alive;
        ownerHeld |= !alive;
    }

    boolean ownerWasAlive() {
        return ownerWasAlive;
    }

    void ownerChanged(boolean alive) {
        if (alive) {
            ownerBackAt = play.now();
        }
    }

    void waited(long nanos) {
        waited += nanos;
    }

    /** A pause is drawn, in milliseconds. */
    void drawn(long bound, long millis) {
        play.check(!hasDrawn, "two pauses before one attempt", bound);
        play.check(made > 0, "a pause before the first attempt", bound);
        int size = play.network().listed().size();
        play.check(made % size == 0, "a pause within a round, after attempts", made);
        play.check(bound == longest(), "a pause of at most " + bound + " ms instead of", longest());
        if (reachedInRound) {
            reachedRounds++;
        } else {
            emptyRounds++;
        }
        reachedInRound = false;
        hasDrawn = true;
        owed = GatePlay.millis(millis);
        sinceDraw = 0;
    }

    private long longest() {
        long session = (wasConnected ? play.setting().granted() : play.setting().session()).toMillis();
        if (!reachedInRound) {
            return Math.min(doubled(emptyRounds), share(LONGEST_EMPTY, session / 10));
        }
        long most = hasSession ? share(LONGEST_REACHED, session / 4) : LONGEST_REACHED;
        return Math.min(doubled(reachedRounds), most);
    }

    private static long doubled(int rounds) {
        return FIRST << Math.min(rounds, MOST_DOUBLINGS);
    }

    private static long share(long limit, long part) {
        return Math.max(FIRST, Math.min(limit, part));
    }

    void begins() {
        play.check(asked && ownerWasAlive, "an attempt without asking the owner", made);
        boolean roundIsOver = made > 0 && made % play.network().listed().size() == 0;
        play.check(hasDrawn || isFirst || ownerHeld || !roundIsOver, "a pause is left out, after attempts", made);
        isFirst = false;
        made++;
        begunInAll++;
        sinceDraw++;
        play.check(sinceDraw <= ModelNetwork.MOST_LISTED, "attempts without a pause", sinceDraw);
        if (ownerHeld) {
            play.check(hurried || waited >= owed, "a pause is cut short, ms", waited / GatePlay.millis(1));
            play.check(play.now() - ownerBackAt <= OWNER_PATIENCE, "waits although the owner is back", play.now());
        } else if (hurried) {
            play.check(waited <= owed, "a pause is too long", waited - owed);
            play.check(hurriedInPause < 0 || hurriedInPause == play.now(), "does not hurry", play.now());
        } else {
            play.check(waited == owed, "a pause is not what it should be, by ns", waited - owed);
        }
        forgetPause();
    }

    /** A look has met somebody. */
    void reached() {
        reachedInRound = true;
    }

    void connected() {
        made = 0;
        emptyRounds = 0;
        reachedRounds = 0;
        reachedInRound = false;
        hasSession = true;
        wasConnected = true;
        sinceDraw = 0;
    }

    /** The pause that is due before the next attempt. */
    long owed() {
        return owed;
    }

    /** Attempts since the last connection, of all handles. */
    int made() {
        return made;
    }

    /** Attempts from the beginning. */
    long begunInAll() {
        return begunInAll;
    }

    /**
     * The client waits for so long for a server, as the connect timeout says: a part of the session's, but no small
     * one.
     */
    void givesUpAfter(long nanos, Duration session) {
        long connect = play.setting().connect().toNanos();
        long due = Math.min(connect, session.toNanos() / play.network().listed().size());
        play.check(nanos <= connect && nanos >= due / 2, "the client is to wait for a server for ns", nanos);
    }
}
