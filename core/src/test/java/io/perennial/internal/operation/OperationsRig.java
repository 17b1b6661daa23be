package io.perennial.internal.operation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.resilience4j.bulkhead.Bulkhead;
import io.github.resilience4j.bulkhead.BulkheadConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.retry.Retry;
import io.github.resilience4j.retry.RetryConfig;
import io.perennial.operation.BackgroundCall.InBackground;
import io.perennial.operation.CuratorCall;
import io.perennial.operation.Resilience;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.framework.api.CuratorEvent;
import org.apache.curator.retry.RetryOneTime;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.KeeperException.Code;
import org.jspecify.annotations.Nullable;

/** Operations whose answers, deadlines and ends a test plays itself, one step at a time. */
abstract class OperationsRig {
    static final Duration SHORT = Duration.ofMillis(1);
    /** On a machine that stalls. */
    static final Duration ENOUGH_TO_SEND = Duration.ofSeconds(1);

    static final Duration LONG = Duration.ofMinutes(5);
    static final Retry RETRY =
            Retry.of("test", RetryConfig.custom().waitDuration(SHORT).build());

    final FakeGate gate = new FakeGate();
    final Queue<Runnable> completions = new ArrayDeque<>();
    final CuratorFramework curator =
            CuratorFrameworkFactory.newClient("127.0.0.1:1", new RetryOneTime(1)); // never started

    SessionOperations operations(CircuitBreaker breaker, @Nullable Bulkhead bulkhead) {
        return operations(new Resilience(RETRY, breaker, null, bulkhead));
    }

    SessionOperations operations(Resilience resilience) {
        return operations(LONG, resilience, Runnable::run, Runnable::run);
    }

    SessionOperations operations(Duration timeout, Resilience resilience, Executor calls, Executor overdue) {
        return new SessionOperations(
                new Witnesses(), timeout, curator, resilience, gate, calls, overdue, completions::add);
    }

    /** Of a session that has told of its attachment, which closes the breaker: what opens it later stays. */
    SessionOperations attached(CircuitBreaker breaker, @Nullable Bulkhead bulkhead) {
        SessionOperations operations = operations(breaker, bulkhead);
        operations.stateChanged();
        return operations;
    }

    SessionOperations operations() {
        return operations(never(), null);
    }

    static CircuitBreaker never() {
        CircuitBreaker never = CircuitBreaker.ofDefaults("test");
        never.transitionToMetricsOnlyState();
        return never;
    }

    static Bulkhead bulkhead(int calls) {
        return Bulkhead.of(
                "test", BulkheadConfig.custom().maxConcurrentCalls(calls).build());
    }

    static void assertFree(Bulkhead bulkhead, int calls) {
        assertThat(bulkhead.getMetrics().getAvailableConcurrentCalls()).isEqualTo(calls);
    }

    /** The server's answer, and what comes of it. */
    void answer(InBackground sent, Code code) throws Exception {
        sent.callback().processResult(curator, event(code, sent));
        complete();
    }

    void complete() {
        while (!completions.isEmpty()) {
            completions.remove().run();
        }
    }

    static CuratorEvent event(Code code, InBackground in) {
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

    void pass(Duration time) {
        long until = System.nanoTime() + time.toNanos();
        await().until(() -> System.nanoTime() - until > 0);
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // undeclared, as Kotlin throws it
    static <T, E extends Throwable> T sneak(Throwable e) throws E {
        throw (E) e;
    }

    static CuratorCall<String> failingOnce(Code code, AtomicInteger calls) {
        return c -> {
            if (calls.incrementAndGet() == 1) {
                throw KeeperException.create(code, "/node");
            }
            return "done";
        };
    }
}
