package io.perennial.operation;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.core.functions.Either;
import io.github.resilience4j.retry.RetryConfig;
import io.perennial.ResilientSessionException;
import io.perennial.engine.Backoff;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.curator.framework.CuratorFramework;
import org.apache.zookeeper.KeeperException;
import org.jspecify.annotations.Nullable;

/** The operations of one session; internal to the library. Blocks only the calling thread. */
public final class SessionOperations implements Operations {
    private static final RetryConfig PATIENT = RetryConfig.custom()
            .maxAttempts(Integer.MAX_VALUE)
            .intervalFunction(Backoff.fullJitter(Duration.ofMillis(50), Duration.ofSeconds(1)))
            .build();
    private static final long ANY_GENERATION = 0;

    private final Duration timeout;
    private final CuratorFramework curator;
    private final RetryConfig retry;
    private final @Nullable CircuitBreaker circuitBreaker;
    private final SessionGate session;
    private final Executor executor;
    private final long generation;
    private final Deadlines deadlines;

    /**
     * Makes them.
     *
     * @param timeout for a whole call
     * @param curator what calls run on
     * @param retry the user's configuration, or null for retries within the deadline with full jitter
     * @param circuitBreaker the user's configuration, or null for none
     * @param session the session
     * @param executor runs asynchronous calls
     */
    public SessionOperations(
            Duration timeout,
            CuratorFramework curator,
            @Nullable RetryConfig retry,
            @Nullable CircuitBreakerConfig circuitBreaker,
            SessionGate session,
            Executor executor) {
        this(
                timeout,
                curator,
                retry == null ? PATIENT : retry,
                circuitBreaker == null ? null : CircuitBreaker.of(session.name(), circuitBreaker),
                session,
                executor,
                ANY_GENERATION,
                new Deadlines());
    }

    private SessionOperations(
            Duration timeout,
            CuratorFramework curator,
            RetryConfig retry,
            @Nullable CircuitBreaker circuitBreaker,
            SessionGate session,
            Executor executor,
            long generation,
            Deadlines deadlines) {
        this.timeout = timeout;
        this.curator = curator;
        this.retry = retry;
        this.circuitBreaker = circuitBreaker;
        this.session = session;
        this.executor = executor;
        this.generation = generation;
        this.deadlines = deadlines;
    }

    /** Time passes: calls past their deadline end. */
    public void tick() {
        deadlines.enforce(System.nanoTime());
    }

    @Override
    public Operations inGeneration(long generation) {
        if (generation < 1) {
            throw new IllegalArgumentException("generation is " + generation + "; the first server session has 1");
        }
        return new SessionOperations(timeout, curator, retry, circuitBreaker, session, executor, generation, deadlines);
    }

    @Override
    public Operations within(Duration timeout) {
        if (timeout == null || timeout.isNegative() || timeout.isZero()) {
            throw new IllegalArgumentException("timeout is " + timeout + "; it must be positive");
        }
        return new SessionOperations(timeout, curator, retry, circuitBreaker, session, executor, generation, deadlines);
    }

    @Override
    public <T extends @Nullable Object> CompletableFuture<T> callAsync(Effect effect, CuratorCall<T> call) {
        Objects.requireNonNull(effect, "effect must not be null");
        Objects.requireNonNull(call, "call must not be null");
        try {
            refuseIfGone();
            return CompletableFuture.supplyAsync(() -> call(effect, call), executor);
        } catch (ResilientSessionException e) {
            return CompletableFuture.failedFuture(e);
        } catch (RejectedExecutionException e) {
            return CompletableFuture.failedFuture(
                    new SessionClosedException("session '" + session.name() + "' is closed", e));
        }
    }

    @Override
    public <T extends @Nullable Object> T call(Effect effect, CuratorCall<T> call) {
        Objects.requireNonNull(effect, "effect must not be null");
        Objects.requireNonNull(call, "call must not be null");
        long begun = System.nanoTime();
        for (int attempt = 1; ; attempt++) {
            try {
                awaitSession(begun);
                return once(call, begun + limit());
            } catch (Deadlines.PassedException e) {
                throw unanswered(effect, begun, e);
            } catch (KeeperException e) {
                if (!isConnectionTrouble(e)) {
                    throw new OperationFailedException(
                            "session '" + session.name() + "': the server answered " + e.code() + " for " + e.getPath(),
                            e);
                }
                if (effect == Effect.ONCE && e.code() != KeeperException.Code.SESSIONMOVED) {
                    throw new OutcomeUnknownException(
                            message("the acknowledgement was lost, the call may have been applied", begun)
                                    + "; read the data to find out before repeating it",
                            e);
                }
                pauseBeforeRetry(attempt, begun, e);
            } catch (InterruptedException e) {
                throw interrupted(begun, e);
            }
        }
    }

