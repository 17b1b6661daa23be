package io.perennial.internal.operation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.resilience4j.bulkhead.Bulkhead;
import io.github.resilience4j.bulkhead.BulkheadConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.ratelimiter.RateLimiter;
import io.github.resilience4j.ratelimiter.RateLimiterConfig;
import io.github.resilience4j.retry.Retry;
import io.github.resilience4j.retry.RetryConfig;
import io.perennial.operation.BackgroundCall.InBackground;
import io.perennial.operation.CuratorCall;
import io.perennial.operation.Effect;
import io.perennial.operation.OperationFailedException;
import io.perennial.operation.Operations;
import io.perennial.operation.OutcomeUnknownException;
import io.perennial.operation.Resilience;
import io.perennial.operation.SessionClosedException;
import io.perennial.operation.SessionReplacedException;
import io.perennial.operation.SessionUnavailableException;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.apache.curator.CuratorConnectionLossException;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.framework.api.CuratorEvent;
import org.apache.curator.retry.RetryOneTime;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.KeeperException.Code;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Interleavings of calls, answers, deadlines and ends, one step at a time. */
class SessionOperationsTest {
    private static final Duration SHORT = Duration.ofMillis(1);
    /** On a machine that stalls. */
    private static final Duration ENOUGH_TO_SEND = Duration.ofSeconds(1);

    private static final Duration LONG = Duration.ofMinutes(5);
    private static final Retry RETRY =
            Retry.of("test", RetryConfig.custom().waitDuration(SHORT).build());

    private final FakeGate gate = new FakeGate();
    private final Queue<Runnable> completions = new ArrayDeque<>();
    private final CuratorFramework curator =
            CuratorFrameworkFactory.newClient("127.0.0.1:1", new RetryOneTime(1)); // never started

    private SessionOperations operations(CircuitBreaker breaker, @Nullable Bulkhead bulkhead) {
        return operations(new Resilience(RETRY, breaker, null, bulkhead));
    }

    private SessionOperations operations(Resilience resilience) {
        return new SessionOperations(
                new Witnesses(), LONG, curator, resilience, gate, Runnable::run, Runnable::run, completions::add);
    }

    /** Of a session that has told of its attachment, which closes the breaker: what opens it later stays. */
    private SessionOperations attached(CircuitBreaker breaker, @Nullable Bulkhead bulkhead) {
        SessionOperations operations = operations(breaker, bulkhead);
        operations.stateChanged();
        return operations;
    }

    private SessionOperations operations() {
        return operations(never(), null);
    }

    private static CircuitBreaker never() {
        CircuitBreaker never = CircuitBreaker.ofDefaults("test");
        never.transitionToMetricsOnlyState();
        return never;
    }

    private void complete() {
        while (!completions.isEmpty()) {
            completions.remove().run();
        }
    }

    private static CuratorEvent event(Code code, InBackground in) {
        return (CuratorEvent) Proxy.newProxyInstance(
                CuratorEvent.class.getClassLoader(),
                new Class<?>[] {CuratorEvent.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "getResultCode" -> code.intValue();
                    case "getContext" -> in.context();
                    case "toString" -> "event " + code;
                    default -> null;
                });
    }

    private void pass(Duration time) {
        long until = System.nanoTime() + time.toNanos();
        await().until(() -> System.nanoTime() - until > 0);
    }

    @Test
    void runsWhatHasNoResult_repeatingItByItsEffect() {
        var calls = new AtomicInteger();

        operations().run(Effect.IDEMPOTENT, c -> failingOnce(Code.CONNECTIONLOSS, calls)
                .run(c));

        assertThat(calls).hasValue(2);
        assertThatThrownBy(() -> operations().run(Effect.READ, c -> {
                    throw KeeperException.create(Code.NONODE, "/node");
                }))
                .isInstanceOf(OperationFailedException.class);
        assertThatThrownBy(() -> operations().run(Effect.READ, null)).hasMessageContaining("action");
    }

    @Test
    void believesTheAnswer_whenTheDeadlinePassesBeforeItIsTold() throws Exception {
        SessionOperations operations = operations();
        var sent = new AtomicReference<InBackground>();
        CompletableFuture<CuratorEvent> future =
                operations.within(ENOUGH_TO_SEND).callInBackground(Effect.ONCE, (c, in) -> sent.set(in));
        CuratorEvent answer = event(Code.OK, sent.get());

        sent.get().callback().processResult(curator, answer);
        pass(ENOUGH_TO_SEND);
        operations.tick();
        complete();

        assertThat(future).isCompletedWithValue(answer);
    }

