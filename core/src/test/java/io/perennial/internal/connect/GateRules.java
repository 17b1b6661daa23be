package io.perennial.internal.connect;

import io.perennial.internal.connect.ModelNetwork.Server;
import java.net.InetSocketAddress;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What must be so at any time of a gate's play; {@link PaceRules} has what concerns its pauses. Times are in
 * nanoseconds.
 */
final class GateRules {
    private static final long ENDS_WITHIN = GatePlay.millis(20);
    private static final long LONGEST_PAUSE = GatePlay.millis(5_000);
    static final long CLIENTS_PAUSE = GatePlay.millis(1_100);

    private static final long LISTENS = GatePlay.millis(250);
    private static final long A_SECOND = GatePlay.millis(1_000);
    private static final long A_MINUTE = GatePlay.millis(60_000);
    /** Who came just too late for an attempt in vain waits for the next. */
    static final long LATE = A_MINUTE + GatePlay.millis(1_000);

    private static final int ROUNDS_WITHOUT_LOOK = 2;
    private static final int MOST_IN_VAIN = 3;
    private static final long NEVER = -1;

    private final GatePlay play;
    private final PaceRules pace;
    private final ReasonRules reasons;

    private boolean retired;
    private boolean threadEnded;
    private long endingSince = NEVER;
    /** Since when the gate has had no reason to keep a thread whose handle is ending. */
    private long quickSince;

    private boolean attaching;
    private boolean hasSession;
    private boolean connected;
    private long withoutSince;
    private long ownerBackAt;
    private long listedAt;
    private int most;
    private int least;

    private Reachability reachability = Reachability.UNKNOWN;
    private @Nullable Server trying;
    private boolean nameFailed;
    private boolean looked;
    private @Nullable Server met;
    private long givenAt;

    private boolean askedSinceVain;
    private boolean owesSecondVain;
    private long lastVain;
    /** The client has been let through, and not in vain, and has not come again. */
    private boolean promising;

    private boolean nobody;
    private int letThroughForNobody;
    private int inVainForNobody;

    private long held;
    private long accountedAt;

    GateRules(GatePlay play) {
        this.play = play;
        this.pace = new PaceRules(play);
        this.reasons = new ReasonRules(play, pace);
    }

    PaceRules pace() {
        return pace;
    }

    void made(boolean attaches) {
        pace.made(attaches);
        retired = false;
        threadEnded = false;
        endingSince = NEVER;
        attaching = attaches;
        hasSession = attaches;
        connected = false;
        withoutSince = play.now();
        reachability = Reachability.UNKNOWN;
        trying = null;
        met = null;
        givenAt = play.now();
        reasons.forgetOutcome();
        promising = false;
        askedSinceVain = false;
        owesSecondVain = false;
        inVainForNobody = 0; // Each handle has requests of its own.
        sized();
    }

    private void sized() {
        most = play.network().listed().size();
        least = most;
    }

    /** Other servers are listed, so that attempts are to go to those, at once. */
    void lists(Set<Endpoint> before) {
        List<Endpoint> now = play.network().endpoints();
        if (before.equals(new HashSet<>(now))) {
            return;
        }
        listedAt = play.now();
        most = Math.max(most, now.size());
        least = Math.min(least, now.size());
        reasons.list(now);
        pace.listed();
        hurries();
    }

    void hurries() {
        pace.hurries();
    }

    boolean isEnding() {
        return endingSince != NEVER;
    }

    void closes() {
        ends();
    }

    void retires() {
        retired = true;
        ends();
    }

    private void ends() {
        if (!isEnding()) {
            endingSince = play.now();
            quickSince = endingSince;
        }
    }

    void endedAgain() {
        play.check(retired, "ended again although not retired", "");
    }

    void threadEnded() {
        play.check(isEnding(), "its thread has ended", "");
        threadEnded = true;
    }

    boolean hasThreadEnded() {
        return threadEnded;
    }

    /** The client's thread comes for the next server. */
    void comes() {
        quickSince = play.now();
        if (!isEnding()) {
            pace.comes();
        }
        reasons.comesFrom(isEnding() ? null : met);
        promising = false;
        met = null;
    }

