package io.perennial.operation;

import io.github.resilience4j.bulkhead.Bulkhead;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import io.github.resilience4j.ratelimiter.RateLimiter;
import java.util.concurrent.TimeUnit;
import org.apache.zookeeper.KeeperException;
import org.jspecify.annotations.Nullable;

/**
 * Lets attempts pass, or not: the caller's rate limit, bulkhead and circuit breaker.
 *
 * <p>The session's state opens and closes the breaker too, for it knows better than any sampling of calls: while it is
 * hopeless the breaker is forced open, and once a server session is attached it is closed. That is done by whoever makes
 * a call, and by a thread for calls when the state changes; never by the engine, as listeners of the breaker are the
 * user's code.
 *
 * <p>Concurrency: {@code forced} is guarded by {@code aligning}, which is held during a transition of the breaker.
 */
final class Limits {
    private final SessionGate session;
    private final CircuitBreaker breaker;
    private final @Nullable RateLimiter rateLimiter;
    private final @Nullable Bulkhead bulkhead;
    private final boolean breaks;
    private final Object aligning = new Object();
    private volatile boolean forced;

    Limits(SessionGate session, Resilience resilience) {
        this.session = session;
        this.breaker = resilience.circuitBreaker();
        this.rateLimiter = resilience.rateLimiter();
        this.bulkhead = resilience.bulkhead();
        this.breaks = breaker.getState() != State.METRICS_ONLY && breaker.getState() != State.DISABLED;
    }

    /** Whether calls are to fail at once when there is no point in waiting. */
    boolean failFast() {
        return breaks;
    }

    /** Whether acquiring may have to wait. */
    boolean mayBlock() {
        return rateLimiter != null || bulkhead != null;
    }

    /** A server session is attached anew. */
    void attached() {
        synchronized (aligning) {
            if (breaks && (forced || breaker.getState() != State.FORCED_OPEN)) {
                forced = false;
                if (breaker.getState() != State.CLOSED) {
                    breaker.transitionToClosedState();
                }
            }
        }
    }

    /** Fails a call that nothing would come of. */
    void refuseIfHopeless() {
        if (!breaks) {
            return;
        }
        boolean hopeless = session.isHopeless();
        if (hopeless != forced) {
            align(hopeless);
        }
        if (hopeless) {
            throw new SessionUnavailableException("session '" + session.name() + "': the circuit breaker is "
                    + breaker.getState() + ", for the session is " + session.describeState() + "; nothing was sent");
        }
    }

    private void align(boolean hopeless) {
        synchronized (aligning) {
            if (hopeless == forced || hopeless != session.isHopeless()) {
                return;
            }
            forced = hopeless;
            if (hopeless) {
                breaker.transitionToForcedOpenState();
            } else if (breaker.getState() == State.FORCED_OPEN) {
                breaker.transitionToClosedState();
            }
        }
    }

    /** Lets one attempt pass; what was acquired is given back by one of those below. */
    void acquire(Course course) throws InterruptedException {
        if (forced && session.isAttached()) {
            attached();
        }
        if (rateLimiter != null) {
            awaitRate(rateLimiter, course);
        }
        if (bulkhead != null && !bulkhead.tryAcquirePermission()) {
            throw refused("bulkhead '" + bulkhead.getName() + "' is full");
        }
        if (!breaker.tryAcquirePermission()) {
            if (bulkhead != null) {
                bulkhead.releasePermission();
            }
            throw refused("circuit breaker is " + breaker.getState());
        }
    }

    private void awaitRate(RateLimiter limiter, Course course) throws InterruptedException {
        long wait = limiter.reservePermission();
        if (wait < 0 || wait > course.left().toNanos()) {
            throw refused("rate limiter '" + limiter.getName() + "' gives no permission in time");
        }
        if (wait > 0) {
            TimeUnit.NANOSECONDS.sleep(wait);
        }
    }

    private SessionUnavailableException refused(String why) {
        return new SessionUnavailableException("session '" + session.name() + "': the " + why + "; nothing was sent");
    }

    /** The attempt ended in this error: only a lost connection and a timeout speak against the servers. */
    void failed(long nanos, KeeperException error) {
        switch (error.code()) {
            case CONNECTIONLOSS, OPERATIONTIMEOUT, REQUESTTIMEOUT -> unanswered(nanos, error);
            case SESSIONEXPIRED, SESSIONMOVED -> abandoned();
            default -> answered(nanos);
        }
    }

    /** The attempt got an answer, be it a refusal. */
    void answered(long nanos) {
        account(() -> breaker.onSuccess(nanos, TimeUnit.NANOSECONDS));
    }

    /** The attempt got none. */
    void unanswered(long nanos, Exception why) {
        account(() -> breaker.onError(nanos, TimeUnit.NANOSECONDS, why));
    }

    /** The attempt ended otherwise, which says nothing of the servers. */
    void abandoned() {
        account(breaker::releasePermission);
    }

    /** A listener of the caller's that throws must not change what became of his call. */
    private void account(Runnable atBreaker) {
        try {
            atBreaker.run();
        } catch (RuntimeException e) {
            // His listener's; the breaker has counted before it told.
        }
        if (bulkhead != null) {
            try {
                bulkhead.onComplete();
            } catch (RuntimeException e) {
                // The same.
            }
        }
    }
}