    @Test
    void saysThatTheOutcomeIsUnknown_andIgnoresTheLateAnswer() throws Exception {
        SessionOperations operations = operations();
        var sent = new AtomicReference<InBackground>();
        CompletableFuture<CuratorEvent> future =
                operations.within(ENOUGH_TO_SEND).callInBackground(Effect.ONCE, (c, in) -> sent.set(in));
        pass(ENOUGH_TO_SEND);

        operations.tick();
        sent.get().callback().processResult(curator, event(Code.OK, sent.get()));
        complete();

        assertThat(future)
                .failsWithin(Duration.ZERO)
                .withThrowableThat()
                .havingCause()
                .isInstanceOf(OutcomeUnknownException.class);
        assertThat(CallBinding.mayPass(0x11, (CallBinding.Bound) sent.get().context()))
                .as("what Curator still has in its queue")
                .isFalse();
    }

    @Test
    void endsWithTheSession_alsoInAPause() throws Exception {
        SessionOperations operations = operations();
        var sent = new AtomicReference<InBackground>();
        CompletableFuture<CuratorEvent> background = operations.callInBackground(Effect.READ, (c, in) -> sent.set(in));
        sent.get().callback().processResult(curator, event(Code.CONNECTIONLOSS, sent.get()));
        complete();
        CompletableFuture<String> pooled = operations.callAsync(Effect.READ, c -> {
            throw new KeeperException.ConnectionLossException();
        });
        assertThat(gate.timers).hasSize(2);

        gate.closed = true;
        operations.stateChanged();
        complete();

        assertThat(background)
                .failsWithin(Duration.ZERO)
                .withThrowableThat()
                .havingCause()
                .isInstanceOf(SessionClosedException.class);
        assertThat(pooled)
                .failsWithin(Duration.ZERO)
                .withThrowableThat()
                .havingCause()
                .isInstanceOf(SessionClosedException.class);
    }

    @Test
    void doesNotSendTwice_whenItIsWokenTwice() {
        SessionOperations operations = operations();
        gate.attached = false;
        var sent = new AtomicInteger();
        CompletableFuture<CuratorEvent> future =
                operations.callInBackground(Effect.ONCE, (c, in) -> sent.incrementAndGet());
        gate.attached = true;

        operations.stateChanged();
        operations.tick();
        operations.stateChanged();

        assertThat(sent).hasValue(1);
        assertThat(future).isNotDone();
    }

    @Test
    void endsAtItsDeadline_whenTheHandleIsOfAnotherSessionForLong() {
        var attempts = new AtomicInteger();

        assertThatThrownBy(() -> operations().within(Duration.ofMillis(100)).call(Effect.READ, c -> {
                    attempts.incrementAndGet();
                    throw new SessionReplacedException("not in hand");
                }))
                .isInstanceOf(SessionUnavailableException.class)
                .hasMessageContaining("limit 100 ms");

        assertThat(attempts).hasValueLessThan(50);
    }

    @Test
    void doesNotOpenTheBreaker_whenTheSessionIsBackByThen() {
        CircuitBreaker breaker = CircuitBreaker.ofDefaults("test");
        SessionOperations operations = operations(breaker, null);
        gate.attached = false;
        gate.hopeless.add(true);
        gate.hopeless.add(false);

        assertThatThrownBy(() -> operations.within(SHORT).call(Effect.READ, c -> "read"))
                .isInstanceOf(SessionUnavailableException.class);

        assertThat(breaker.getState()).isEqualTo(State.CLOSED);
    }

    @Test
    void closesTheBreaker_byTheNextCallAtTheLatest() {
        CircuitBreaker breaker = CircuitBreaker.ofDefaults("test");
        SessionOperations operations = operations(breaker, null);
        gate.attached = false;
        gate.hopeless.add(true);
        gate.hopeless.add(true);
        assertThatThrownBy(() -> operations.within(SHORT).call(Effect.READ, c -> "read"))
                .isInstanceOf(SessionUnavailableException.class);
        assertThat(breaker.getState()).isEqualTo(State.FORCED_OPEN);
        gate.attached = true;

        String read = operations.call(Effect.READ, c -> "read");

        assertThat(read).isEqualTo("read");
        assertThat(breaker.getState()).isEqualTo(State.CLOSED);
    }

