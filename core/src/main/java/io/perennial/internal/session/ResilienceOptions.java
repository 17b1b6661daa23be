package io.perennial.internal.session;

import io.github.resilience4j.bulkhead.Bulkhead;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.ratelimiter.RateLimiter;
import io.github.resilience4j.retry.Retry;
import io.github.resilience4j.retry.RetryConfig;
import io.perennial.operation.Resilience;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The Resilience4j parts that the caller has chosen, and the defaults for the rest. */
final class ResilienceOptions {
    private @Nullable RetryConfig retryConfig;
    private @Nullable Retry retry;
    private @Nullable CircuitBreakerConfig circuitBreakerConfig;
    private @Nullable CircuitBreaker circuitBreaker;
    private @Nullable RateLimiter rateLimiter;
    private @Nullable Bulkhead bulkhead;

    void retry(RetryConfig config) {
        retryConfig = config;
    }

    void retry(Retry instance) {
        retry = instance;
    }

    void circuitBreaker(CircuitBreakerConfig config) {
        circuitBreakerConfig = config;
    }

    void circuitBreaker(CircuitBreaker instance) {
        circuitBreaker = instance;
    }

    void rateLimiter(RateLimiter instance) {
        rateLimiter = instance;
    }

    void bulkhead(Bulkhead instance) {
        bulkhead = instance;
    }

    Resilience chosen(String sessionName, Duration operationTimeout) {
        if (retryConfig != null && retry != null) {
            throw new IllegalArgumentException("retry is given as a RetryConfig and as a Retry; give one of them");
        }
        if (circuitBreakerConfig != null && circuitBreaker != null) {
            throw new IllegalArgumentException(
                    "circuitBreaker is given as a CircuitBreakerConfig and as a CircuitBreaker;" + " give one of them");
        }
        if (bulkhead != null) {
            Duration wait = bulkhead.getBulkheadConfig().getMaxWaitDuration();
            if (wait.compareTo(operationTimeout) > 0) {
                throw new IllegalArgumentException("bulkhead '" + bulkhead.getName() + "' has a maxWaitDuration of "
                        + wait.toMillis() + " ms, more than the operationTimeout of " + operationTimeout.toMillis()
                        + " ms; calls would wait beyond their deadline");
            }
        }
        return new Resilience(
                retry == null
                        ? Retry.of(sessionName, retryConfig == null ? Resilience.defaultRetry() : retryConfig)
                        : retry,
                circuitBreaker == null ? breaker(sessionName) : circuitBreaker,
                rateLimiter,
                bulkhead);
    }

    private CircuitBreaker breaker(String sessionName) {
        if (circuitBreakerConfig != null) {
            return CircuitBreaker.of(sessionName, circuitBreakerConfig);
        }
        CircuitBreaker never = CircuitBreaker.ofDefaults(sessionName);
        never.transitionToMetricsOnlyState();
        return never;
    }
}
