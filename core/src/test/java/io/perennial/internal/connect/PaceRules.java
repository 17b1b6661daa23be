package io.perennial.internal.connect;

import java.time.Duration;

/** What must be so of the pauses between attempts, in a gate's play. Times are in nanoseconds. */
final class PaceRules {
    private static final long FIRST = 50;
    private static final long LONGEST_EMPTY = 1_000;
    private static final long LONGEST_REACHED = 5_000;
    private static final long FIRST_SILENT = 500;
    private static final long LONGEST_SILENT = 2_000;
    private static final long SHORTEST_REFUSED = 20;
    private static final long LONGEST_REFUSED = 1_000;
    private static final long REFUSED_IN_A_CROWD = 80;
    private static final long BRIEF = GatePlay.millis(1_000);
    private static final long SHORTEST_LOOK = GatePlay.millis(60);
    private static final long NEVER = -1;
    private static final int MOST_DOUBLINGS = 10;
    private static final long OWNER_PATIENCE = GatePlay.millis(1_000);

    private final GatePlay play;

    private int made;
    private int emptyRounds;
    private int silentRounds;
    private int reachedRounds;
    private boolean reachedInRound;
    private boolean silentInRound;
    private int refusedInRound;
    private int begunInRound;
    private long firstAt;
    private long establishedAt = NEVER;
    private int briefs;
    /** A session that was lost at once is to be followed by a pause. */
    private boolean owesForBrief;

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
        owesForBrief = false;
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

    /** The client's thread comes for the next server. */
    void comes() {
        if (made > 0 || isFirst) {
            return;
        }
        owesForBrief = establishedAt != NEVER && play.now() - establishedAt < BRIEF;
        establishedAt = NEVER;
        briefs = owesForBrief ? briefs + 1 : 0;
    }

    /** A pause is drawn, in milliseconds. */
    void drawn(long least, long bound, long millis) {
        play.check(!hasDrawn, "two pauses before one attempt", bound);
        int size = play.network().listed().size();
        play.check(made % size == 0, "a pause within a round, after attempts", made);
        play.check(made > 0 || owesForBrief, "a pause before the first attempt", bound);
        play.check(bound == longest(), "a pause of at most " + bound + " ms instead of", longest());
        play.check(least == shortest(), "a pause of at least " + least + " ms instead of", shortest());
        if (made > 0) {
            roundIsOver();
        }
        owesForBrief = false;
        hasDrawn = true;
        owed = GatePlay.millis(millis);
        sinceDraw = 0;
    }

    private void roundIsOver() {
        if (reachedInRound) {
            reachedRounds++;
        } else if (silentInRound) {
            silentRounds++;
        } else if (!isAllRefused()) {
            emptyRounds++;
        }
        forgetRound();
    }

    private void forgetRound() {
        reachedInRound = false;
        silentInRound = false;
        refusedInRound = 0;
        begunInRound = 0;
    }

    private boolean isAllRefused() {
        return begunInRound > 0 && !reachedInRound && !silentInRound && refusedInRound == begunInRound;
    }

    /** Between looks that are refused: a fiftieth of the outage, plus or minus half. */
    private long refused() {
        long part = (play.now() - firstAt) / GatePlay.millis(50);
        long longest = share(LONGEST_REFUSED, session() / 20);
        return Math.max(silentRounds > 0 ? REFUSED_IN_A_CROWD : SHORTEST_REFUSED, Math.min(longest, part));
    }

    private long shortest() {
        return isAllRefused() ? refused() / 2 : 1;
    }

    private long longest() {
        if (made == 0) {
            return Math.min(doubled(briefs - 1), LONGEST_EMPTY);
        }
        if (isAllRefused()) {
            return refused() * 3 / 2;
        }
        long session = session();
        if (!reachedInRound && silentInRound) {
            return Math.min(FIRST_SILENT << Math.min(silentRounds, 2), share(LONGEST_SILENT, session / 10));
        }
        if (!reachedInRound) {
            return Math.min(doubled(emptyRounds), share(LONGEST_EMPTY, session / 10));
        }
        long most = hasSession ? share(LONGEST_REACHED, session / 4) : LONGEST_REACHED;
        return Math.min(doubled(reachedRounds), most);
    }

    private long session() {
        return (wasConnected ? play.setting().granted() : play.setting().session()).toMillis();
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
        play.check(!owesForBrief || ownerHeld, "no pause after a session that was lost at once", made);
        isFirst = false;
        if (made == 0) {
            firstAt = play.now();
        }
        made++;
        begunInRound++;
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

    /** A look, or a name, has come to nothing. */
    void failed(String reason) {
        if (reason.startsWith("refuses")) {
            refusedInRound++;
        } else if (reason.startsWith("no answer")) {
            silentInRound = true;
        }
    }

    /** With that patience for a look. */
    void looks(Duration patience) {
        long connect = play.setting().connect().toNanos();
        long nanos = patience.toNanos();
        play.check(nanos >= Math.min(SHORTEST_LOOK, connect) && nanos <= connect, "a look's patience, ns", nanos);
    }

    void connected() {
        made = 0;
        emptyRounds = 0;
        silentRounds = 0;
        reachedRounds = 0;
        forgetRound();
        establishedAt = play.now();
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