    @Test
    void keepsTheOutcomeAndThePermits_whenAListenerOfTheCallersThrows() {
        Bulkhead bulkhead = Bulkhead.of(
                "test", BulkheadConfig.custom().maxConcurrentCalls(1).build());
        bulkhead.getEventPublisher().onCallFinished(e -> {
            throw new IllegalStateException("the caller's");
        });
        CircuitBreaker breaker = CircuitBreaker.ofDefaults("test");
        breaker.getEventPublisher().onSuccess(e -> {
            throw new IllegalStateException("the caller's");
        });

        String read = operations(breaker, bulkhead).call(Effect.ONCE, c -> "read");

        assertThat(read).isEqualTo("read");
        assertThat(bulkhead.getMetrics().getAvailableConcurrentCalls()).isEqualTo(1);
    }

    @Test
    @Tag("O7")
    void keepsTheOutcomeAndThePermits_whateverTheCallersListenersThrow() throws Exception {
        Bulkhead bulkhead = Bulkhead.of(
                "test", BulkheadConfig.custom().maxConcurrentCalls(2).build());
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
        sent.get().callback().processResult(curator, event(Code.OK, sent.get()));
        complete();

        assertThat(background).isCompleted();
        assertThat(bulkhead.getMetrics().getAvailableConcurrentCalls()).isEqualTo(2);
    }

    @Test
    @Tag("O7")
    void letsTheCallOn_whenABreakerOfTheCallersOwnMakingThrows() {
        CircuitBreaker breaker = CircuitBreaker.ofDefaults("test");
        var throwing = (CircuitBreaker) Proxy.newProxyInstance(
                CircuitBreaker.class.getClassLoader(),
                new Class<?>[] {CircuitBreaker.class},
                (proxy, method, arguments) -> {
                    if (method.getName().equals("tryAcquirePermission")) {
                        throw new IOException("the caller's");
                    }
                    return method.invoke(breaker, arguments);
                });

        String read = operations(throwing, null).call(Effect.READ, c -> "read");

        assertThat(read).isEqualTo("read");
        assertThat(breaker.getMetrics().getNumberOfSuccessfulCalls()).isEqualTo(1);
    }

    @Test
    @Tag("O7")
    void givesTheBulkheadsPermitBack_whenTheBreakerRefuses() {
        Bulkhead bulkhead = Bulkhead.of(
                "test", BulkheadConfig.custom().maxConcurrentCalls(1).build());
        bulkhead.getEventPublisher().onEvent(e -> sneak(new IOException("the caller's")));
        CircuitBreaker breaker = CircuitBreaker.ofDefaults("test");
        SessionOperations operations = attached(breaker, bulkhead);
        breaker.transitionToOpenState();

        assertThatThrownBy(() -> operations.call(Effect.READ, c -> "read"))
                .isInstanceOf(SessionUnavailableException.class)
                .hasMessageContaining("circuit breaker is OPEN");

        assertThat(bulkhead.getMetrics().getAvailableConcurrentCalls()).isEqualTo(1);
    }

    @Test
    @Tag("O7")
    void givesTheBreakersPermitBack_whenAPredicateOfTheCallersThrows() {
        CircuitBreaker breaker = CircuitBreaker.of(
                "test",
                CircuitBreakerConfig.custom()
                        .permittedNumberOfCallsInHalfOpenState(1)
                        .recordException(e -> sneak(new IOException("the caller's")))
                        .build());
        SessionOperations operations = attached(breaker, null);
        breaker.transitionToOpenState();
        breaker.transitionToHalfOpenState();

        String result = operations.call(Effect.READ, failingOnce(Code.CONNECTIONLOSS, new AtomicInteger()));

        assertThat(result).isEqualTo("done");
        assertThat(breaker.getState()).isEqualTo(State.CLOSED);
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
        SessionOperations operations = operations(new Resilience(RETRY, never(), null, bulkhead));

        String outer = operations.call(Effect.READ, c -> {
            assertThatThrownBy(() -> operations.call(Effect.READ, inner -> "read"))
                    .isInstanceOf(SessionUnavailableException.class)
                    .hasMessageContaining("bulkhead 'test' is full");
            return "read";
        });

        assertThat(outer).isEqualTo("read");
        assertThat(bulkhead.getMetrics().getAvailableConcurrentCalls()).isEqualTo(1);
    }

