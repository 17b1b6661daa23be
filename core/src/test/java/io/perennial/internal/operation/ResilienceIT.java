package io.perennial.internal.operation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.resilience4j.bulkhead.Bulkhead;
import io.github.resilience4j.bulkhead.BulkheadConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.github.resilience4j.ratelimiter.RateLimiter;
import io.github.resilience4j.ratelimiter.RateLimiterConfig;
import io.github.resilience4j.retry.Retry;
import io.github.resilience4j.retry.RetryConfig;
import io.perennial.ResilientSession;
import io.perennial.SessionState;
import io.perennial.operation.Effect;
import io.perennial.operation.OperationFailedException;
import io.perennial.operation.Operations;
import io.perennial.operation.OutcomeUnknownException;
import io.perennial.operation.SessionUnavailableException;
import io.perennial.operation.WriteOutcome;
import io.perennial.test.EmbeddedServer;
import io.perennial.test.FaultProxy;
import io.perennial.test.IndependentClient;
import io.perennial.test.NoLeaks;
import io.perennial.testing.SessionRig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.ZooDefs.Ids;
import org.apache.zookeeper.ZooDefs.OpCode;
import org.apache.zookeeper.ZooKeeper;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Resilience4j's instances at work: the caller's own, and what the session's state does with them. */
@ExtendWith(NoLeaks.class)
class ResilienceIT {
    private static final byte[] OLD = {1};
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @AutoClose
    private final SessionRig rig = new SessionRig();

    private final EmbeddedServer server = rig.server();
    private final FaultProxy proxy = rig.proxy();
    private final IndependentClient observer = rig.observer();

    private ResilientSession.Builder builder() {
        return rig.builder()
                .name("resilient")
                .sessionTimeout(Duration.ofSeconds(2))
                .connectTimeout(Duration.ofMillis(500))
                .closeTimeout(Duration.ofSeconds(2));
    }

    /** One that is not lost when the machine stands still for a while. */
    private ResilientSession.Builder steady() {
        return builder().sessionTimeout(Duration.ofSeconds(20)).connectTimeout(Duration.ofSeconds(10));
    }

    private ResilientSession connected(ResilientSession.Builder builder) throws InterruptedException {
        observer.create("/node", OLD);
        return rig.connect(builder);
    }

    private static byte[] read(Operations operations) {
        return operations.call(Effect.READ, c -> c.getData().forPath("/node"));
    }

    @Test
    void countsInTheCallersOwnInstances() throws Exception {
        Retry retry = Retry.of(
                "callers",
                RetryConfig.custom()
                        .maxAttempts(10)
                        .waitDuration(Duration.ofMillis(5))
                        .build());
        CircuitBreaker breaker = CircuitBreakerRegistry.ofDefaults().circuitBreaker("callers");
        List<String> events = Collections.synchronizedList(new ArrayList<>());
        retry.getEventPublisher().onRetry(e -> events.add("retry"));
        breaker.getEventPublisher().onError(e -> events.add("error")).onSuccess(e -> events.add("success"));
        ResilientSession session = connected(steady().retry(retry).circuitBreaker(breaker));
        proxy.loseAcknowledgement(op -> op == OpCode.getData);

        assertThat(read(session.operations())).isEqualTo(OLD);
        assertThatThrownBy(() ->
                        session.operations().call(Effect.READ, c -> c.getData().forPath("/none")))
                .isInstanceOf(OperationFailedException.class);

        assertThat(session.operations().resilience().retry()).isSameAs(retry);
        assertThat(session.operations().resilience().circuitBreaker()).isSameAs(breaker);
        assertThat(retry.getMetrics().getNumberOfSuccessfulCallsWithRetryAttempt())
                .isEqualTo(1);
        assertThat(events).containsSubsequence("error", "retry", "success", "success");
        // A refusal is an answer: the servers are well.
        assertThat(breaker.getMetrics().getNumberOfFailedCalls())
                .isEqualTo((int) events.stream().filter("error"::equals).count());
    }

