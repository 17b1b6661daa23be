package io.perennial.internal.operation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.resilience4j.bulkhead.Bulkhead;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import io.github.resilience4j.ratelimiter.RateLimiter;
import io.github.resilience4j.retry.Retry;
import io.perennial.operation.Resilience;
import io.perennial.operation.SessionUnavailableException;
import java.time.Duration;
import org.apache.zookeeper.KeeperException.ConnectionLossException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** When the caller's circuit breaker is opened and closed, and what counts there. */
class AttemptLimitsTest {
    private static final Retry RETRY = Retry.ofDefaults("test");

    private final FakeGate gate = new FakeGate();
    private final CircuitBreaker breaker = CircuitBreaker.ofDefaults("test");

    private AttemptLimits limits(@Nullable RateLimiter limiter, @Nullable Bulkhead bulkhead) {
        return new AttemptLimits(gate, new Resilience(RETRY, breaker, limiter, bulkhead));
    }

    private CallProgress progress() {
        return new CallProgress(gate, RETRY, Duration.ofMinutes(1));
    }

    @Test
    void mayBlock_whereThereIsSomethingToWaitFor() {
        assertThat(limits(null, null).mayBlock()).isFalse();
        assertThat(limits(RateLimiter.ofDefaults("test"), null).mayBlock()).isTrue();
        assertThat(limits(null, Bulkhead.ofDefaults("test")).mayBlock()).isTrue();
    }

    @Test
    void failsFast_unlessTheBreakerOnlyMeasures() {
        assertThat(limits(null, null).failFast()).isTrue();
        breaker.transitionToMetricsOnlyState();
        assertThat(limits(null, null).failFast()).isFalse();
        assertThat(AttemptLimits.none(gate, RETRY).failFast())
                .as("the library's own")
                .isFalse();
    }

    @Test
    void closesTheBreaker_whenThereIsHopeAgain() {
        AttemptLimits limits = limits(null, null);
        gate.attached = false;
        gate.hopeless.add(true);
        gate.hopeless.add(true);
        assertThatExceptionOfType(SessionUnavailableException.class)
                .isThrownBy(limits::refuseIfHopeless)
                .withMessageContaining("FORCED_OPEN");

        assertThatCode(limits::refuseIfHopeless).doesNotThrowAnyException();

        assertThat(breaker.getState()).isEqualTo(State.CLOSED);
    }

    @Test
    void leavesABreakerAlone_thatSomebodyElseHasOpened() {
        AttemptLimits limits = limits(null, null);
        gate.hopeless.add(true);
        gate.hopeless.add(true);
        assertThatExceptionOfType(SessionUnavailableException.class).isThrownBy(limits::refuseIfHopeless);
        breaker.transitionToOpenState();

        assertThatCode(limits::refuseIfHopeless).doesNotThrowAnyException();

        assertThat(breaker.getState()).isEqualTo(State.OPEN);
    }

    @Test
    void letsNobodyThroughABreaker_thatWasOpenedSinceTheAttachment() {
        AttemptLimits limits = limits(null, null);
        limits.attached();
        breaker.transitionToOpenState();

        assertThatExceptionOfType(SessionUnavailableException.class)
                .isThrownBy(() -> limits.acquire(progress()))
                .withMessageContaining("OPEN");
    }

    @Test
    void closesTheBreaker_beforeTheFirstCallOnANewAttachment() throws Exception {
        AttemptLimits limits = limits(null, null);
        limits.attached();
        limits.detached();
        breaker.transitionToOpenState();

        limits.acquire(progress());

        assertThat(breaker.getState()).isEqualTo(State.CLOSED);
    }

    @Test
    void blamesNobody_forALossThatWasOverWhenTheSessionWasAttached() throws Exception {
        AttemptLimits limits = limits(null, Bulkhead.ofDefaults("test"));
        limits.attached();
        limits.acquire(progress());
        long begun = System.nanoTime();
        limits.unanswered(begun, 1, new ConnectionLossException());
        assertThat(breaker.getMetrics().getNumberOfFailedCalls()).isEqualTo(1);

        limits.detached();
        limits.attached();
        breaker.transitionToOpenState();
        breaker.transitionToHalfOpenState();
        int permitted = breaker.getCircuitBreakerConfig().getPermittedNumberOfCallsInHalfOpenState();
        for (int i = 0; i < permitted; i++) {
            limits.acquire(progress());
            limits.unanswered(begun, 1, new ConnectionLossException());
        }

        assertThat(breaker.getMetrics().getNumberOfFailedCalls()).isZero();
        assertThatCode(() -> limits.acquire(progress()))
                .as("its permits were given back")
                .doesNotThrowAnyException();
    }
}
