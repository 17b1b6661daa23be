package io.perennial.internal.connect;

import io.github.resilience4j.core.IntervalFunction;
import io.perennial.internal.engine.Backoff;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The outcome of one session's attempts to connect since it was last established at a server, whichever handle made
 * them: how many there were, how long to wait before the next round, and why there is no session.
 *
 * <p>A handle that has lost its connection tries at once. What follows goes by what a round has met:
 *
 * <ul>
 *   <li>Refusals only: a look costs little, and the first moment in which a server is back is to be caught. So the
 *       pause is a fiftieth of the outage, 20 ms to a second, plus or minus half: no outage lasts much longer for it.
 *   <li>Silence: a crowd is there already. Each of it waits a random part of half a second, then of one, then of two.
 *   <li>A server that accepted and gave no session: from 50 ms to five seconds, doubling, a random part of that.
 *   <li>Nobody knows what: the same, up to a second.
 * </ul>
 *
 * <p>Only an established session resets all this. A server that accepts and hangs up has not given one, and a new
 * handle changes nothing either (C6). And sessions that are lost as soon as they are established count as attempts that
 * failed: their connections would follow one another without a pause.
 *
 * <p>Concurrency: from anywhere.
 */
public final class Attempts {
    private static final Duration FIRST_PAUSE = Duration.ofMillis(50);
    /** Nobody knows who is there. */
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);
    /** Servers that accept and give no session (no quorum): each attempt costs them, and a stack trace in the log. */
    private static final Duration LONGEST_PATIENCE = Duration.ofSeconds(5);

    private static final Duration LISTENS_AT_FIRST = Duration.ofMillis(10);
    private static final Duration LISTENS = Duration.ofMillis(250);

    private static final Duration FIRST_IN_A_CROWD = Duration.ofMillis(500);
    private static final Duration LONGEST_IN_A_CROWD = Duration.ofSeconds(2);
    private static final int OUTAGE_PER_LOOK = 50;
    private static final long SHORTEST_REFUSED = 20;
    private static final Duration LONGEST_REFUSED = Duration.ofSeconds(1);
    private static final int TIMEOUT_PER_LOOK = 20;
    /** Where a crowd was met, plus or minus half, too. */
    private static final long REFUSED_IN_A_CROWD = 80;
    /** A connection that broke earlier was of no use. */
    private static final Duration OF_USE = Duration.ofSeconds(1);

    private final RandomGenerator random;
    private final IntervalFunction reached = bound(LONGEST_PATIENCE);
    private final IntervalFunction brief = bound(LONGEST_PAUSE);
    private IntervalFunction unreachable;
    private IntervalFunction reachedWithSession;
    private IntervalFunction crowded;
    private long longestRefused;
    private final Map<Endpoint, Reason> reasons = new LinkedHashMap<>();
    private final LookPatience patience = new LookPatience();
    private int made;
    /** Rounds of which nobody knows what they met. */
    private int emptyRounds;

    private int silentRounds;
    /** Rounds in which a server accepted; counted separately, because a starting server does so for a moment. */
    private int reachedRounds;

    private long first;
    private Round round = new Round();
    /** Sessions in a row that were lost at once. */
    private int briefs;

    private @Nullable Long establishedAt;

    /**
     * For one session.
     *
     * @param sessionTimeout the one asked for
     * @param random where the pauses are drawn
     */
    public Attempts(Duration sessionTimeout, RandomGenerator random) {
        this.random = random;
        this.unreachable = whileUnreachable(sessionTimeout);
        this.reachedWithSession = whileReached(sessionTimeout);
        this.crowded = whileCrowded(sessionTimeout);
        this.longestRefused = whileRefused(sessionTimeout);
    }

    /**
     * A server has granted this timeout: a server that is back restarts the sessions' clocks, and a short timeout
     * leaves little time to come back in, however much was asked for.
     */
    synchronized void granted(Duration sessionTimeout) {
        unreachable = whileUnreachable(sessionTimeout);
        reachedWithSession = whileReached(sessionTimeout);
        crowded = whileCrowded(sessionTimeout);
        longestRefused = whileRefused(sessionTimeout);
    }

    private static IntervalFunction whileUnreachable(Duration sessionTimeout) {
        return bound(atMost(LONGEST_PAUSE, sessionTimeout.dividedBy(10)));
    }

    private static IntervalFunction whileReached(Duration sessionTimeout) {
        return bound(atMost(LONGEST_PATIENCE, sessionTimeout.dividedBy(4)));
    }

    private static IntervalFunction whileCrowded(Duration sessionTimeout) {
        Duration most = atMost(LONGEST_IN_A_CROWD, sessionTimeout.dividedBy(10));
        return Backoff.doubling(most.compareTo(FIRST_IN_A_CROWD) < 0 ? most : FIRST_IN_A_CROWD, most);
    }

    private static long whileRefused(Duration sessionTimeout) {
        return atMost(LONGEST_REFUSED, sessionTimeout.dividedBy(TIMEOUT_PER_LOOK))
                .toMillis();
    }

    private static IntervalFunction bound(Duration longest) {
        return Backoff.doubling(FIRST_PAUSE, longest);
    }

    private static Duration atMost(Duration limit, Duration share) {
        Duration least = share.compareTo(limit) > 0 ? limit : share;
        return least.compareTo(FIRST_PAUSE) < 0 ? FIRST_PAUSE : least;
    }

    /**
     * How long to wait before the next attempt: nothing within a round of servers, and longer after each round.
     *
     * @param servers how many there are
     * @param hasSession whether there is a session at the servers that may expire meanwhile
     * @param now by the session's ticker
     */
    synchronized Duration pause(int servers, boolean hasSession, long now) {
        if (made == 0) {
            return pauseAfterLoss(now);
        }
        if (made % servers != 0) {
            return Duration.ZERO;
        }
        long shortest = shortestPause(now);
        long longest = longestPause(hasSession, now).toMillis();
        switch (round.met()) {
            case SERVER -> reachedRounds++;
            case SILENCE -> silentRounds++;
            case UNKNOWN -> emptyRounds++;
            case REFUSAL -> {}
        }
        round = new Round();
        return Duration.ofMillis(random.nextLong(shortest, longest + 1));
    }

    /** None, unless one session after the other is lost at once. */
    private Duration pauseAfterLoss(long now) {
        Long since = establishedAt;
        establishedAt = null;
        if (since == null || now - since >= OF_USE.toNanos()) {
            briefs = 0;
            return Duration.ZERO;
        }
        briefs++;
        return Duration.ofMillis(random.nextLong(1, brief.apply(briefs) + 1));
    }

    private long shortestPause(long now) {
        return round.met() == Round.Met.REFUSAL ? refusedPause(now) / 2 : 1;
    }

    /** The bound of the next pause. */
    synchronized Duration longestPause(boolean hasSession, long now) {
        return Duration.ofMillis(
                switch (round.met()) {
                    case SERVER -> (hasSession ? reachedWithSession : reached).apply(reachedRounds + 1);
                    case SILENCE -> crowded.apply(silentRounds + 1);
                    case REFUSAL -> refusedPause(now) * 3 / 2;
                    case UNKNOWN -> unreachable.apply(emptyRounds + 1);
                });
    }

    private long refusedPause(long now) {
        long part = outage(now).dividedBy(OUTAGE_PER_LOOK).toMillis();
        long shortest = silentRounds > 0 ? REFUSED_IN_A_CROWD : SHORTEST_REFUSED;
        return Math.max(shortest, Math.min(longestRefused, part));
    }

    /** An attempt begins: a look, or an attempt of the client itself. */
    synchronized void begin(long now) {
        if (made == 0) {
            first = now;
        }
        made++;
        round.begin();
    }

    /** How long ago the first began; nothing before that. */
    synchronized Duration outage(long now) {
        return made == 0 ? Duration.ZERO : Duration.ofNanos(now - first);
    }

    /** How many have begun. */
    synchronized int made() {
        return made;
    }

    /** How long a look at the server may take. */
    synchronized Duration patience(Endpoint server, Duration connectTimeout) {
        return patience.with(server, connectTimeout);
    }

    /**
     * How long to listen to a server that has let us down: it hangs up at once, or it waits for more. Briefly at first,
     * for it may have been starting, and is well now.
     */
    synchronized Duration listening() {
        return reachedRounds > 1 ? LISTENS : LISTENS_AT_FIRST;
    }

    /** A server accepts connections, after that time; whether it gives a session is not known yet. */
    synchronized void reached(Endpoint server, Duration took) {
        round.reached();
        patience.answered(server, took);
    }

    /** A look was refused, after that time. */
    synchronized void refused(Endpoint server, Duration took) {
        round.refused();
        patience.answered(server, took);
    }

    /** A look was neither accepted nor refused while it had patience. */
    synchronized void silent(Endpoint server) {
        round.silent();
        patience.silent(server);
    }

    /** A server has given no session. */
    synchronized void failed(Endpoint server, Reason reason) {
        reasons.put(server, reason);
    }

    /** Whether the server has accepted a connection before and given no session. */
    synchronized boolean hasLetDown(Endpoint server) {
        Reason reason = reasons.get(server);
        return reason != null && reason.accepts();
    }

    /** What is known of servers other than these no longer matters. */
    synchronized void forgetOthersThan(List<Endpoint> servers) {
        reasons.keySet().retainAll(servers);
        patience.forgetOthersThan(servers);
    }

    /**
     * A server has given the session.
     *
     * @param now by the session's ticker
     */
    synchronized void established(long now) {
        made = 0;
        emptyRounds = 0;
        silentRounds = 0;
        reachedRounds = 0;
        round = new Round();
        reasons.clear();
        patience.forget();
        establishedAt = now;
    }

    /**
     * Why there is no session.
     *
     * @param now by the session's ticker
     * @return a sentence, or null when no attempt is known to have failed
     */
    public synchronized @Nullable String trouble(long now) {
        return reasons.isEmpty() ? null : Reason.sentence(reasons, made, Duration.ofNanos(now - first));
    }
}
