package io.perennial.session;

import io.perennial.Lease;
import io.perennial.engine.Ticker;
import java.time.Duration;
import java.util.function.UnaryOperator;

/**
 * Reckons the lease: the sending time of the last acknowledged request plus the negotiated timeout, on the monotonic
 * clock.
 *
 * <p>Concurrency: one immutable term in a volatile field, replaced under the lock; acknowledgements come from event threads, new terms from the
 * engine, readers from anywhere.
 */
final class LeaseClock implements Lease {
    private static final Term NONE = new Term(0, 0, 0, 0, false);

    private final Ticker ticker;
    private final Object lock = new Object();
    /** Guarded by {@code lock} for writing. */
    private volatile Term term = NONE;

    /** One server session's lease; not held until a request has been acknowledged. */
    private record Term(long generation, long sessionId, long timeoutNanos, long sentAt, boolean acknowledged) {}

    LeaseClock(Ticker ticker) {
        this.ticker = ticker;
    }

    private void replace(UnaryOperator<Term> next) {
        synchronized (lock) {
            term = next.apply(term);
        }
    }

    /** A server session, new or with another timeout; keeps what was acknowledged in the same one. */
    void begin(long generation, long sessionId, Duration negotiatedTimeout) {
        replace(t -> t.sessionId == sessionId
                ? new Term(generation, sessionId, negotiatedTimeout.toNanos(), t.sentAt, t.acknowledged)
                : new Term(generation, sessionId, negotiatedTimeout.toNanos(), 0, false));
    }

    /** A request of that session, sent at that time, was acknowledged. */
    void acknowledge(long sessionId, long sentAt) {
        replace(t -> t.sessionId == sessionId && (!t.acknowledged || sentAt - t.sentAt > 0)
                ? new Term(t.generation, t.sessionId, t.timeoutNanos, sentAt, true)
                : t);
    }

    /** The server said that the session is gone. */
    void end() {
        replace(t -> new Term(t.generation, 0, 0, t.sentAt, false));
    }

    /** Whether there was a term with an acknowledgement, and it has run out. */
    boolean hasLapsed() {
        Term t = term;
        return t.acknowledged && ticker.nanos() - t.sentAt >= t.timeoutNanos;
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
        return !remaining().isZero();
    }

    @Override
    public Duration remaining() {
        Term t = term;
        if (!t.acknowledged) {
            return Duration.ZERO;
        }
        return Duration.ofNanos(Math.max(0, t.timeoutNanos - (ticker.nanos() - t.sentAt)));
    }

    @Override
    public String toString() {
        return "lease of generation " + generation() + ": " + remaining().toMillis() + " ms left";
    }
}
