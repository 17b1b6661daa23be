package io.perennial.internal.operation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.resilience4j.bulkhead.Bulkhead;
import io.github.resilience4j.bulkhead.BulkheadConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.ratelimiter.RateLimiter;
import io.github.resilience4j.retry.Retry;
import io.github.resilience4j.retry.RetryConfig;
import io.perennial.operation.BackgroundCall.InBackground;
import io.perennial.operation.Effect;
import io.perennial.operation.Operations;
import io.perennial.operation.OutcomeUnknownException;
import io.perennial.operation.Resilience;
import io.perennial.operation.SessionClosedException;
import io.perennial.operation.SessionReplacedException;
import io.perennial.operation.SessionUnavailableException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.curator.framework.api.CuratorEvent;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.KeeperException.Code;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What calls take from a bulkhead they give back, whatever becomes of them and whoever throws. */
class BulkheadCallsTest extends OperationsRig {
    @Test
    void keepsTheOutcomeAndThePermits_whenAListenerOfTheCallersThrows() {
        Bulkhead bulkhead = bulkhead(1);
        bulkhead.getEventPublisher().onCallFinished(e -> {
            throw new IllegalStateException("the caller's");
        });
        CircuitBreaker breaker = CircuitBreaker.ofDefaults("test");
        breaker.getEventPublisher().onSuccess(e -> {
            throw new IllegalStateException("the caller's");
        });

        String read = operations(breaker, bulkhead).call(Effect.ONCE, c -> "read");

        assertThat(read).isEqualTo("read");
        assertFree(bulkhead, 1);
    }

    @Test
    @Tag("O7")
    void keepsTheOutcomeAndThePermits_whateverTheCallersListenersThrow() throws Exception {
        Bulkhead bulkhead = bulkhead(2);
        bulkhead.getEventPublisher().onEvent(e -> sneak(new IOException("the caller's")));
        CircuitBreaker breaker = CircuitBreaker.of(
                "test",
                CircuitBreakerConfig.custom()
                        .recordException(e -> sneak(new IOException("the caller's")))
                        .build());
        breaker.getEventPublisher().onEvent(e -> sneak(new IOException("the caller's")));
        RateLimiter limiter = RateLimiter.ofDefaults("test");
        limiter.getEventPublisher().onEvent(e -> sneak(new IOException("the caller's")));
        Retry retry = Retry.of("test", RetryConfig.custom().waitDuration(SHORT).build());
        retry.getEventPublisher().onEvent(e -> sneak(new AssertionError("the caller's")));
        SessionOperations operations = operations(new Resilience(retry, breaker, limiter, bulkhead));
        var sent = new AtomicReference<InBackground>();

        assertThat(operations.<String>call(Effect.ONCE, c -> "written")).isEqualTo("written");
        assertThat(operations.call(Effect.READ, failingOnce(Code.CONNECTIONLOSS, new AtomicInteger())))
                .isEqualTo("done");
        CompletableFuture<CuratorEvent> background = operations.callInBackground(Effect.ONCE, (c, in) -> sent.set(in));
        answer(sent.get(), Code.OK);

        assertThat(background).isCompleted();
        assertFree(bulkhead, 2);
    }

    @Test
    @Tag("O7")
    void givesTheBulkheadsPermitBack_whenTheBreakerRefuses() {
        Bulkhead bulkhead = bulkhead(1);
        bulkhead.getEventPublisher().onEvent(e -> sneak(new IOException("the caller's")));
        CircuitBreaker breaker = CircuitBreaker.ofDefaults("test");
        SessionOperations operations = attached(breaker, bulkhead);
        breaker.transitionToOpenState();

        assertThatThrownBy(() -> operations.call(Effect.READ, c -> "read"))
                .isInstanceOf(SessionUnavailableException.class)
                .hasMessageContaining("circuit breaker is OPEN");

        assertFree(bulkhead, 1);
    }

