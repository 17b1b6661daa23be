package io.perennial.internal.operation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.resilience4j.ratelimiter.RateLimiter;
import io.github.resilience4j.ratelimiter.RateLimiterConfig;
import io.perennial.operation.Effect;
import io.perennial.operation.Operations;
import io.perennial.operation.Resilience;
import io.perennial.operation.SessionUnavailableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Calls under a rate limiter. */
class RateLimiterCallsTest extends OperationsRig {
    private static RateLimiter limiter(int permissions, Duration period, Duration timeout) {
        return RateLimiter.of(
                "test",
                RateLimiterConfig.custom()
                        .limitForPeriod(permissions)
                        .limitRefreshPeriod(period)
                        .timeoutDuration(timeout)
                        .build());
    }

    private SessionOperations limited(RateLimiter limiter) {
        return operations(new Resilience(RETRY, never(), limiter, null));
    }

    @Test
    @Tag("O2")
    void refusesNobody_whileThereArePermissionsForAll() throws Exception {
        RateLimiter limiter = limiter(1_000_000, Duration.ofHours(1), Duration.ZERO);
        SessionOperations operations = limited(limiter);
        ExecutorService callers = Executors.newFixedThreadPool(8);
        try {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                all.add(callers.submit(() -> {
                    for (int n = 0; n < 5_000; n++) {
                        operations.call(Effect.READ, c -> "read");
                    }
                }));
            }
            for (Future<?> one : all) {
                one.get();
            }
        } finally {
            callers.shutdownNow();
        }
    }

    @Test
    @Tag("O2")
    void servesAtTheFullRate_whenMostCallersGiveUp() throws Exception {
        RateLimiter limiter = limiter(10, Duration.ofMillis(100), Duration.ofSeconds(5));
        Operations impatient = limited(limiter).within(Duration.ofMillis(20));
        var served = new AtomicInteger();
        ExecutorService callers = Executors.newFixedThreadPool(4);
        try {
            for (int i = 0; i < 4; i++) {
                callers.execute(() -> {
                    while (!callers.isShutdown()) {
                        try {
                            impatient.call(Effect.READ, c -> served.incrementAndGet());
                        } catch (SessionUnavailableException e) {
                            // None in time; the next period has some.
                        }
                    }
                });
            }

            // Ten in each period: reservations of those who gave up would leave nothing after the first.
            await().atMost(Duration.ofSeconds(20))
                    .untilAsserted(() -> assertThat(served).hasValueGreaterThan(40));
        } finally {
            callers.shutdown();
            assertThat(callers.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    @Tag("O2")
    void waitsForItsPermission_whenItComesInTime() {
        RateLimiter limiter = limiter(1, Duration.ofMillis(50), Duration.ofSeconds(5));
        SessionOperations operations = limited(limiter);

        for (int i = 0; i < 4; i++) {
            assertThat(operations.<String>call(Effect.READ, c -> "read")).isEqualTo("read");
        }
        assertThat(limiter.getMetrics().getAvailablePermissions()).isNotNegative();
    }
}
