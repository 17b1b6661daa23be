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

/** What the caller has chosen of Resilience4j, and the defaults for the rest. */
final class ResilienceOptions {
    private @Nullable RetryConfig retry;
    private @Nullable Retry retryInstance;
    private @Nullable CircuitBreakerConfig circuitBreaker;
    private @Nullable CircuitBreaker circuitBreakerInstance;
    private @Nullable RateLimiter rateLimiter;
    private @Nullable Bulkhead bulkhead;

    void retry(RetryConfig config) {
        retry = config;
    }

    void retryInstance(Retry instance) {
        retryInstance = instance;
    }

    void circuitBreaker(CircuitBreakerConfig config) {
        circuitBreaker = config;
    }

    void circuitBreakerInstance(CircuitBreaker instance) {
        circuitBreakerInstance = instance;
    }

    void rateLimiter(RateLimiter instance) {
        rateLimiter = instance;
    }

    void bulkhead(Bulkhead instance) {
        bulkhead = instance;
    }

    Resilience chosen(String sessionName, Duration operationTimeout) {
        if (retry != null && retryInstance != null) {
            throw new IllegalArgumentException(
                    "retry and retryInstance are both given; give a configuration or an instance");
        }
        if (circuitBreaker != null && circuitBreakerInstance != null) {
            throw new IllegalArgumentException(
                    "circuitBreaker and circuitBreakerInstance are both given; give a configuration or an instance");
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
                retryInstance == null
                        ? Retry.of(sessionName, retry == null ? Resilience.defaultRetry() : retry)
                        : retryInstance,
                circuitBreakerInstance == null ? breaker(sessionName) : circuitBreakerInstance,
                rateLimiter,
                bulkhead);
    }

    private CircuitBreaker breaker(String sessionName) {
        if (circuitBreaker != null) {
            return CircuitBreaker.of(sessionName, circuitBreaker);
        }
        CircuitBreaker never = CircuitBreaker.ofDefaults(sessionName);
        never.transitionToMetricsOnlyState();
        return never;
    }
}