    @Test
    @Tag("O7")
    void refusesStill_whenTheListenerOfARefusalThrows() {
        Bulkhead bulkhead = Bulkhead.of(
                "test",
                BulkheadConfig.custom()
                        .maxConcurrentCalls(1)
                        .maxWaitDuration(Duration.ZERO)
                        .build());
        bulkhead.getEventPublisher().onEvent(e -> sneak(new IOException("the caller's")));
        SessionOperations operations = operations(never(), bulkhead);

        String outer = operations.call(Effect.READ, c -> {
            assertThatThrownBy(() -> operations.call(Effect.READ, inner -> "read"))
                    .isInstanceOf(SessionUnavailableException.class)
                    .hasMessageContaining("bulkhead 'test' is full");
            return "read";
        });

        assertThat(outer).isEqualTo("read");
        assertFree(bulkhead, 1);
    }

    @Test
    @Tag("O7")
    void givesThePermitBack_whenTheCallThrowsWhatItDoesNotDeclare() {
        Bulkhead bulkhead = bulkhead(1);
        SessionOperations operations = operations(never(), bulkhead);

        CompletableFuture<String> pooled = operations.callAsync(Effect.ONCE, c -> sneak(new Throwable("the caller's")));
        CompletableFuture<CuratorEvent> background =
                operations.callInBackground(Effect.ONCE, (c, in) -> sneak(new StackOverflowError("the caller's")));
        complete();

        assertThat(pooled).failsWithin(Duration.ZERO).withThrowableThat().withMessageContaining("the caller's");
        assertThat(background).failsWithin(Duration.ZERO).withThrowableThat().withMessageContaining("the caller's");
        assertFree(bulkhead, 1);
    }

    @ParameterizedTest
    @MethodSource
    @Tag("O7")
    void givesThePermitBack_whateverTheCallThrows(Exception thrown) {
        Bulkhead bulkhead = bulkhead(1);
        SessionOperations operations = operations(never(), bulkhead);

        assertThatThrownBy(() -> operations.call(Effect.ONCE, c -> {
                    throw thrown;
                }))
                .isInstanceOf(RuntimeException.class);
        Thread.interrupted();

        assertFree(bulkhead, 1);
    }

    static List<Exception> givesThePermitBack_whateverTheCallThrows() {
        return List.of(
                new IllegalStateException("the caller's"),
                new IOException("the caller's"),
                new InterruptedException("the caller's"),
                new KeeperException.NoNodeException("/node"));
    }

    @Test
    @Tag("O7")
    void givesThePermitBack_whenTheSessionIsNotInHand() {
        Bulkhead bulkhead = Bulkhead.of(
                "test",
                BulkheadConfig.custom()
                        .maxConcurrentCalls(1)
                        .maxWaitDuration(Duration.ZERO)
                        .build());
        var attempts = new AtomicInteger();

        String read = operations(never(), bulkhead).call(Effect.READ, c -> {
            if (attempts.incrementAndGet() == 1) {
                throw new SessionReplacedException("not in hand");
            }
            return "read";
        });

        assertThat(read).isEqualTo("read");
        assertFree(bulkhead, 1);
    }

    @Test
    @Tag("O7")
    void givesThePermitBack_whenTheHandleRefusesABackgroundCall() throws Exception {
        Bulkhead bulkhead = bulkhead(1);
        var sent = new AtomicReference<InBackground>();
        CompletableFuture<CuratorEvent> call =
                operations(never(), bulkhead).inGeneration(1).callInBackground(Effect.ONCE, (c, in) -> sent.set(in));

        assertThat(CallBinding.mayPass(0x22, (CallBinding.Bound) sent.get().context()))
                .isFalse();
        answer(sent.get(), Code.OPERATIONTIMEOUT);

        assertThat(call).as("to be sent again").isNotDone();
        assertFree(bulkhead, 1);
    }

    @Test
    @Tag("O7")
    void givesThePermitBack_whenABackgroundCallIsHandedOverWithoutItsContext() throws Exception {
        Bulkhead bulkhead = bulkhead(2);
        SessionOperations operations = operations(never(), bulkhead);
        var sent = new AtomicReference<InBackground>();
        var other = new AtomicReference<InBackground>();
        CompletableFuture<CuratorEvent> call = operations.callInBackground(Effect.ONCE, (c, in) -> sent.set(in));
        CompletableFuture<CuratorEvent> unused = operations.callInBackground(Effect.ONCE, (c, in) -> other.set(in));

        sent.get().callback().processResult(curator, event(Code.OK, other.get()));
        complete();

        assertThat(call).failsWithin(Duration.ZERO).withThrowableThat().withMessageContaining("without its context");
        assertFree(bulkhead, 1);
    }

