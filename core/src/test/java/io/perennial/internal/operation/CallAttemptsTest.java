package io.perennial.internal.operation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.retry.Retry;
import io.github.resilience4j.retry.RetryConfig;
import io.perennial.ResilientSessionException;
import io.perennial.operation.Effect;
import io.perennial.operation.OutcomeUnknownException;
import io.perennial.operation.Resilience;
import io.perennial.operation.SessionClosedException;
import io.perennial.operation.SessionReplacedException;
import io.perennial.operation.SessionUnavailableException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.retry.RetryOneTime;
import org.apache.zookeeper.KeeperException.ConnectionLossException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CallAttemptsTest {
    private final FakeGate gate = new FakeGate();
    private final Retry retry = Retry.of(
            "test", RetryConfig.custom().waitDuration(Duration.ofMillis(1)).build());
    private final SessionOperations operations = new SessionOperations(
            new Witnesses(),
            Duration.ofMinutes(5),
            CuratorFrameworkFactory.newClient("127.0.0.1:1", new RetryOneTime(1)), // never started
            new Resilience(retry, CircuitBreaker.ofDefaults("test"), null, null),
            gate,
            Runnable::run,
            Runnable::run,
            Runnable::run);

    @Test
    void countsAttempts_andTellsTheRetryOfTheirEnd() {
        assertThatThrownBy(() -> operations.call(Effect.READ, c -> {
                    throw new ConnectionLossException();
                }))
                .isInstanceOf(SessionUnavailableException.class)
                .hasMessageContaining("given up after 3 attempts");

        var calls = new AtomicInteger();
        String read = operations.call(Effect.READ, c -> {
            if (calls.incrementAndGet() == 1) {
                throw new ConnectionLossException();
            }
            return "read";
        });

        assertThat(read).isEqualTo("read");
        assertThat(retry.getMetrics().getNumberOfSuccessfulCallsWithRetryAttempt())
                .isEqualTo(1);
    }

    @Test
    void saysThatTheSessionIsClosed_whenItsTimeIsOverToo() {
        gate.closed = true;

        CompletableFuture<String> call =
                operations.within(Duration.ofNanos(1)).callAsync(Effect.READ, c -> "not to be called");

        assertThat(call)
                .failsWithin(Duration.ofSeconds(20))
                .withThrowableThat()
                .withCauseInstanceOf(SessionClosedException.class);
    }

    @Test
    void makesNoAttempt_inAnotherGenerationThanItsOwn() {
        assertThatThrownBy(() -> operations.inGeneration(2).call(Effect.READ, c -> "not to be called"))
                .isInstanceOf(SessionReplacedException.class)
                .hasMessageContaining("bound to generation 2, and the current generation is 1");
    }

    @ParameterizedTest
    @EnumSource
    void saysWhatMayHaveBeenApplied_whenItIsInterrupted(Effect effect) {
        assertThatThrownBy(() -> operations.call(effect, c -> {
                    throw new InterruptedException();
                }))
                .isExactlyInstanceOf(
                        effect == Effect.ONCE ? OutcomeUnknownException.class : ResilientSessionException.class)
                .hasMessageContaining("interrupted while waiting");

        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void saysThatThereIsNoSession_whenNoAnswerCameInTime() {
        SessionOperations brief = (SessionOperations) operations.within(Duration.ofMillis(200));

        assertThatExceptionOfType(SessionUnavailableException.class)
                .isThrownBy(() -> brief.call(Effect.READ, c -> {
                    while (!Thread.currentThread().isInterrupted()) {
                        brief.tick();
                    }
                    TimeUnit.MINUTES.sleep(5);
                    return "too late";
                }))
                .withMessageContaining("did not answer in time");
    }
}
