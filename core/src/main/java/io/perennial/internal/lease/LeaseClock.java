package io.perennial.internal.lease;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.perennial.Lease;
import io.perennial.Registration;
import io.perennial.internal.engine.Ticker;
import io.perennial.internal.operation.SessionView;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Computes the lease: the latest time at which the <em>leader</em> is known to have heard of the session, plus the
 * {@linkplain ShortestTimeout shortest timeout} that a leader may use, on {@linkplain LeaseTime a clock} that does not
 * stop when the machine does.
 *
 * <p>The leader alone expires sessions ({@code LeaderSessionTracker}). It hears of a session when that is created or
 * attached to a connection ({@code createSession}, {@code Leader.revalidateSession}). It learns late of the requests in
 * between: a follower notes which sessions' requests it received ({@code LearnerSessionTracker.touchTable}) and sends
 * that along with its answer to the leader's next ping ({@code Learner.ping}), which comes every half tick
 * ({@code Leader.lead}); a follower that dies before then takes its notes with it. So an acknowledgement by itself
 * proves nothing. But the leader's answer to a {@code sync} comes over the connection on which the notes went before
 * it. So it proves that the leader has noted what the follower had received half a tick before the {@code sync} was
 * sent, which includes everything it had answered by then, whenever that was sent. The {@code margin} represents that
 * half tick.
 *
 * <p>A leader that stood still, was deposed and does not know it yet still attaches sessions, which its successor may
 * have expired. So an attachment is in doubt, and extends nothing, until the leader has answered a {@code sync} that
 * was sent a margin later: by then it has counted its followers. Where the lease would not last until then, a
 * transaction has to succeed: a quorum has agreed on that, behind the same leader.
 *
 * <p>An answer that takes longer than the margin proves nothing: the leader may have stood still and may answer first,
 * check its clock next, and read the notes last.
 *
 * <p>Concurrency: one immutable term in a volatile field, replaced under the lock; acknowledgements come from event
 * threads, new terms from the engine, readers from anywhere.
 */
public final class LeaseClock implements Lease {
    private static final int MARGINS_PER_TIMEOUT = 4;
    private static final int MOST_UNPROVEN = 128;
    private static final Term NONE = new Term(0, 0, 0, 0, 0, 0, 0, 0, 0, false, false);

    private final Ticker ticker;
    private final LeaseTime time;
    private final @Nullable Duration configuredMargin;
    private final LapseHooks hooks;
    private final Object lock = new Object();
    /** The requests that the leader may not have noted. */
    @GuardedBy("lock")
    private final ArrayDeque<Answered> unproven = new ArrayDeque<>();

    @GuardedBy("lock")
    private final ShortestTimeout shortest = new ShortestTimeout();
    /** Guarded by {@code lock} for writing. */
    private volatile Term term = NONE;
    /** The last answered request's. */
    private volatile @Nullable Duration roundTrip;

    /**
     * One server session's lease; not held until a request has been acknowledged. {@code notedAt} is on the lease's own
     * clock; {@code attachedAt}, {@code attachedBy} (before and after the attachment) and {@code sentAt} are on the
     * monotonic clock, like everything that decides a loss (S-35). The lease lasts for {@code timeoutNanos}, the
     * shortest timeout; {@code negotiatedNanos}, the latest, decides a loss.
     */
    private record Term(
            long generation,
            long sessionId,
            long negotiatedNanos,
            long timeoutNanos,
            long marginNanos,
            long notedAt,
            long attachedAt,
            long attachedBy,
            long sentAt,
            boolean acknowledged,
            boolean inDoubt) {

        Term within(Duration timeout) {
            return new Term(
                    generation,
                    sessionId,
                    negotiatedNanos,
                    timeout.toNanos(),
                    marginNanos,
                    notedAt,
                    attachedAt,
                    attachedBy,
                    sentAt,
                    acknowledged,
                    inDoubt);
        }

        Term heard(long noted, long sent, boolean stillInDoubt) {
            return new Term(
                    generation,
                    sessionId,
                    negotiatedNanos,
                    timeoutNanos,
                    marginNanos,
                    noted,
                    attachedAt,
                    attachedBy,
                    sent,
                    true,
                    stillInDoubt);
        }

        long nanosLeft(long now) {
            return acknowledged ? Math.max(0, timeoutNanos - (now - notedAt)) : 0;
        }
    }