    @Test
    @Tag("O7")
    void givesThePermitBack_whenTheDeadlinePassesWhileItIsAcquired() {
        Bulkhead bulkhead = bulkhead(1);
        SessionOperations operations = operations(never(), bulkhead);
        bulkhead.getEventPublisher().onCallPermitted(e -> {
            pass(ENOUGH_TO_SEND);
            operations.tick();
        });
        var sent = new AtomicInteger();

        CompletableFuture<CuratorEvent> call =
                operations.within(ENOUGH_TO_SEND).callInBackground(Effect.ONCE, (c, in) -> sent.incrementAndGet());
        complete();

        assertThat(call).isCompletedExceptionally();
        assertThat(sent).hasValue(0);
        assertFree(bulkhead, 1);
    }

    @Test
    @Tag("O7")
    void givesThePermitBackOnce_atTheDeadline() throws Exception {
        Bulkhead bulkhead = bulkhead(2);
        Operations hurried = operations(never(), bulkhead).within(ENOUGH_TO_SEND);
        var sent = new AtomicReference<InBackground>();
        CompletableFuture<CuratorEvent> background = hurried.callInBackground(Effect.ONCE, (c, in) -> sent.set(in));
        assertFree(bulkhead, 1);
        pass(ENOUGH_TO_SEND);

        gate.timers.remove().run(); // The alarm.
        complete();
        answer(sent.get(), Code.OK);

        assertThat(background).isCompletedExceptionally();
        assertFree(bulkhead, 2);
        assertThatThrownBy(() -> hurried.call(Effect.ONCE, c -> {
                    pass(ENOUGH_TO_SEND);
                    gate.timers.remove().run();
                    new CountDownLatch(1).await(); // a silent server
                    return "answered";
                }))
                .isInstanceOf(OutcomeUnknownException.class);
        assertFree(bulkhead, 2);
    }

    @Test
    @Tag("O8")
    void endsABackgroundCallInTime_thatHasFoundNoThreadToAskTheBulkheadOn() {
        Bulkhead bulkhead = Bulkhead.ofDefaults("test");
        List<Runnable> calls = new ArrayList<>(); // No thread for calls is free.
        SessionOperations operations =
                operations(SHORT, new Resilience(RETRY, never(), null, bulkhead), calls::add, Runnable::run);
        CompletableFuture<CuratorEvent> overdue = operations.callInBackground(Effect.READ, (c, in) -> {});
        pass(SHORT);
        operations.tick();
        complete();
        assertThat(overdue).isCompletedExceptionally();

        CompletableFuture<CuratorEvent> left = operations.within(LONG).callInBackground(Effect.READ, (c, in) -> {});
        gate.closed = true;
        operations.end();
        complete();
        assertThat(left)
                .failsWithin(Duration.ZERO)
                .withThrowableThat()
                .withCauseInstanceOf(SessionClosedException.class);
        calls.forEach(Runnable::run);
        assertFree(bulkhead, 25);
    }

    @ParameterizedTest
    @CsvSource({"SESSIONEXPIRED", "SESSIONMOVED"})
    void givesThePermitsBack_whenTheSessionIsGoneOrMoved(Code code) {
        Bulkhead bulkhead = bulkhead(1);
        CircuitBreaker breaker = CircuitBreaker.of(
                "test",
                CircuitBreakerConfig.custom()
                        .permittedNumberOfCallsInHalfOpenState(1)
                        .build());
        SessionOperations operations = attached(breaker, bulkhead);
        breaker.transitionToOpenState();
        breaker.transitionToHalfOpenState();

        String result = operations.call(Effect.READ, failingOnce(code, new AtomicInteger()));

        assertThat(result).isEqualTo("done");
        assertThat(breaker.getState()).isEqualTo(State.CLOSED);
        assertFree(bulkhead, 1);
    }
}