    @Test
    @Tag("O7")
    void givesThePermitBack_whenTheCallThrowsWhatItDoesNotDeclare() {
        Bulkhead bulkhead = Bulkhead.of(
                "test", BulkheadConfig.custom().maxConcurrentCalls(1).build());
        SessionOperations operations = operations(new Resilience(RETRY, never(), null, bulkhead));

        CompletableFuture<String> pooled = operations.callAsync(Effect.ONCE, c -> sneak(new Throwable("the caller's")));
        CompletableFuture<CuratorEvent> background =
                operations.callInBackground(Effect.ONCE, (c, in) -> sneak(new StackOverflowError("the caller's")));
        complete();

        assertThat(pooled).failsWithin(Duration.ZERO).withThrowableThat().withMessageContaining("the caller's");
        assertThat(background).failsWithin(Duration.ZERO).withThrowableThat().withMessageContaining("the caller's");
        assertThat(bulkhead.getMetrics().getAvailableConcurrentCalls()).isEqualTo(1);
    }

    @ParameterizedTest
    @MethodSource
    @Tag("O7")
    void givesThePermitBack_whateverTheCallThrows(Exception thrown) {
        Bulkhead bulkhead = Bulkhead.of(
                "test", BulkheadConfig.custom().maxConcurrentCalls(1).build());
        SessionOperations operations = operations(never(), bulkhead);

        assertThatThrownBy(() -> operations.call(Effect.ONCE, c -> {
                    throw thrown;
                }))
                .isInstanceOf(RuntimeException.class);
        Thread.interrupted();

        assertThat(bulkhead.getMetrics().getAvailableConcurrentCalls()).isEqualTo(1);
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
        assertThat(bulkhead.getMetrics().getAvailableConcurrentCalls()).isEqualTo(1);
    }

    @Test
    @Tag("O7")
    void givesThePermitBack_whenTheHandleRefusesABackgroundCall() throws Exception {
        Bulkhead bulkhead = Bulkhead.of(
                "test", BulkheadConfig.custom().maxConcurrentCalls(1).build());
        var sent = new AtomicReference<InBackground>();
        CompletableFuture<CuratorEvent> call =
                operations(never(), bulkhead).inGeneration(1).callInBackground(Effect.ONCE, (c, in) -> sent.set(in));

        assertThat(CallBinding.mayPass(0x22, (CallBinding.Bound) sent.get().context()))
                .isFalse();
        sent.get().callback().processResult(curator, event(Code.OPERATIONTIMEOUT, sent.get()));
        complete();

        assertThat(call).as("to be sent again").isNotDone();
        assertThat(bulkhead.getMetrics().getAvailableConcurrentCalls()).isEqualTo(1);
    }

    @Test
    @Tag("O7")
    void givesThePermitBack_whenABackgroundCallIsHandedOverWithoutItsContext() throws Exception {
        Bulkhead bulkhead = Bulkhead.of(
                "test", BulkheadConfig.custom().maxConcurrentCalls(2).build());
        SessionOperations operations = operations(never(), bulkhead);
        var sent = new AtomicReference<InBackground>();
        var other = new AtomicReference<InBackground>();
        CompletableFuture<CuratorEvent> call = operations.callInBackground(Effect.ONCE, (c, in) -> sent.set(in));
        CompletableFuture<CuratorEvent> unused = operations.callInBackground(Effect.ONCE, (c, in) -> other.set(in));

        sent.get().callback().processResult(curator, event(Code.OK, other.get()));
        complete();

        assertThat(call).failsWithin(Duration.ZERO).withThrowableThat().withMessageContaining("without its context");
        assertThat(bulkhead.getMetrics().getAvailableConcurrentCalls()).isEqualTo(1);
    }

