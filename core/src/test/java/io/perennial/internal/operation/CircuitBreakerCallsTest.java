package io.perennial.internal.operation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.perennial.operation.BackgroundCall.InBackground;
import io.perennial.operation.Effect;
import io.perennial.operation.OutcomeUnknownException;
import io.perennial.operation.Resilience;
import io.perennial.operation.SessionUnavailableException;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.curator.framework.api.CuratorEvent;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.KeeperException.Code;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a circuit breaker hears of, and when a session opens and closes it. */
class CircuitBreakerCallsTest extends OperationsRig {
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

        answer(sent.get(), Code.CONNECTIONLOSS);

        assertThat(breaker.getMetrics().getNumberOfFailedCalls()).isZero();
    }

    /** The session's threads for calls are taken. */
    private SessionOperations withoutThreads(CircuitBreaker breaker, List<Runnable> queued) {
        return new SessionOperations(
                new Witnesses(),
                LONG,
                curator,
                new Resilience(RETRY, breaker, null, null),
                gate,
                queued::add,
                queued::add,
                queued::add);
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
        List<Runnable> queued = new ArrayList<>();
        SessionOperations operations = withoutThreads(breaker, queued);
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
        List<Runnable> queued = new ArrayList<>();
        SessionOperations operations = withoutThreads(breaker, queued);
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

        answer(sent.get(), code);

        assertThat(breaker.getMetrics().getNumberOfFailedCalls()).isEqualTo(failed);
        assertThat(breaker.getMetrics().getNumberOfBufferedCalls()).isEqualTo(counted);
    }
}
