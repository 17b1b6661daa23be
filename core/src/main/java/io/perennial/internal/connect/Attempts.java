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
 * <p>Only an established session resets all this. A server that accepts and hangs up has not given one, and a new
 * handle changes nothing either (C6).
 *
 * <p>Concurrency: from anywhere.
 */
public final class Attempts {
    private static final Duration FIRST_PAUSE = Duration.ofMillis(50);
    /** No server there: a look costs little, and the first moment in which one is back is to be caught. */
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);
    /** Servers that accept and give no session (no quorum): each attempt costs them, and a stack trace in the log. */
    private static final Duration LONGEST_PATIENCE = Duration.ofSeconds(5);

    private final RandomGenerator random;
    private final IntervalFunction reached = bound(LONGEST_PATIENCE);
    private IntervalFunction unreachable;
    private IntervalFunction reachedWithSession;
    private final Map<Endpoint, Reason> reasons = new LinkedHashMap<>();
    private int made;
    /** Rounds in which no server was there. */
    private int emptyRounds;
    /** Rounds in which a server accepted; counted separately, because a starting server does so for a moment. */
    private int reachedRounds;

    private long first;
    private boolean reachedInRound;

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
    }

    /**
     * A server has granted this timeout: a server that is back restarts the sessions' clocks, and a short timeout
     * leaves little time to come back in, however much was asked for.
     */
    synchronized void granted(Duration sessionTimeout) {
        unreachable = whileUnreachable(sessionTimeout);
        reachedWithSession = whileReached(sessionTimeout);
    }

    private static IntervalFunction whileUnreachable(Duration sessionTimeout) {
        return bound(atMost(LONGEST_PAUSE, sessionTimeout.dividedBy(10)));
    }

    private static IntervalFunction whileReached(Duration sessionTimeout) {
        return bound(atMost(LONGEST_PATIENCE, sessionTimeout.dividedBy(4)));
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
     */
    synchronized Duration pause(int servers, boolean hasSession) {
        if (made == 0 || made % servers != 0) {
            return Duration.ZERO;
        }
        long bound = longestPause(hasSession).toMillis();
        if (reachedInRound) {
            reachedRounds++;
        } else {
            emptyRounds++;
        }
        reachedInRound = false;
        return Duration.ofMillis(random.nextLong(1, bound + 1));
    }

    /** The bound of the next pause. */
    synchronized Duration longestPause(boolean hasSession) {
        if (!reachedInRound) {
            return Duration.ofMillis(unreachable.apply(emptyRounds + 1));
        }
        return Duration.ofMillis((hasSession ? reachedWithSession : reached).apply(reachedRounds + 1));
    }

    /** An attempt begins: a look, or an attempt of the client itself. */
    synchronized void begin(long now) {
        if (made == 0) {
            first = now;
        }
        made++;
    }

    /** How many have begun. */
    synchronized int made() {
        return made;
    }

    /** A server accepts connections; whether it gives a session is not known yet. */
    synchronized void reached() {
        reachedInRound = true;
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
    }

    /** A server has given the session. */
    synchronized void established() {
        made = 0;
        emptyRounds = 0;
        reachedRounds = 0;
        reachedInRound = false;
        reasons.clear();
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
