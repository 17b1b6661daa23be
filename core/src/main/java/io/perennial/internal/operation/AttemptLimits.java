package io.perennial.internal.operation;

import io.github.resilience4j.bulkhead.Bulkhead;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import io.github.resilience4j.ratelimiter.RateLimiter;
import io.github.resilience4j.retry.Retry;
import io.perennial.internal.engine.UserCode;
import io.perennial.internal.protocol.ErrorKind;
import io.perennial.operation.Resilience;
import io.perennial.operation.SessionUnavailableException;
import java.util.concurrent.TimeUnit;
import org.apache.zookeeper.KeeperException;
import org.jspecify.annotations.Nullable;

/**
 * Lets attempts pass or not: the caller's rate limit, bulkhead and circuit breaker.
 *
 * <p>The session's state opens and closes the breaker too, because it knows better than any sampling of calls: while it
 * is hopeless the breaker is forced open, and once a server session is attached it is closed. That is done by the
 * threads that make calls, and by a thread for calls when the state changes; never by the engine, because listeners of
 * the breaker are the user's code.
 *
 * <p>Concurrency: {@code forced} is guarded by {@code aligning}, which is held during a transition of the breaker.
 */
final class AttemptLimits {
    private final SessionView session;
    private final CircuitBreaker breaker;
    private final @Nullable RatePermits rate;
    private final @Nullable Bulkhead bulkhead;
    private final UserCode.Call<Boolean> passBreaker;
    private final boolean breaks;
    private final Object aligning = new Object();
    private volatile boolean forced;
    /** The session was detached, as it is at first, and the breaker has not been closed since. */
    private volatile boolean away = true;
    /** A request sent before this met a loss that is over. */
    private volatile long attachedAt = System.nanoTime();

    AttemptLimits(SessionView session, Resilience resilience) {
        this.session = session;
        this.breaker = resilience.circuitBreaker();
        this.passBreaker = breaker::tryAcquirePermission;
        RateLimiter limiter = resilience.rateLimiter();
        this.rate = limiter == null ? null : new RatePermits(limiter);
        this.bulkhead = resilience.bulkhead();
        this.breaks = breaker.getState() != State.METRICS_ONLY && breaker.getState() != State.DISABLED;
    }

    /** For the library's own requests, which the caller did not make and must not refuse. */
    static AttemptLimits none(SessionView session, Retry retry) {
        var breaker = CircuitBreaker.ofDefaults(session.name());
        breaker.transitionToDisabledState();
        return new AttemptLimits(session, new Resilience(retry, breaker, null, null));
    }

    /** Whether calls should fail at once when there is no point in waiting. */
    boolean failFast() {
        return breaks;
    }

    /** Whether acquiring may have to wait. */
    boolean mayBlock() {
        return rate != null || bulkhead != null;
    }

    /** The session is no longer attached; never blocks. */
    void detached() {
        away = true;
    }

    /**
     * Once a server session is attached anew, closes what the loss had opened. The first thread that gets here does it;
     * one that comes late, perhaps after the next loss, leaves alone what calls have reported about the servers since.
     */
    void attached() {
        synchronized (aligning) {
            if (!forced && !away) {
                return;
            }
            away = false; // Before the check: a loss after it sets this again.
            if (!session.isAttached()) {
                away = true;
                return;
            }
            if (breaks && (forced || breaker.getState() != State.FORCED_OPEN)) {
                forced = false;
                if (breaker.getState() != State.CLOSED) {
                    change(breaker::transitionToClosedState);
                }
            }
            attachedAt = System.nanoTime();
        }
    }

    /** Contains what the caller's listeners throw. */
    private static void change(UserCode.Action transition) {
        Throwable unused = UserCode.run(transition);
    }

    /** Fails a call that could not succeed. */
    void refuseIfHopeless() {
        if (!breaks) {
            return;
        }
        boolean hopeless = session.isHopeless();
        if (hopeless != forced) {
            align(hopeless);
        }
        if (hopeless) {
            throw new SessionUnavailableException(
                    "session '" + session.name() + "': the circuit breaker is " + breaker.getState()
                            + ", because the session is " + session.describeState() + "; nothing was sent");
        }
    }

    private void align(boolean hopeless) {
        synchronized (aligning) {
            if (hopeless == forced || hopeless != session.isHopeless()) {
                return;
            }
            forced = hopeless;
            if (hopeless) {
                change(breaker::transitionToForcedOpenState);
            } else if (breaker.getState() == State.FORCED_OPEN) {
                change(breaker::transitionToClosedState);
            }
        }
    }

    /** Lets one attempt pass; what was acquired is given back by one of the methods below. */
    void acquire(CallProgress progress) throws InterruptedException {
        if ((forced || away) && session.isAttached()) {
            attached(); // Before any attempt is let through.
        }
        if (rate != null && !rate.acquire(progress)) {
            throw refused("rate limiter '" + rate.name() + "' gives no permission in time");
        }
        if (bulkhead != null && !enter(bulkhead)) {
            throw refused("bulkhead '" + bulkhead.getName() + "' is full");
        }
        if (!UserCode.get(passBreaker, true, thrown -> {})) {
            if (bulkhead != null) {
                change(bulkhead::releasePermission);
            }
            throw refused("circuit breaker is " + breaker.getState());
        }
    }

    /** A listener that throws hides the answer: a call is refused only if there was no permission before and after. */
    private static boolean enter(Bulkhead bulkhead) {
        int before = bulkhead.getMetrics().getAvailableConcurrentCalls();
        boolean[] entered = {false};
        Throwable thrown = UserCode.run(() -> entered[0] = bulkhead.tryAcquirePermission());
        return thrown == null ? entered[0] : before > 0 || bulkhead.getMetrics().getAvailableConcurrentCalls() > 0;
    }

    private SessionUnavailableException refused(String why) {
        return new SessionUnavailableException("session '" + session.name() + "': the " + why + "; nothing was sent");
    }

    /**
     * The attempt that began then ended in this error: only a lost connection and a timeout count against the servers.
     */
    void failed(long begun, long nanos, KeeperException error) {
        switch (ErrorKind.of(error.code())) {
            case CONNECTION, LOCAL_TIMEOUT -> unanswered(begun, nanos, error);
            case SESSION, AUTH, NOT_NOW -> abandoned();
            case ANSWER -> answered(nanos);
        }
    }

    /** The attempt got an answer, even if it was a refusal. */
    void answered(long nanos) {
        account(() -> breaker.onSuccess(nanos, TimeUnit.NANOSECONDS));
    }

    /** The attempt got none; one that began before the session was attached anew reflects a loss that is over. */
    void unanswered(long begun, long nanos, Exception why) {
        if (begun - attachedAt < 0) {
            abandoned();
        } else {
            account(() -> breaker.onError(nanos, TimeUnit.NANOSECONDS, why));
        }
    }

    /** The attempt ended otherwise, which says nothing about the servers. */
    void abandoned() {
        account(breaker::releasePermission);
    }

    /** What the caller's listener or predicate throws must not change the result of the call. */
    private void account(UserCode.Action atBreaker) {
        if (UserCode.run(atBreaker) != null) {
            // Thrown by a predicate, before the breaker could count: its own listeners' are caught by Resilience4j.
            change(breaker::releasePermission);
        }
        if (bulkhead != null) {
            change(bulkhead::onComplete);
        }
    }
}
