package io.perennial.spring.boot;

import io.github.resilience4j.bulkhead.BulkheadRegistry;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.github.resilience4j.ratelimiter.RateLimiterRegistry;
import io.github.resilience4j.retry.RetryRegistry;
import io.perennial.ResilientSession;
import io.perennial.operation.Resilience;
import org.springframework.beans.factory.ObjectProvider;

/**
 * Resilience4j's registries, if the application has some. A session uses what they hold under its name; and the retry
 * and breaker that it would have anyway are registered there, so that their metrics are visible.
 */
final class ApplicationResilience {
    private final ObjectProvider<RetryRegistry> retries;
    private final ObjectProvider<CircuitBreakerRegistry> breakers;
    private final ObjectProvider<RateLimiterRegistry> rateLimiters;
    private final ObjectProvider<BulkheadRegistry> bulkheads;

    ApplicationResilience(
            ObjectProvider<RetryRegistry> retries,
            ObjectProvider<CircuitBreakerRegistry> breakers,
            ObjectProvider<RateLimiterRegistry> rateLimiters,
            ObjectProvider<BulkheadRegistry> bulkheads) {
        this.retries = retries;
        this.breakers = breakers;
        this.rateLimiters = rateLimiters;
        this.bulkheads = bulkheads;
    }

    void configure(String sessionName, ResilientSession.Builder builder) {
        retries.ifUnique(registry -> builder.retry(registry.retry(sessionName, Resilience.defaultRetry())));
        breakers.ifUnique(registry -> builder.circuitBreaker(breaker(registry, sessionName)));
        rateLimiters.ifUnique(registry -> registry.find(sessionName).ifPresent(builder::rateLimiter));
        bulkheads.ifUnique(registry -> registry.find(sessionName).ifPresent(builder::bulkhead));
    }

    /** A breaker that the application has not configured only counts. */
    private static CircuitBreaker breaker(CircuitBreakerRegistry registry, String sessionName) {
        return registry.find(sessionName).orElseGet(() -> {
            CircuitBreaker counting = registry.circuitBreaker(sessionName);
            counting.transitionToMetricsOnlyState();
            return counting;
        });
    }
}