    @Test
    @Tag("O7")
    void givesThePermitBack_whenTheDeadlinePassesWhileItIsAcquired() {
        Bulkhead bulkhead = Bulkhead.of(
                "test", BulkheadConfig.custom().maxConcurrentCalls(1).build());
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
        assertThat(bulkhead.getMetrics().getAvailableConcurrentCalls()).isEqualTo(1);
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // undeclared, as Kotlin throws it
    private static <T, E extends Throwable> T sneak(Throwable e) throws E {
        throw (E) e;
    }

    @Test
    @Tag("O7")
    void givesThePermitBackOnce_atTheDeadline() throws Exception {
        Bulkhead bulkhead = Bulkhead.of(
                "test", BulkheadConfig.custom().maxConcurrentCalls(2).build());
        Operations hurried =
                operations(new Resilience(RETRY, never(), null, bulkhead)).within(ENOUGH_TO_SEND);
        var sent = new AtomicReference<InBackground>();
        CompletableFuture<CuratorEvent> background = hurried.callInBackground(Effect.ONCE, (c, in) -> sent.set(in));
        assertThat(bulkhead.getMetrics().getAvailableConcurrentCalls()).isEqualTo(1);
        pass(ENOUGH_TO_SEND);

        gate.timers.remove().run(); // The alarm.
        complete();
        sent.get().callback().processResult(curator, event(Code.OK, sent.get()));
        complete();

        assertThat(background).isCompletedExceptionally();
        assertThat(bulkhead.getMetrics().getAvailableConcurrentCalls()).isEqualTo(2);
        assertThatThrownBy(() -> hurried.call(Effect.ONCE, c -> {
                    pass(ENOUGH_TO_SEND);
                    gate.timers.remove().run();
                    new CountDownLatch(1).await(); // a silent server
                    return "answered";
                }))
                .isInstanceOf(OutcomeUnknownException.class);
        assertThat(bulkhead.getMetrics().getAvailableConcurrentCalls()).isEqualTo(2);
    }

    @Test
    @Tag("O8")
    void handsOutACallOnce_whenItsTimeIsOver() {
        List<Runnable> calls = new ArrayList<>(); // No thread for calls is free.
        List<Runnable> overdue = new ArrayList<>();
        SessionOperations operations = new SessionOperations(
                new Witnesses(),
                ENOUGH_TO_SEND,
                curator,
                new Resilience(RETRY, never(), null, null),
                gate,
                calls::add,
                overdue::add,
                completions::add);
        List<CompletableFuture<?>> futures = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            futures.add(operations.callAsync(Effect.READ, c -> "read"));
            futures.add(operations.callInBackground(Effect.READ, (c, in) -> {}));
        }
        pass(ENOUGH_TO_SEND);

        operations.tick();
        operations.tick();
        operations.tick();

        assertThat(overdue).hasSize(200);
        overdue.forEach(Runnable::run);
        assertThat(futures).as("completed by the thread for futures").noneMatch(CompletableFuture::isDone);
        complete();
        assertThat(futures).allMatch(CompletableFuture::isCompletedExceptionally);
        calls.forEach(Runnable::run);
        operations.tick();
        assertThat(overdue).hasSize(200);
    }

    @Test
    @Tag("O8")
    void endsABackgroundCallInTime_thatHasFoundNoThreadToAskTheBulkheadOn() {
        Bulkhead bulkhead = Bulkhead.ofDefaults("test");
        List<Runnable> calls = new ArrayList<>(); // No thread for calls is free.
        SessionOperations operations = new SessionOperations(
                new Witnesses(),
                SHORT,
                curator,
                new Resilience(RETRY, never(), null, bulkhead),
                gate,
                calls::add,
                Runnable::run,
                completions::add);
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
        assertThat(bulkhead.getMetrics().getAvailableConcurrentCalls()).isEqualTo(25);
    }

