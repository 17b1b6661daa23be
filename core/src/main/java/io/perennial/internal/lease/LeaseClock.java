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
 * Reckons the lease: the latest time at which the <em>leader</em> is known to have heard of the session, plus the
 * {@linkplain ShortestTimeout shortest timeout} that a leader may go by, on {@linkplain LeaseTime a clock} that does
 * not stand still with the machine.
 *
 * <p>The leader alone expires sessions ({@code LeaderSessionTracker}). It hears of a session when that is created or
 * attached to a connection ({@code createSession}, {@code Leader.revalidateSession}). Of the requests in between it
 * learns late: a follower notes whose requests it got ({@code LearnerSessionTracker.touchTable}) and sends that along
 * with its answer to the leader's next ping ({@code Learner.ping}), which comes every half tick ({@code Leader.lead});
 * one that dies before takes its notes with it. So an acknowledgement by itself proves nothing. But the leader's answer
 * to a {@code sync}, which comes over the connection on which the notes went before it, proves that what the follower
 * had got half a tick before the {@code sync} was sent has been noted by the leader; and it had got what it had
 * answered by then, whenever that was sent. The {@code margin} stands for that half tick.
 *
 * <p>A leader that stood still, was deposed and does not know it yet attaches a session as before, which the next one
 * may have expired. So an attachment is in doubt, and lengthens nothing, until the leader has answered a {@code sync}
 * that was sent a margin later: by then it has counted its followers. Where the lease would not last until then, a
 * transaction has to pass: a quorum has agreed upon that, behind the same leader.
 *
 * <p>An answer that takes longer than the margin proves nothing: the leader may have stood still and may answer first,
 * look at its clock next, and read the notes last.
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
     * One server session's lease; not held until a request has been acknowledged. {@code notedAt} is by the lease's own
     * time; {@code attachedAt}, {@code attachedBy} (before and after the attachment) and {@code sentAt} are by the
     * monotonic clock, as all that a loss goes by (S-35). It lasts for {@code timeoutNanos}, the shortest; a loss is
     * told by {@code negotiatedNanos}, the latest.
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

    /** A request, by the lease's time: its server got it no later than it was answered, and maybe no earlier. */
    private record Answered(long sentAt, long answeredAt) {}

    /** A margin of null is reckoned from the timeout. */
    public LeaseClock(Ticker ticker, LeaseTime time, @Nullable Duration margin, LapseHooks hooks) {
        this.ticker = ticker;
        this.time = time;
        this.configuredMargin = margin;
        this.hooks = hooks;
    }

    /**
     * At least half a tick, for by default no server grants less than two. It may be taken of a shorter timeout than
     * the servers in hand would grant (L1): their leader goes by the longer one from the attaching on, which is more by
     * four times what the margin lacks; and one that starts anew, with the shorter, starts after all that was
     * acknowledged.
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
     * A server session, new or with another timeout; keeps what was acknowledged in the same one.
     *
     * @param attachedAfter a time before its latest attachment to a connection
     * @param created whether it was made by that, which the servers have agreed upon
     */
    public void begin(
            long generation, long sessionId, Duration negotiatedTimeout, long attachedAfter, boolean created) {
        synchronized (lock) {
            Duration timeout = shortest.of(sessionId, negotiatedTimeout);
            Duration margin = configuredMargin == null ? defaultMargin(timeout) : configuredMargin;
            long attached = time.of(attachedAfter);
            replace(t -> {
                boolean same = t.sessionId == sessionId;
                long noted = same ? t.notedAt : attached - timeout.toNanos(); // Which is not held.
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
     * What the session's handle has been granted, told or not: its event thread may be blocked. As short as any of it
     * is the lease from now on, that of a session not told of yet too; what a loss goes by is what was told.
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

    /** The servers have agreed upon a request of that session, sent at that time. */
    void agreed(long sessionId, long sentAt) {
        heard(sessionId, sentAt, true);
    }

    /**
     * Whether the servers have to agree upon something, since the lease has lapsed, or is not sure to last until a
     * request can end the doubt of the latest attachment. One that is sent now does if its time
     * {@linkplain #endsDoubt has come}.
     *
     * @param late by how much that one may be sent too late
     */
    boolean needsAgreement(Duration late) {
        Term t = term;
        long doubtful = t.marginNanos - (ticker.nanos() - t.attachedBy);
        return t.inDoubt && t.nanosLeft(time.nanos()) <= (doubtful > 0 ? doubtful + late.toNanos() : 0);
    }

    /**
     * Whether a request may end the doubt of the latest attachment that is sent now, and not one that was sent then.
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

    /** Whether who attached the session was no deposed leader: it would have stepped down before it was asked. */
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

    /** The session is gone, by the server's word or by ours to it. */
    public void end() {
        replace(t -> new Term(t.generation, 0, 0, 0, 0, 0, 0, 0, t.sentAt, false, false));
    }

    /** As {@link #end}, for good. */
    public void close() {
        end();
        hooks.close();
    }

    /**
     * Whether the session must be taken for lost: no acknowledgement of a request sent within the timeout, nor has it
     * been attached since; longer than the lease is held. Before its first acknowledgement it is reckoned from its
     * creation (C18).
     */
    public boolean isTimeoutOver() {
        Term t = term;
        long since = t.acknowledged ? later(t.sentAt, t.attachedAt) : t.attachedAt;
        return t.sessionId != 0 && ticker.nanos() - since >= t.negotiatedNanos;
    }

    /** How long the lease lasts from the leader's last hearing; zero when there is no session. */
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
     * To be called now and then: has a lapse noticed that came by a jump of the clock, for which nobody can wait.
     * Whether there has been one, of whatever kind, since the last look.
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