    void ownerChanged(boolean alive) {
        account(!alive);
        if (alive) {
            ownerBackAt = play.now();
        }
        pace.ownerChanged(alive);
    }

    /** An attempt begins: its server's name is about to be resolved. */
    void begins(Server server) {
        play.check(!isEnding(), "an attempt begins although the handle is ending", server);
        play.check(play.network().listed().contains(server), "a server that is not listed is tried", server);
        pace.begins();
        trying = server;
        nameFailed = false;
        looked = false;
        met = null;
    }

    void looks(Server server) {
        play.check(server == trying, "another server is looked at", server);
        int made = pace.made() - 1;
        play.check(
                attaching || made >= (hasSession ? 1 : ROUNDS_WITHOUT_LOOK * least),
                "a second connection for a handle that has hardly tried: attempts",
                made);
        looked = true;
        quickSince = play.now();
    }

    /** A look has met somebody. */
    void met() {
        pace.reached();
        met = trying;
        reachability = Reachability.REACHABLE;
    }

    /** A look, or a name, has come to nothing; or the server has said why it will not. */
    void failed(Server server, String reason) {
        nameFailed |= !looked;
        quickSince = play.now();
        pace.failed(reason);
        if (isEnding()) {
            return;
        }
        reasons.failed(server, reason);
        if (!reason.startsWith("hangs") && !reason.startsWith("answers")) {
            reachability = Reachability.UNREACHABLE;
        } else {
            met = null; // What is to be said of it is said.
        }
    }

    /** The gate has let the client through. */
    void letThrough(InetSocketAddress address) {
        givenAt = play.now();
        play.check(!isEnding(), "the client is let through although its handle is ending", address);
        Server server = play.network().server(address);
        play.check(server == trying && address.getPort() == server.endpoint.port(), "another server is given", server);
        play.check(
                play.network().listed().contains(server),
                "the client is let through to one that is not listed",
                server);
        play.check(address.isUnresolved() == nameFailed, "an address of a name that leads nowhere", address);
        if (nameFailed || (looked && !play.network().hasMet())) {
            letThroughInVain();
            return;
        }
        if (nobody) {
            letThroughForNobody++;
            int mostTimes = ROUNDS_WITHOUT_LOOK * ModelNetwork.MOST_LISTED + 1; // and one that was there when looked at
            play.check(letThroughForNobody <= mostTimes, "let through for nobody, times", letThroughForNobody);
        }
        promising = true;
        if (!looked) {
            int made = pace.made() - 1;
            play.check(!attaching, "let through without a look although it attaches", server);
            play.check(
                    made < (hasSession ? 1 : ROUNDS_WITHOUT_LOOK * most),
                    "let through without a look after attempts",
                    made);
        }
    }

    /** Only for requests that wait. */
    private void letThroughInVain() {
        boolean second = owesSecondVain && play.now() - lastVain >= A_MINUTE;
        play.check(askedSinceVain || second, "let through in vain, for nobody's sake", play.now());
        owesSecondVain = askedSinceVain;
        askedSinceVain = false;
        lastVain = play.now();
        if (nobody) {
            inVainForNobody++;
            play.check(inVainForNobody <= MOST_IN_VAIN, "let through in vain, times", inVainForNobody);
        }
    }

    /** The client goes where its own search has found a server. */
    void goesPastTheGate() {
        met = null;
        trying = null;
    }

    void connected(boolean readOnly) {
        play.check(!retired, "a retired handle has a connection", "");
        connected = true;
        attaching = false;
        hasSession = true;
        met = null;
        pace.connected();
        reasons.clear();
        owesSecondVain = false;
        reachability = Reachability.UNKNOWN;
        sized();
        long since = play.fromTicks(play.gate().connectingSince());
        play.check(since == givenAt, "the attempt began at another time", since);
        play.check(
                play.attempts().made() == 0,
                "attempts are left",
                play.attempts().made());
        reasons.report();
        play.note(readOnly ? "connected, read-only" : "connected", "");
    }