    @Test
    @Tag("O11")
    void refusesWritesThatAreTooLong_whateverCompressionTheBuilderHas() {
        CuratorFramework compressing = CuratorFrameworkFactory.builder()
                .connectString("127.0.0.1:1")
                .retryPolicy(new RetryOneTime(1))
                .enableCompression()
                .build();
        SessionOperations operations = new SessionOperations(
                new Witnesses(),
                LONG,
                compressing,
                new Resilience(RETRY, never(), null, null),
                gate,
                Runnable::run,
                Runnable::run,
                completions::add);

        assertThatThrownBy(() -> operations.setData("/a", new byte[2_000_000], -1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("jute.maxbuffer");
    }

    @Test
    @Tag("O2")
    void refusesNobody_whileThereArePermissionsForAll() throws Exception {
        RateLimiter limiter = RateLimiter.of(
                "test",
                RateLimiterConfig.custom()
                        .limitForPeriod(1_000_000)
                        .limitRefreshPeriod(Duration.ofHours(1))
                        .timeoutDuration(Duration.ZERO)
                        .build());
        SessionOperations operations = operations(new Resilience(RETRY, never(), limiter, null));
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
    @Tag("O8")
    void handsOutACallOnce_whoseTimeIsOverAtOnce() {
        List<Runnable> overdue = new ArrayList<>();
        SessionOperations operations = new SessionOperations(
                new Witnesses(),
                Duration.ofNanos(1),
                curator,
                new Resilience(RETRY, never(), null, null),
                gate,
                Runnable::run,
                overdue::add,
                completions::add);
        CompletableFuture<String> call = operations.callAsync(Effect.READ, c -> "read");

        operations.tick();

        assertThat(overdue).hasSize(1);
        overdue.forEach(Runnable::run);
        complete();
        assertThat(call).isCompletedExceptionally();
    }

    @Test
    @Tag("O3")
    void countsNothingInTheBreaker_thatALossHasEndedWhichIsOver() throws Exception {
        CircuitBreaker breaker = CircuitBreaker.ofDefaults("test");
        SessionOperations operations = operations(breaker, null);
        operations.stateChanged();
        var sent = new AtomicReference<InBackground>();
        CompletableFuture<CuratorEvent> unused =
                operations.callInBackground(Effect.READ, (c, in) -> sent.compareAndSet(null, in));
        gate.attached = false;
        operations.stateChanged();
        gate.attached = true;
        operations.stateChanged();

        sent.get().callback().processResult(curator, event(Code.CONNECTIONLOSS, sent.get()));
        complete();

        assertThat(breaker.getMetrics().getNumberOfFailedCalls()).isZero();
    }

    @Test
    @Tag("O8")
    void setsTheAlarmToTheNextDeadline_unlessATickComesBefore() {
        SessionOperations operations = operations();
        CompletableFuture<?> ordinary = operations.callInBackground(Effect.READ, (c, in) -> {});
        assertThat(gate.timers).isEmpty();

        CompletableFuture<?> shortly =
                operations.within(Duration.ofMillis(30)).callInBackground(Effect.READ, (c, in) -> {});
        CompletableFuture<?> later =
                operations.within(Duration.ofMillis(1_900)).callInBackground(Effect.READ, (c, in) -> {});
        assertThat(gate.timers).as("the first of them").hasSize(1);
        pass(Duration.ofMillis(30));
        gate.timers.remove().run();
        complete();

        assertThat(shortly).isCompletedExceptionally();
        assertThat(later).isNotDone();
        assertThat(ordinary).isNotDone();
        assertThat(gate.timers).as("the next").hasSize(1);
    }

    @Test
    @Tag("O2")
    void servesAtTheFullRate_whenMostCallersGiveUp() throws Exception {
        RateLimiter limiter = RateLimiter.of(
                "test",
                RateLimiterConfig.custom()
                        .limitForPeriod(10)
                        .limitRefreshPeriod(Duration.ofMillis(100))
                        .timeoutDuration(Duration.ofSeconds(5))
                        .build());
        Operations impatient =
                operations(new Resilience(RETRY, never(), limiter, null)).within(Duration.ofMillis(20));
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
        RateLimiter limiter = RateLimiter.of(
                "test",
                RateLimiterConfig.custom()
                        .limitForPeriod(1)
                        .limitRefreshPeriod(Duration.ofMillis(50))
                        .timeoutDuration(Duration.ofSeconds(5))
                        .build());
        SessionOperations operations = operations(new Resilience(RETRY, never(), limiter, null));

        for (int i = 0; i < 4; i++) {
            assertThat(operations.<String>call(Effect.READ, c -> "read")).isEqualTo("read");
        }
        assertThat(limiter.getMetrics().getAvailablePermissions()).isNotNegative();
    }

    private static CircuitBreaker openedByOneFailure() {
        return CircuitBreaker.of(
                "test",
                CircuitBreakerConfig.custom()
                        .minimumNumberOfCalls(1)
                        .slidingWindowSize(1)
                        .build());
    }

    @Test
    @Tag("O3")
    void closesTheBreakerThatALossOpened_beforeAnybodyIsLetOn() {
        CircuitBreaker breaker = openedByOneFailure();
        List<Runnable> queued = new ArrayList<>(); // The session's threads for calls are taken.
        SessionOperations operations = new SessionOperations(
                new Witnesses(),
                LONG,
                curator,
                new Resilience(RETRY, breaker, null, null),
                gate,
                queued::add,
                queued::add,
                queued::add);
        operations.stateChanged();
        gate.attached = false;
        operations.stateChanged();
        breaker.onError(1, TimeUnit.MILLISECONDS, new KeeperException.ConnectionLossException());
        assertThat(breaker.getState()).isEqualTo(State.OPEN);
        gate.attached = true;
        operations.stateChanged();

        assertThat(operations.<String>call(Effect.READ, c -> "read")).isEqualTo("read");
    }

    @Test
    @Tag("O3")
    void leavesToTheBreakerWhatCallsHaveToldSince_whenTheThreadThatIsToCloseItComesLate() {
        CircuitBreaker breaker = openedByOneFailure();
        List<Runnable> queued = new ArrayList<>(); // The session's threads for calls are taken.
        SessionOperations operations = new SessionOperations(
                new Witnesses(),
                LONG,
                curator,
                new Resilience(RETRY, breaker, null, null),
                gate,
                queued::add,
                queued::add,
                queued::add);
        operations.stateChanged();
        assertThatThrownBy(() -> operations.call(Effect.ONCE, c -> {
                    throw new KeeperException.ConnectionLossException();
                }))
                .isInstanceOf(OutcomeUnknownException.class);
        assertThat(breaker.getState()).isEqualTo(State.OPEN);

        queued.forEach(Runnable::run);
        assertThat(breaker.getState()).isEqualTo(State.OPEN);

        gate.attached = false;
        operations.stateChanged();
        queued.forEach(Runnable::run); // As late as that.
        assertThat(breaker.getState()).isEqualTo(State.OPEN);
        gate.attached = true;
        operations.stateChanged();
        assertThat(operations.<String>call(Effect.READ, c -> "read")).isEqualTo("read");
    }

    private static CuratorCall<String> failingOnce(Code code, AtomicInteger calls) {
        return c -> {
            if (calls.incrementAndGet() == 1) {
                throw KeeperException.create(code, "/node");
            }
            return "done";
        };
    }

    @ParameterizedTest
    @CsvSource({
        "CONNECTIONLOSS, 1, 2",
        "OPERATIONTIMEOUT, 1, 2",
        "REQUESTTIMEOUT, 1, 2",
        "SESSIONEXPIRED, 0, 1",
        "AUTHFAILED, 0, 1",
        "THROTTLEDOP, 0, 1",
        "NOTREADONLY, 0, 1",
        "SESSIONMOVED, 0, 1"
    })
    void countsLossesAndTimeoutsOnly_inTheBreaker(Code code, int failed, int counted) {
        CircuitBreaker breaker = CircuitBreaker.ofDefaults("test");

        String result = operations(breaker, null).call(Effect.READ, failingOnce(code, new AtomicInteger()));

        assertThat(result).isEqualTo("done");
        assertThat(breaker.getMetrics().getNumberOfFailedCalls()).isEqualTo(failed);
        assertThat(breaker.getMetrics().getNumberOfBufferedCalls()).isEqualTo(counted);
    }

    @ParameterizedTest
    @CsvSource({
        "CONNECTIONLOSS, 1, 1",
        "OPERATIONTIMEOUT, 1, 1",
        "REQUESTTIMEOUT, 1, 1",
        "SESSIONEXPIRED, 0, 0",
        "AUTHFAILED, 0, 0",
        "SESSIONMOVED, 0, 0",
        "NONODE, 0, 1"
    })
    void countsLossesAndTimeoutsOnly_ofCallsInBackground(Code code, int failed, int counted) throws Exception {
        CircuitBreaker breaker = CircuitBreaker.ofDefaults("test");
        var sent = new AtomicReference<InBackground>();
        CompletableFuture<CuratorEvent> unused =
                operations(breaker, null).callInBackground(Effect.READ, (c, in) -> sent.set(in));

        sent.get().callback().processResult(curator, event(code, sent.get()));
        complete();

        assertThat(breaker.getMetrics().getNumberOfFailedCalls()).isEqualTo(failed);
        assertThat(breaker.getMetrics().getNumberOfBufferedCalls()).isEqualTo(counted);
    }

    @ParameterizedTest
    @CsvSource({"SESSIONEXPIRED", "SESSIONMOVED"})
    void givesThePermitsBack_whenTheSessionIsGoneOrMoved(Code code) {
        Bulkhead bulkhead = Bulkhead.of(
                "test", BulkheadConfig.custom().maxConcurrentCalls(1).build());
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
        assertThat(bulkhead.getMetrics().getAvailableConcurrentCalls()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({
        "READ, CONNECTIONLOSS",
        "READ, OPERATIONTIMEOUT",
        "READ, REQUESTTIMEOUT",
        "READ, SESSIONMOVED",
        "READ, SESSIONEXPIRED",
        "IDEMPOTENT, CONNECTIONLOSS",
        "IDEMPOTENT, OPERATIONTIMEOUT",
        "IDEMPOTENT, REQUESTTIMEOUT",
        "IDEMPOTENT, SESSIONMOVED",
        "IDEMPOTENT, SESSIONEXPIRED",
        "READ, THROTTLEDOP",
        "IDEMPOTENT, NOTREADONLY",
        "ONCE, THROTTLEDOP",
        "ONCE, NOTREADONLY",
        "ONCE, SESSIONMOVED"
    })
    void repeats(Effect effect, Code code) {
        var calls = new AtomicInteger();

        String result = operations().call(effect, failingOnce(code, calls));

        assertThat(result).isEqualTo("done");
        assertThat(calls).hasValue(2);
    }

    @Test
    void repeats_whatCuratorHasNotSent() {
        var calls = new AtomicInteger();

        String result = operations().call(Effect.ONCE, c -> {
            if (calls.incrementAndGet() == 1) {
                throw new CuratorConnectionLossException();
            }
            return "done";
        });

        assertThat(result).isEqualTo("done");
        assertThat(calls).hasValue(2);
    }

    @ParameterizedTest
    @EnumSource(names = {"CONNECTIONLOSS", "OPERATIONTIMEOUT", "REQUESTTIMEOUT", "SESSIONEXPIRED", "AUTHFAILED"})
    void doesNotRepeat_whatMayHaveBeenAppliedAlready(Code code) {
        var calls = new AtomicInteger();

        assertThatThrownBy(() -> operations().call(Effect.ONCE, failingOnce(code, calls)))
                .isInstanceOf(OutcomeUnknownException.class)
                .hasMessageContaining("may have been applied")
                .cause()
                .isInstanceOfSatisfying(
                        KeeperException.class, e -> assertThat(e.code()).isEqualTo(code));

        assertThat(calls).hasValue(1);
    }

    @ParameterizedTest
    @MethodSource("answers")
    void givesTheServersAnswer_atOnce(Effect effect, Code code) {
        var calls = new AtomicInteger();

        assertThatThrownBy(() -> operations().call(effect, failingOnce(code, calls)))
                .isInstanceOfSatisfying(OperationFailedException.class, e -> assertThat(e.code())
                        .isEqualTo(code))
                .hasMessageContaining(code + " for /node")
                .cause()
                .isInstanceOfSatisfying(
                        KeeperException.class, e -> assertThat(e.code()).isEqualTo(code));

        assertThat(calls).hasValue(1);
    }

    private static Stream<Arguments> answers() {
        return Stream.of(Effect.values())
                .flatMap(effect -> Stream.of(Code.NOAUTH, Code.NODEEXISTS, Code.NOTEMPTY, Code.BADVERSION, Code.NONODE)
                        .map(code -> Arguments.of(effect, code)));
    }

    @Test
    @Tag("K1")
    void endsACallInItsPause_whenTheEngineHasStopped() {
        var lost = new KeeperException.ConnectionLossException();
        SessionOperations operations = operations();
        CompletableFuture<Object> call = operations.callAsync(Effect.READ, c -> {
            throw lost;
        });
        assertThat(gate.timers).as("pauses that never end").hasSize(1);
        gate.closed = true;

        operations.end();
        complete();

        assertThat(call).isCompletedExceptionally();
    }
}