    @Test
    @Tag("S-42")
    void opensAndClosesTheBreaker_withTheSession() throws Exception {
        CircuitBreaker breaker = CircuitBreakerRegistry.ofDefaults().circuitBreaker("callers");
        ResilientSession session = connected(builder().circuitBreaker(breaker));
        proxy.disconnect();
        CompletableFuture<byte[]> waiting =
                session.operations().callAsync(Effect.READ, c -> c.getData().forPath("/node"));

        // Far within its own 30 s: there is no point in waiting.
        assertThat(waiting)
                .failsWithin(Duration.ofSeconds(20))
                .withThrowableThat()
                .havingCause()
                .isInstanceOf(SessionUnavailableException.class)
                .withMessageContaining("the circuit breaker is FORCED_OPEN, because the session is LOST for ")
                .withMessageContaining("nothing was sent");
        assertThat(breaker.getState()).isEqualTo(State.FORCED_OPEN);
        assertThatThrownBy(() -> read(session.operations())).isInstanceOf(SessionUnavailableException.class);
        proxy.accept();

        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(breaker.getState()).isEqualTo(State.CLOSED));
        assertThat(session.awaitConnected(PATIENCE)).isTrue();
        assertThat(read(session.operations())).isEqualTo(OLD);
    }

    @Test
    void leavesTheBreakerAlone_duringAnOrdinaryExpiry() throws Exception {
        CircuitBreaker breaker = CircuitBreakerRegistry.ofDefaults().circuitBreaker("callers");
        List<State> states = Collections.synchronizedList(new ArrayList<>());
        breaker.getEventPublisher()
                .onStateTransition(e -> states.add(e.getStateTransition().getToState()));
        ResilientSession session = connected(steady().circuitBreaker(breaker));

        server.expireSession(session.info().orElseThrow().sessionId());
        assertThat(read(session.operations())).isEqualTo(OLD);
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(session.lease().generation()).isEqualTo(2));

        assertThat(read(session.operations())).isEqualTo(OLD);
        assertThat(states).isEmpty();
    }

    @Test
    void neverFailsFast_withoutABreakerOfTheCallers() throws Exception {
        ResilientSession session = connected(builder());
        proxy.disconnect();
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(session.state()).isEqualTo(SessionState.LOST));
        CompletableFuture<byte[]> waiting =
                session.operations().callAsync(Effect.READ, c -> c.getData().forPath("/node"));
        CircuitBreaker breaker = session.operations().resilience().circuitBreaker();
        assertThat(breaker.getState()).isEqualTo(State.METRICS_ONLY);
        // Long enough for a breaker of the caller's to be open.
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(session.report().inState()).isGreaterThan(Duration.ofSeconds(1)));
        proxy.accept();

        assertThat(waiting).succeedsWithin(PATIENCE).isEqualTo(OLD);
    }

    private static RateLimiter oneAnHour() {
        return RateLimiter.of(
                "callers",
                RateLimiterConfig.custom()
                        .limitForPeriod(1)
                        .limitRefreshPeriod(Duration.ofHours(1))
                        .timeoutDuration(Duration.ZERO)
                        .build());
    }

    @Test
    void limitsTheRate() throws Exception {
        RateLimiter limiter = oneAnHour();
        ResilientSession session = connected(steady().rateLimiter(limiter));

        assertThat(read(session.operations())).isEqualTo(OLD);
        assertThatThrownBy(() -> read(session.operations()))
                .isInstanceOf(SessionUnavailableException.class)
                .hasMessageContainingAll("session 'resilient'", "rate limiter 'callers'", "nothing was sent");
    }

    @Test
    void limitsWhatIsUnderWay() throws Exception {
        Bulkhead bulkhead = Bulkhead.of(
                "callers",
                BulkheadConfig.custom()
                        .maxConcurrentCalls(1)
                        .maxWaitDuration(Duration.ZERO)
                        .build());
        ResilientSession session = connected(steady().bulkhead(bulkhead));
        var within = new CountDownLatch(1);
        var leave = new CountDownLatch(1);
        CompletableFuture<String> first = session.operations().callAsync(Effect.READ, c -> {
            within.countDown();
            leave.await();
            return "left";
        });
        assertThat(within.await(30, TimeUnit.SECONDS)).isTrue();

        assertThatThrownBy(() -> read(session.operations()))
                .isInstanceOf(SessionUnavailableException.class)
                .hasMessageContainingAll("bulkhead 'callers' is full", "nothing was sent");
        leave.countDown();
        assertThat(first).succeedsWithin(PATIENCE);
        await().untilAsserted(() ->
                assertThat(bulkhead.getMetrics().getAvailableConcurrentCalls()).isEqualTo(1));
        assertThat(read(session.operations())).isEqualTo(OLD);
    }

    @Test
    @Tag("O8")
    void endsAtItsDeadline_whenTheServerIsSilent() throws Exception {
        ResilientSession session = connected(builder().sessionTimeout(Duration.ofSeconds(40)));
        Operations hurried = session.operations().within(Duration.ofMillis(20));
        proxy.freeze();

        // A session of 40 s looks after itself each 500 ms. If that ended the tries, all but the first, which may end
        // so
        // at any moment, would take as long; and the best of the others is not this machine's noise.
        assertThatThrownBy(() -> read(hurried)).isInstanceOf(SessionUnavailableException.class);
        long best = Long.MAX_VALUE;
        for (int i = 0; i < 10; i++) {
            long begun = System.nanoTime();
            assertThatThrownBy(() -> read(hurried)).isInstanceOf(SessionUnavailableException.class);
            best = Math.min(best, System.nanoTime() - begun);
        }
        assertThat(Duration.ofNanos(best)).isBetween(Duration.ofMillis(20), Duration.ofMillis(250));
        proxy.thaw();
    }

    @Test
    @Tag("O3")
    void findsOut_whateverTheCallersLimitsSay() throws Exception {
        RateLimiter limiter = oneAnHour();
        CircuitBreaker breaker = CircuitBreaker.of(
                "callers",
                CircuitBreakerConfig.custom()
                        .minimumNumberOfCalls(1)
                        .slidingWindowSize(1)
                        .build());
        Retry once = Retry.of("callers", RetryConfig.custom().maxAttempts(1).build());
        ResilientSession session =
                connected(steady().rateLimiter(limiter).circuitBreaker(breaker).retry(once));
        // The only permission of the hour is the write's, and the loss opens the breaker.
        CompletableFuture<Void> lost = proxy.loseAcknowledgement(op -> op == OpCode.create2 || op == OpCode.create);

        WriteOutcome outcome = session.operations().create("/mine", OLD, CreateMode.EPHEMERAL);

        assertThat(lost).isCompleted();
        assertThat(outcome.kind()).as(outcome.explanation()).isEqualTo(WriteOutcome.Kind.APPLIED);
    }

    @Test
    void retriesOnce_perAttemptOfOurs() throws Exception {
        ResilientSession session = connected(steady().retry(RetryConfig.custom()
                .maxAttempts(1)
                .waitDuration(Duration.ofMillis(1))
                .build()));
        proxy.resetCounters();
        proxy.loseAcknowledgement(op -> op == OpCode.getData);

        assertThatThrownBy(() -> read(session.operations()))
                .isInstanceOf(SessionUnavailableException.class)
                .hasMessageContaining("given up after 1 attempts")
                .hasCauseInstanceOf(KeeperException.ConnectionLossException.class);

        assertThat(session.awaitConnected(PATIENCE)).isTrue();
        assertThat(proxy.requests(OpCode.getData)).isEqualTo(1);
    }

    @Test
    @Tag("O2")
    @DisplayName("A hundred calls a second, most callers of which give up: none of it is lost to those who do")
    void servesAtTheFullRate_whenMostCallersGiveUp() throws Exception {
        RateLimiter limiter = RateLimiter.of(
                "callers",
                RateLimiterConfig.custom()
                        .limitForPeriod(10)
                        .limitRefreshPeriod(Duration.ofMillis(100))
                        .timeoutDuration(Duration.ofSeconds(5))
                        .build());
        ResilientSession session = connected(steady().rateLimiter(limiter));
        var served = new AtomicInteger();
        var over = new AtomicBoolean();
        List<CompletableFuture<Void>> callers = IntStream.range(0, 4)
                .mapToObj(i -> CompletableFuture.runAsync(() -> {
                    while (!over.get()) {
                        try {
                            read(session.operations().within(Duration.ofMillis(20)));
                            served.incrementAndGet();
                        } catch (SessionUnavailableException e) {
                            // No permission in time; the next period has some.
                        }
                    }
                }))
                .toList();

        await().untilAsserted(() -> assertThat(served).hasValueGreaterThan(50));

        over.set(true);
        assertThat(callers).allSatisfy(caller -> assertThat(caller).succeedsWithin(PATIENCE));
    }

    @Test
    @Tag("O7")
    @DisplayName("A listener at the caller's breaker throws once the server has applied the write")
    void tellsWhatBecameOfTheWrite_whenTheCallersListenerThrows() throws Exception {
        CircuitBreaker breaker = CircuitBreakerRegistry.ofDefaults().circuitBreaker("callers");
        Bulkhead bulkhead = Bulkhead.of(
                "callers", BulkheadConfig.custom().maxConcurrentCalls(1).build());
        var thrown = new AtomicInteger();
        breaker.getEventPublisher().onSuccess(e -> {
            thrown.incrementAndGet();
            throw new IllegalStateException("a bug of the application's");
        });
        bulkhead.getEventPublisher().onCallFinished(e -> {
            throw new IllegalStateException("another one");
        });
        ResilientSession session = connected(steady().circuitBreaker(breaker).bulkhead(bulkhead));

        for (int i = 0; i < 3; i++) {
            WriteOutcome outcome = session.operations().create("/made-" + i, OLD, CreateMode.EPHEMERAL);

            assertThat(outcome.kind()).as(outcome.explanation()).isEqualTo(WriteOutcome.Kind.APPLIED);
            assertThat(observer.exists("/made-" + i)).isTrue();
        }
        assertThat(thrown).hasPositiveValue();
        assertThat(bulkhead.getMetrics().getAvailableConcurrentCalls()).isEqualTo(1);
    }

    @Test
    @Tag("O4")
    @DisplayName("A call adds credentials that the server refuses, then writes")
    void countsNoSuccess_andSaysUnknown_whenTheServerRefusesTheCredentials() throws Exception {
        CircuitBreaker breaker = CircuitBreakerRegistry.ofDefaults().circuitBreaker("callers");
        List<String> counted = Collections.synchronizedList(new ArrayList<>());
        breaker.getEventPublisher()
                .onError(e -> counted.add("error " + e.getThrowable()))
                .onSuccess(e -> counted.add("success"));
        ResilientSession session = connected(steady().circuitBreaker(breaker));

        // On the handle that is ended for it: the request goes out behind the refused credentials, or not at all.
        assertThatThrownBy(() -> session.operations().call(Effect.ONCE, c -> {
                    ZooKeeper zooKeeper = c.getZookeeperClient().getZooKeeper();
                    zooKeeper.addAuthInfo("unheard-of", new byte[] {1});
                    return zooKeeper.create("/written", OLD, Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
                }))
                .isInstanceOf(OutcomeUnknownException.class)
                .hasMessageContaining("may have been applied");

        assertThat(counted).isEmpty();
        assertThat(observer.exists("/written")).isFalse();
        assertThat(session.awaitConnected(PATIENCE)).isTrue();
        assertThat(read(session.operations())).isEqualTo(OLD);
        assertThat(counted).containsExactly("success");
    }
}