    private ResilientSessionException interrupted(long begun, InterruptedException e) {
        Thread.currentThread().interrupt();
        return new ResilientSessionException(message("interrupted", begun), e);
    }

    private ResilientSessionException unanswered(Effect effect, long begun, Deadlines.PassedException e) {
        String what = message("the server did not answer in time", begun);
        return effect == Effect.ONCE
                ? new OutcomeUnknownException(
                        what + "; the call may have been applied, read the data to find out before repeating it", e)
                : new SessionUnavailableException(what, e);
    }

    private <T extends @Nullable Object> T once(CuratorCall<T> call, long deadline)
            throws KeeperException, InterruptedException, Deadlines.PassedException {
        CircuitBreaker breaker = circuitBreaker;
        if (breaker != null && !breaker.tryAcquirePermission()) {
            throw new SessionUnavailableException("session '" + session.name() + "': the circuit breaker is "
                    + breaker.getState() + "; nothing was sent");
        }
        long begun = System.nanoTime();
        try {
            T result = deadlines.run(deadline, () -> OneTryWithinOperations.once(() -> call.run(curator)));
            if (breaker != null) {
                breaker.onSuccess(System.nanoTime() - begun, TimeUnit.NANOSECONDS);
            }
            return result;
        } catch (KeeperException e) {
            if (breaker != null && isConnectionTrouble(e)) {
                breaker.onError(System.nanoTime() - begun, TimeUnit.NANOSECONDS, e);
            } else if (breaker != null) {
                breaker.onSuccess(System.nanoTime() - begun, TimeUnit.NANOSECONDS);
            }
            throw e;
        } catch (Deadlines.PassedException e) {
            if (breaker != null) {
                breaker.onError(System.nanoTime() - begun, TimeUnit.NANOSECONDS, e);
            }
            throw e;
        } catch (Exception e) {
            if (breaker != null) {
                breaker.releasePermission();
            }
            if (e instanceof InterruptedException interrupted) {
                throw interrupted;
            }
            if (session.isClosed()) {
                throw new SessionClosedException("session '" + session.name() + "' was closed during the call", e);
            }
            if (e instanceof RuntimeException unchecked) {
                throw unchecked;
            }
            throw new ResilientSessionException("session '" + session.name() + "': the call failed: " + e, e);
        }
    }

    /** Returns when a call may be sent. */
    private void awaitSession(long begun) throws InterruptedException {
        refuseIfGone();
        if (!session.awaitAttached(left(begun))) {
            refuseIfGone();
            throw new SessionUnavailableException(message("no usable server session, nothing was sent", begun));
        }
        refuseIfGone();
    }

    private void refuseIfGone() {
        if (session.isClosed()) {
            throw new SessionClosedException("session '" + session.name() + "' is closed");
        }
        long now = session.generation();
        if (generation != ANY_GENERATION && generation != now) {
            throw new SessionReplacedException("session '" + session.name() + "': the call is bound to generation "
                    + generation + ", now is generation " + now + "; nothing was sent. Decide anew in this session");
        }
    }

    private void pauseBeforeRetry(int attempt, long begun, KeeperException e) {
        Duration left = left(begun);
        if (attempt >= retry.getMaxAttempts() || left.isZero()) {
            throw new SessionUnavailableException(message("given up after " + attempt + " attempts", begun), e);
        }
        Long pause = retry.getIntervalBiFunction().apply(attempt, Either.left(e));
        try {
            TimeUnit.MILLISECONDS.sleep(Math.min(pause == null ? 0 : pause, left.toMillis()));
        } catch (InterruptedException interruption) {
            throw interrupted(begun, interruption);
        }
    }

    private Duration left(long begun) {
        return Duration.ofNanos(Math.max(0, limit() - (System.nanoTime() - begun)));
    }

    /** In nanoseconds; half of what fits, so that a point in time can be reckoned with it. */
    private long limit() {
        return Math.min(Long.MAX_VALUE / 2, TimeUnit.NANOSECONDS.convert(timeout));
    }

    private String message(String what, long begun) {
        return "session '" + session.name() + "': " + what + " after "
                + TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun) + " ms (limit "
                + TimeUnit.NANOSECONDS.toMillis(limit())
                + " ms, state " + session.describeState() + ")";
    }

    private static boolean isConnectionTrouble(KeeperException e) {
        return switch (e.code()) {
            case CONNECTIONLOSS, SESSIONEXPIRED, SESSIONMOVED, OPERATIONTIMEOUT, REQUESTTIMEOUT -> true;
            default -> false;
        };
    }
}