    /** The client's attempt has come to nothing. */
    void attemptFailed(boolean silent, long within) {
        reasons.attemptFailed(silent, within, play.now() - givenAt);
    }

    void report() {
        reasons.report();
    }

    void lost() {
        connected = false;
        withoutSince = play.now();
    }

    /** Somebody asks whether a request may wait. */
    boolean asks() {
        boolean admitted = play.gate().admits();
        askedSinceVain |= admitted;
        play.check(admitted || !connected, "a connection, and requests are refused", "");
        play.check(admitted || !promising, "an attempt that may succeed, and requests are refused", "");
        boolean inLongPause = play.place() == GatePlace.PAUSING && pace.owed() > A_SECOND && !isEnding();
        play.check(!admitted || !inLongPause, "admitted in a long pause", pace.owed());
        return admitted;
    }

    /** How long requests have been held by now, not counting when the owner was gone: nothing may connect then. */
    long heldSoFar() {
        account(play.isOwnerAlive());
        return held;
    }

    private void account(boolean counts) {
        if (counts) {
            held += play.now() - accountedAt;
        }
        accountedAt = play.now();
    }

    /** Looks whether all is as it must be. */
    void look(GatePlace place) {
        account(play.isOwnerAlive());
        boolean now = play.network().isNobodyReachable();
        if (now != nobody) {
            nobody = now;
            letThroughForNobody = 0;
            inVainForNobody = 0;
        }
        ConnectionGate gate = play.gate();
        boolean inGate = place.isInGate();
        play.check(!inGate || gate.isSeeking(), "is not seeking while", place);
        play.check(!connected || !gate.isSeeking(), "is seeking while", place);
        play.check(gate.reachability() == reachability, "reachability should be", reachability);
        if (connected && play.setting().busy()) {
            asks();
        }
        lookForEnd(place);
        lookForRequest();
        if (!isEnding() && !connected) {
            lookForSession();
        }
    }

    private void lookForEnd(GatePlace place) {
        if (!isEnding() || threadEnded) {
            return;
        }
        if (place == GatePlace.RESOLVING || !place.isInGate()) {
            quickSince = play.now();
        }
        long most = place == GatePlace.ENDING ? ENDS_WITHIN : 0;
        play.check(play.now() - quickSince <= most, "a thread is kept whose handle is ending", place);
        long longest = CLIENTS_PAUSE + lookUp() + 2 * clientTimeout() + GatePlay.millis(200);
        play.check(play.now() - endingSince <= longest, "does not end", place);
    }

    private void lookForRequest() {
        long eldest = play.thread() == null ? NEVER : play.thread().eldestRequest();
        if (eldest != NEVER) {
            long waits = held - eldest;
            play.check(waits <= longestRound(ModelNetwork.MOST_LISTED), "a request is held for ns", waits);
        }
    }

    private void lookForSession() {
        if (!play.isOwnerAlive()) {
            return;
        }
        long since = Math.max(withoutSince, Math.max(ownerBackAt, listedAt));
        for (Server server : play.network().listed()) {
            if (server.isWell()) {
                long waits = play.now() - Math.max(since, server.since());
                play.check(
                        waits <= longestRound(play.network().listed().size()),
                        "no session although one is to be had, for ns",
                        waits);
            }
        }
    }

    /** For an attempt at each server, after one that has begun before, with the pauses that are owed. */
    long longestRound(int servers) {
        long attempt = lookUp() + play.setting().connect().toNanos() + LISTENS + CLIENTS_PAUSE + 2 * clientTimeout();
        return 2 * LONGEST_PAUSE + (servers + 1) * attempt;
    }

    private static long lookUp() {
        return GatePlay.millis(ModelNetwork.LONGEST_LOOK_UP);
    }

    /** The client's, for a connection and for the answer to its first word. */
    private long clientTimeout() {
        long session = Math.max(
                play.setting().session().toNanos(), play.setting().granted().toNanos());
        return Math.min(session, play.setting().connect().toNanos());
    }
}
