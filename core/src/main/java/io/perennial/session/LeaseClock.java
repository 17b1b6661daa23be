package io.perennial.session;

import io.perennial.Lease;
import io.perennial.Registration;
import io.perennial.engine.Ticker;
import io.perennial.operation.SessionGate;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Reckons the lease: the latest time at which the <em>leader</em> is known to have heard of the session, plus the
 * negotiated timeout, on the monotonic clock.
 *
 * <p>The leader alone expires sessions ({@code LeaderSessionTracker}). It hears of a session when that is created or
 * attached to a connection ({@code createSession}, {@code Leader.revalidateSession}). Of the requests in between it learns
 * late: a follower notes whose requests it got ({@code LearnerSessionTracker.touchTable}) and sends that along with its
 * answer to the leader's next ping ({@code Learner.ping}), which comes every half tick ({@code Leader.lead}); one that dies
 * before takes its notes with it. So an acknowledgement by itself proves nothing. But the leader's answer to a
 * {@code sync}, which comes over the connection on which the notes went before it, proves that what was sent half a tick
 * earlier has been noted by the leader. The {@code margin} stands for that half tick.
 *
 * <p>An answer that takes longer than the margin proves nothing: the leader may have stood still and may answer first,
 * look at its clock next, and read the notes last.
 *
 * <p>Concurrency: one immutable term in a volatile field, replaced under the lock; acknowledgements come from event
 * threads, new terms from the engine, readers from anywhere.
 */
final class LeaseClock implements Lease {
    private static final Duration LONGEST_DEFAULT_MARGIN = Duration.ofSeconds(1);
    private static final int MOST_UNPROVEN = 128;
    private static final Term NONE = new Term(0, 0, 0, 0, 0, 0, false);

    private final Ticker ticker;
    private final @Nullable Duration configuredMargin;
    private final LapseHooks hooks;
    private final Object lock = new Object();
    /** Guarded by {@code lock}: when the acknowledged requests were sent that the leader may not have noted yet. */
    private final ArrayDeque<Long> unproven = new ArrayDeque<>();
    /** Guarded by {@code lock} for writing. */
    private volatile Term term = NONE;
    /** The last answered request's. */
    private volatile @Nullable Duration roundTrip;

    /** One server session's lease; not held until a request has been acknowledged. */
    private record Term(
            long generation,
            long sessionId,
            long timeoutNanos,
            long marginNanos,
            long notedAt,
            long sentAt,
            boolean acknowledged) {

        long nanosLeft(long now) {
            return acknowledged ? Math.max(0, timeoutNanos - (now - notedAt)) : 0;
        }
    }

    /** A margin of null is reckoned from the timeout. */
    LeaseClock(Ticker ticker, @Nullable Duration margin, LapseHooks hooks) {
        this.ticker = ticker;
        this.configuredMargin = margin;
        this.hooks = hooks;
    }

    /**
     * Half a tick of a server with the default {@code tickTime} of 2 s; with a longer one, the sessions are not shorter
     * than its {@code minSessionTimeout}, which is two ticks unless set.
     */
    static Duration defaultMargin(Duration negotiatedTimeout) {
        Duration quarter = negotiatedTimeout.dividedBy(4);
        return quarter.compareTo(LONGEST_DEFAULT_MARGIN) < 0 ? quarter : LONGEST_DEFAULT_MARGIN;
    }

    private void replace(UnaryOperator<Term> next) {
        synchronized (lock) {
            Term t = next.apply(term);
            if (t.sessionId != term.sessionId) {
                unproven.clear();
            }
            term = t;
            hooks.leaseChanged(t.nanosLeft(ticker.nanos()) > 0, t.notedAt + t.timeoutNanos);
        }
    }

    /**
     * A server session, new or with another timeout; keeps what was acknowledged in the same one.
     *
     * @param attachedAfter a time before its latest attachment to a connection
     */
    void begin(long generation, long sessionId, Duration negotiatedTimeout, long attachedAfter) {
        long timeout = negotiatedTimeout.toNanos();
        long margin = (configuredMargin == null ? defaultMargin(negotiatedTimeout) : configuredMargin).toNanos();
        replace(t -> t.sessionId == sessionId
                ? new Term(
                        generation,
                        sessionId,
                        timeout,
                        margin,
                        t.acknowledged ? later(t.notedAt, attachedAfter) : attachedAfter,
                        t.sentAt,
                        t.acknowledged)
                : new Term(generation, sessionId, timeout, margin, attachedAfter, 0, false));
    }

    /** The leader has answered a request of that session, sent at that time. */
    void acknowledge(long sessionId, long sentAt) {
        if (sessionId == term.sessionId) {
            roundTrip = Duration.ofNanos(ticker.nanos() - sentAt);
        }
        replace(t -> t.sessionId == sessionId && (!t.acknowledged || sentAt - t.sentAt > 0)
                ? new Term(t.generation, sessionId, t.timeoutNanos, t.marginNanos, notedAt(t, sentAt), sentAt, true)
                : t);
    }

    /** Under the lock. */
    private long notedAt(Term t, long sentAt) {
        if (t.marginNanos == 0) {
            return later(t.notedAt, sentAt);
        }
        long noted = t.notedAt;
        if (ticker.nanos() - sentAt <= t.marginNanos) {
            for (Long sent = unproven.peek(); sent != null && sentAt - sent >= t.marginNanos; sent = unproven.peek()) {
                noted = later(noted, sent);
                unproven.remove();
            }
        }
        if (unproven.size() == MOST_UNPROVEN) {
            unproven.removeLast();
        }
        unproven.add(sentAt);
        return noted;
    }

    private static long later(long one, long other) {
        return one - other > 0 ? one : other;
    }

    /** The session is gone, by the server's word or by ours to it. */
    void end() {
        replace(t -> new Term(t.generation, 0, 0, 0, 0, t.sentAt, false));
    }

    /** As {@link #end}, for good. */
    void close() {
        end();
        hooks.close();
    }

    /**
     * Whether the session must be taken for lost: no acknowledgement of a request sent within the timeout, nor has it been
     * attached since; longer than the lease is held. Before its first acknowledgement it is reckoned from its creation
     * (C18).
     */
    boolean isTimeoutOver() {
        Term t = term;
        long since = t.acknowledged ? later(t.sentAt, t.notedAt) : t.notedAt;
        return t.sessionId != 0 && ticker.nanos() - since >= t.timeoutNanos;
    }

    /** The server session of this term, with what else its handle knows. */
    SessionGate.Hand hand(long zxid) {
        Term t = term;
        return new SessionGate.Hand(t.generation, t.sessionId, zxid);
    }

    /** How long the last answered request took; null before the first. */
    @Nullable
    Duration roundTrip() {
        return roundTrip;
    }

    /** Time since the sending of the last acknowledged request; zero before the first. */
    Duration silence() {
        Term t = term;
        return t.acknowledged ? Duration.ofNanos(ticker.nanos() - t.sentAt) : Duration.ZERO;
    }

    @Override
    public long generation() {
        return term.generation;
    }

    @Override
    public boolean isHeld() {
        return term.nanosLeft(ticker.nanos()) > 0;
    }

    @Override
    public Duration remaining() {
        return Duration.ofNanos(term.nanosLeft(ticker.nanos()));
    }

    @Override
    public Registration onLapse(Runnable action) {
        return hooks.add(action);
    }

    @Override
    public String toString() {
        return "lease of generation " + generation() + ": " + remaining().toMillis() + " ms left";
    }
}