    /** A request, on the lease's clock: its server received it no later than it answered it, and maybe no earlier. */
    private record Answered(long sentAt, long answeredAt) {}

    /** A margin of null is derived from the timeout. */
    public LeaseClock(Ticker ticker, LeaseTime time, @Nullable Duration margin, LapseHooks hooks) {
        this.ticker = ticker;
        this.time = time;
        this.configuredMargin = margin;
        this.hooks = hooks;
    }

    /**
     * At least half a tick, because by default no server grants less than two. It may be derived from a shorter timeout
     * than the current servers would grant (L1): from the attachment on their leader uses the longer one, which exceeds
     * it by four times what the margin lacks; and a leader that starts anew, with the shorter one, starts after
     * everything that was acknowledged.
     */
    static Duration defaultMargin(Duration timeout) {
        return timeout.dividedBy(MARGINS_PER_TIMEOUT);
    }

    private void replace(UnaryOperator<Term> next) {
        synchronized (lock) {
            Term t = next.apply(term);
            if (t.sessionId != term.sessionId) {
                unproven.clear();
            }
            term = t;
            hooks.leaseChanged(t.nanosLeft(time.nanos()) > 0, t.notedAt + t.timeoutNanos);
        }
    }

    /**
     * A server session, new or with another timeout; keeps what was acknowledged if it is the same one.
     *
     * @param attachedAfter a time before its latest attachment to a connection
     * @param created whether that attachment created it, which the servers have agreed on
     */
    public void begin(
            long generation, long sessionId, Duration negotiatedTimeout, long attachedAfter, boolean created) {
        synchronized (lock) {
            Duration timeout = shortest.of(sessionId, negotiatedTimeout);
            Duration margin = configuredMargin == null ? defaultMargin(timeout) : configuredMargin;
            long attached = time.of(attachedAfter);
            replace(t -> {
                boolean same = t.sessionId == sessionId;
                long noted = same ? t.notedAt : attached - timeout.toNanos(); // This is not held.
                return new Term(
                        generation,
                        sessionId,
                        negotiatedTimeout.toNanos(),
                        timeout.toNanos(),
                        margin.toNanos(),
                        created ? attached : noted,
                        same && t.acknowledged ? later(t.attachedAt, attachedAfter) : attachedAfter,
                        ticker.nanos(),
                        same ? t.sentAt : 0,
                        same && t.acknowledged,
                        !created);
            });
        }
    }

    /**
     * What the session's handle has been granted, reported or not: its event thread may be blocked. From now on the
     * lease is as short as the shortest of these, including that of a session not reported yet; a loss is decided by
     * what was reported.
     */
    @SuppressWarnings("GuardedBy") // replace asks under the lock
    public void granted(long sessionId, int millis) {
        Term seen = term;
        if (millis > 0 && sessionId != 0 && seen.sessionId == 0) {
            synchronized (lock) {
                shortest.of(sessionId, Duration.ofMillis(millis));
            }
        } else if (millis > 0
                && sessionId == seen.sessionId
                && millis < TimeUnit.NANOSECONDS.toMillis(seen.timeoutNanos)) {
            replace(t -> t.sessionId == sessionId ? t.within(shortest.of(sessionId, Duration.ofMillis(millis))) : t);
        }
    }

    /** The leader has answered a request of that session, sent at that time, with OK. */
    void acknowledge(long sessionId, long sentAt) {
        heard(sessionId, sentAt, false);
    }

    /** The servers have agreed on a request of that session, sent at that time. */
    void agreed(long sessionId, long sentAt) {
        heard(sessionId, sentAt, true);
    }

    /**
     * Whether the servers have to agree on something, because the lease has lapsed or is not certain to last until a
     * request can end the doubt about the latest attachment. A request that is sent now ends it if its time
     * {@linkplain #endsDoubt has come}.
     *
     * @param late by how much that request may be sent too late
     */
    boolean needsAgreement(Duration late) {
        Term t = term;
        long doubtful = t.marginNanos - (ticker.nanos() - t.attachedBy);
        return t.inDoubt && t.nanosLeft(time.nanos()) <= (doubtful > 0 ? doubtful + late.toNanos() : 0);
    }

    /**
     * Whether a request that is sent now may end the doubt about the latest attachment, and one that was sent then may
     * not.
     */
    boolean endsDoubt(long lastSent) {
        Term t = term;
        return t.inDoubt && ticker.nanos() - t.attachedBy >= t.marginNanos && lastSent - t.attachedBy < t.marginNanos;
    }

