package io.perennial.operation;

import io.github.resilience4j.bulkhead.Bulkhead;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.ratelimiter.RateLimiter;
import io.github.resilience4j.retry.Retry;
import io.github.resilience4j.retry.RetryConfig;
import io.perennial.internal.engine.Backoff;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The Resilience4j instances that a session's {@link Operations} go through; the caller may use their event publishers
 * and metrics. Listeners run on the thread that makes the call, as in Resilience4j; if they throw, that changes
 * nothing. Requests that the library makes for itself, to find out about a lost acknowledgement or to remove a witness,
 * go through none of them.
 *
 * @param retry decides how often and after which pause a call is repeated; never whether it may be
 * @param circuitBreaker counts connection loss and timeouts as failures, a server's answer as a success, and neither
 *     for an attempt whose session had expired or moved, whose credentials were refused, or that the server did not
 *     execute (throttled, read-only). If the session's builder was given none, it never opens ({@code METRICS_ONLY})
 * @param rateLimiter limits requests to the servers, or null
 * @param bulkhead limits requests under way, or null
 */
public record Resilience(
        Retry retry,
        CircuitBreaker circuitBreaker,
        @Nullable RateLimiter rateLimiter,
        @Nullable Bulkhead bulkhead) {
    private static final Duration FIRST_PAUSE = Duration.ofMillis(50);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);

    /**
     * The default retry configuration, for sessions whose builder was given none: as often as the deadline allows, with
     * full jitter up to a pause that grows from 50 ms to a second. Use it to make an instance that behaves the same.
     *
     * @return a configuration
     */
    public static RetryConfig defaultRetry() {
        return RetryConfig.custom()
                .maxAttempts(Integer.MAX_VALUE)
                .intervalFunction(Backoff.fullJitter(FIRST_PAUSE, LONGEST_PAUSE))
                .build();
    }
}
