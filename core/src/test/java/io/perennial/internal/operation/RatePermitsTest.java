package io.perennial.internal.operation;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilience4j.ratelimiter.RateLimiter;
import io.github.resilience4j.ratelimiter.RateLimiterConfig;
import io.github.resilience4j.ratelimiter.internal.SemaphoreBasedRateLimiter;
import io.github.resilience4j.retry.Retry;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The caller's permissions, with both of Resilience4j's limiters: one can be reserved ahead, the other not. */
@Tag("O2")
class RatePermitsTest {
    private static final Duration SOON = Duration.ofMillis(50);
    private static final Duration LATE = Duration.ofHours(1);

    private final ScheduledExecutorService refresh = Executors.newSingleThreadScheduledExecutor();

    enum Kind {
        ATOMIC,
        SEMAPHORE
    }

    @AfterEach
    void end() {
        refresh.shutdownNow();
    }

    private RateLimiter limiter(Kind kind, Duration period, Duration patience) {
        RateLimiterConfig config = RateLimiterConfig.custom()
                .limitForPeriod(1)
                .limitRefreshPeriod(period)
                .timeoutDuration(patience)
                .build();
        return kind == Kind.ATOMIC
                ? RateLimiter.of("one", config)
                : new SemaphoreBasedRateLimiter("one", config, refresh);
    }

    private static CallProgress within(Duration time) {
        return new CallProgress(new FakeGate(), Retry.ofDefaults("test"), time);
    }

    @ParameterizedTest
    @EnumSource
    void takesOneThatIsThere_andNoneThatIsTooFar(Kind kind) throws Exception {
        RateLimiter limiter = limiter(kind, LATE, LATE.multipliedBy(2));
        var permits = new RatePermits(limiter);

        assertThat(permits.acquire(within(Duration.ofMinutes(1)))).isTrue();
        assertThat(permits.acquire(within(Duration.ofMinutes(1)))).isFalse();
        assertThat(permits.acquire(within(Duration.ZERO))).isFalse();

        assertThat(limiter.getMetrics().getAvailablePermissions())
                .as("nothing is reserved")
                .isZero();
        assertThat(permits.name()).isEqualTo("one");
    }

    @ParameterizedTest
    @EnumSource
    void takesOneThatIsThere_withoutTime(Kind kind) throws Exception {
        assertThat(new RatePermits(limiter(kind, LATE, Duration.ZERO)).acquire(within(Duration.ZERO)))
                .isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void waitsNoLongerThanTheLimiterSays(Kind kind) throws Exception {
        var permits = new RatePermits(limiter(kind, LATE, SOON));
        permits.acquire(within(LATE.multipliedBy(2)));

        assertThat(permits.acquire(within(LATE.multipliedBy(2)))).isFalse();
    }

    @ParameterizedTest
    @EnumSource
    void waitsForTheNext(Kind kind) throws Exception {
        var permits = new RatePermits(limiter(kind, SOON, LATE));
        long begun = System.nanoTime();
        for (int i = 0; i < 3; i++) {
            assertThat(permits.acquire(within(Duration.ofMinutes(1)))).isTrue();
        }

        // Of three the first may come at a period's end.
        assertThat(System.nanoTime() - begun).isGreaterThan(SOON.toNanos());
    }
}