    @SuppressWarnings("GuardedBy") // replace asks under the lock
    private void heard(long sessionId, long sentAt, boolean agreed) {
        if (sessionId == term.sessionId) {
            roundTrip = Duration.ofNanos(ticker.nanos() - sentAt);
        }
        replace(t -> t.sessionId == sessionId && (!t.acknowledged || sentAt - t.sentAt > 0)
                ? heard(t, new Answered(time.of(sentAt), time.nanos()), sentAt, agreed)
                : t);
    }

    @GuardedBy("lock")
    private Term heard(Term t, Answered now, long sentAt, boolean agreed) {
        long sinceAttached = sentAt - t.attachedBy;
        boolean attached = !t.inDoubt || (agreed ? sinceAttached >= 0 : isLeading(t, now, sinceAttached));
        long noted = attached && t.inDoubt ? later(t.notedAt, time.of(t.attachedAt)) : t.notedAt;
        return t.heard(attached ? notedAt(t, noted, now) : t.notedAt, sentAt, !attached);
    }

    /**
     * Whether the leader that attached the session was not a deposed one: that would have stepped down before it was
     * asked.
     */
    private static boolean isLeading(Term t, Answered now, long sinceAttached) {
        return t.marginNanos == 0
                || (sinceAttached >= t.marginNanos
                        && now.answeredAt - now.sentAt <= t.marginNanos
                        && t.nanosLeft(now.answeredAt) > 0);
    }

    @GuardedBy("lock")
    private long notedAt(Term t, long before, Answered now) {
        if (t.marginNanos == 0) {
            return later(before, now.sentAt);
        }
        long noted = before;
        if (now.answeredAt - now.sentAt <= t.marginNanos) {
            for (Answered one = unproven.peek();
                    one != null && now.sentAt - one.answeredAt >= t.marginNanos;
                    one = unproven.peek()) {
                noted = later(noted, one.sentAt);
                unproven.remove();
            }
        }
        if (unproven.size() == MOST_UNPROVEN) {
            unproven.removeLast();
        }
        unproven.add(now);
        return noted;
    }

    private static long later(long one, long other) {
        return one - other > 0 ? one : other;
    }

    /** The session is gone, because the server said so or because we closed it. */
    public void end() {
        replace(t -> new Term(t.generation, 0, 0, 0, 0, 0, 0, 0, t.sentAt, false, false));
    }

    /** As {@link #end}, for good. */
    public void close() {
        end();
        hooks.close();
    }

    /**
     * Whether the session must be considered lost: no request sent within the timeout has been acknowledged, and it has
     * not been attached since; this takes longer than the lease is held. Before the first acknowledgement the time
     * counts from the session's creation (C18).
     */
    public boolean isTimeoutOver() {
        Term t = term;
        long since = t.acknowledged ? later(t.sentAt, t.attachedAt) : t.attachedAt;
        return t.sessionId != 0 && ticker.nanos() - since >= t.negotiatedNanos;
    }

    /**
     * How long the lease lasts from the time that the leader last heard of the session; zero when there is no session.
     */
    Duration timeout() {
        return Duration.ofNanos(term.timeoutNanos);
    }

    /** The server session of this term, with what else its handle knows. */
    public SessionView.ServerSession serverSession(long zxid) {
        Term t = term;
        return new SessionView.ServerSession(t.generation, t.sessionId, zxid);
    }

    /** How long the last answered request took; null before the first. */
    @Nullable
    public Duration roundTrip() {
        return roundTrip;
    }

    /** Time since the sending of the last acknowledged request; zero before the first. */
    public Duration silence() {
        Term t = term;
        return t.acknowledged ? Duration.ofNanos(ticker.nanos() - t.sentAt) : Duration.ZERO;
    }

    @Override
    public long generation() {
        return term.generation;
    }

    @Override
    public boolean isHeld() {
        return term.nanosLeft(time.nanos()) > 0;
    }

    @Override
    public Duration remaining() {
        return Duration.ofNanos(term.nanosLeft(time.nanos()));
    }

    /**
     * To be called periodically: has a lapse noticed that came from a jump of the clock, which no thread can wait for.
     * Returns whether there has been a lapse, of any kind, since the last look.
     */
    public boolean look() {
        return hooks.look();
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
