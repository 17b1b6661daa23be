package io.perennial.spring.boot;

import static io.perennial.spring.boot.Contexts.configured;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.github.resilience4j.bulkhead.Bulkhead;
import io.github.resilience4j.bulkhead.BulkheadRegistry;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.github.resilience4j.ratelimiter.RateLimiter;
import io.github.resilience4j.ratelimiter.RateLimiterRegistry;
import io.github.resilience4j.retry.Retry;
import io.github.resilience4j.retry.RetryRegistry;
import io.perennial.ResilientSession;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.apache.curator.framework.CuratorFramework;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.support.AbstractBeanDefinition;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.task.TaskDecorator;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;

/** What the application's other beans do to a session. */
class BeansOfTheApplicationTest {
    @Test
    void registriesHoldTheSessionsRetryAndABreakerThatOnlyCounts() {
        RetryRegistry retries = RetryRegistry.ofDefaults();
        CircuitBreakerRegistry breakers = CircuitBreakerRegistry.ofDefaults();
        configured()
                .withBean(RetryRegistry.class, () -> retries)
                .withBean(CircuitBreakerRegistry.class, () -> breakers)
                .run(context -> {
                    Retry retry = retries.find("zookeeper").orElseThrow();
                    CircuitBreaker breaker = breakers.find("zookeeper").orElseThrow();
                    assertThat(breaker.getState()).isEqualTo(CircuitBreaker.State.METRICS_ONLY);
                    assertThat(builder(context))
                            .extracting("resilience.retry", "resilience.circuitBreaker")
                            .containsExactly(retry, breaker);
                });
    }

    @Test
    void whatTheApplicationHasConfiguredUnderTheSessionsName_isTheSessions() {
        Retry retry = Retry.ofDefaults("orders");
        CircuitBreaker breaker = CircuitBreaker.ofDefaults("orders");
        RateLimiter limiter = RateLimiter.ofDefaults("orders");
        Bulkhead bulkhead = Bulkhead.ofDefaults("orders");
        configured()
                .withPropertyValues("perennial.name=orders")
                .withBean(RetryRegistry.class, () -> {
                    RetryRegistry registry = RetryRegistry.ofDefaults();
                    registry.retry("orders");
                    registry.replace("orders", retry);
                    return registry;
                })
                .withBean(CircuitBreakerRegistry.class, () -> {
                    CircuitBreakerRegistry registry = CircuitBreakerRegistry.ofDefaults();
                    registry.circuitBreaker("orders");
                    registry.replace("orders", breaker);
                    return registry;
                })
                .withBean(RateLimiterRegistry.class, () -> {
                    RateLimiterRegistry registry = RateLimiterRegistry.ofDefaults();
                    registry.rateLimiter("orders");
                    registry.replace("orders", limiter);
                    return registry;
                })
                .withBean(BulkheadRegistry.class, () -> {
                    BulkheadRegistry registry = BulkheadRegistry.ofDefaults();
                    registry.bulkhead("orders");
                    registry.replace("orders", bulkhead);
                    return registry;
                })
                .run(context -> {
                    assertThat(context).hasNotFailed();
                    assertThat(breaker.getState()).isEqualTo(CircuitBreaker.State.CLOSED);
                    assertThat(builder(context, "orders"))
                            .extracting(
                                    "resilience.retry",
                                    "resilience.circuitBreaker",
                                    "resilience.rateLimiter",
                                    "resilience.bulkhead")
                            .containsExactly(retry, breaker, limiter, bulkhead);
                });
    }

    @Test
    void limitersThatTheApplicationHasNotConfigured_areNotThere() {
        configured()
                .withBean(RateLimiterRegistry.class, RateLimiterRegistry::ofDefaults)
                .withBean(BulkheadRegistry.class, BulkheadRegistry::ofDefaults)
                .run(context -> assertThat(builder(context))
                        .extracting("resilience.rateLimiter", "resilience.bulkhead")
                        .containsOnlyNulls());
    }

    @Test
    void ofSeveralRegistriesNoneIsTaken() {
        configured()
                .withBean("one", RetryRegistry.class, RetryRegistry::ofDefaults)
                .withBean("other", RetryRegistry.class, RetryRegistry::ofDefaults)
                .run(context -> assertThat(builder(context))
                        .extracting("resilience.retry")
                        .isNull());
    }

    @Test
    void listenersRunOnTheSessionsOwnThread_whenThereIsNothingToDecorate() {
        configured().run(context -> assertThat(builder(context))
                .extracting("callbackExecutor")
                .isNull());
    }

    @Test
    void listenersAreDecoratedAsTheApplicationsTasksAre_inOrder() {
        List<String> seen = Collections.synchronizedList(new ArrayList<>());
        var pool = new Executor[1];
        configured()
                .withBean("inner", Decorator.class, () -> new Decorator("inner", 2, seen))
                .withBean("outer", Decorator.class, () -> new Decorator("outer", 1, seen))
                .run(context -> {
                    pool[0] = executor(context);
                    Thread thread = threadOf(pool[0]);
                    assertThat(thread.getName()).startsWith("perennial-zookeeper-callback-");
                    assertThat(thread.isDaemon()).isTrue();
                    assertThat(seen).containsSubsequence("inner", "outer").hasSizeGreaterThanOrEqualTo(2);
                });
        assertThat(((ThreadPoolTaskExecutor) pool[0]).getThreadPoolExecutor().isShutdown())
                .isTrue();
    }

    @Test
    void listenersRunOnVirtualThreads_whereTheApplicationWantsThem() {
        assumeThat(Runtime.version().feature()).isGreaterThanOrEqualTo(21);
        List<String> seen = Collections.synchronizedList(new ArrayList<>());
        configured()
                .withPropertyValues("spring.threads.virtual.enabled=true")
                .withBean(Decorator.class, () -> new Decorator("only", 1, seen))
                .run(context -> {
                    Thread thread = threadOf(executor(context));
                    assertThat(thread.toString()).startsWith("VirtualThread");
                    assertThat(thread.getName()).startsWith("perennial-zookeeper-callback-");
                    assertThat(seen).contains("only");
                });
    }

    @Test
    void onAnOlderJdkVirtualThreadsAreNotThere() {
        assumeThat(Runtime.version().feature()).isLessThan(21);
        configured().withPropertyValues("spring.threads.virtual.enabled=true").run(context -> assertThat(
                        builder(context))
                .extracting("callbackExecutor")
                .isNull());
    }

    @Test
    void futuresAreCompletedOnTheBeanForThem_whateverOtherExecutorsThereAre() {
        Executor futures = Runnable::run;
        configured()
                .withBean("other", Executor.class, () -> Runnable::run)
                .withBean("perennialFutureExecutor", Executor.class, () -> futures, bean -> ((AbstractBeanDefinition)
                                bean)
                        .setDefaultCandidate(false))
                .run(context -> assertThat(builder(context))
                        .extracting("futureExecutor", "callbackExecutor")
                        .containsExactly(futures, null));
    }

    @Test
    void anotherExecutorIsNotTakenForFutures() {
        configured().withBean("other", Executor.class, () -> Runnable::run).run(context -> assertThat(builder(context))
                .extracting("futureExecutor")
                .isNull());
    }

    @Test
    void customizersOfTheSessionHaveTheLastWord_inOrder() {
        configured()
                .withPropertyValues("perennial.namespace=a")
                .withBean("second", SecondCustomizer.class)
                .withBean("first", FirstCustomizer.class)
                .run(context -> assertThat(builder(context))
                        .extracting("namespace", "readOnlyAllowed")
                        .containsExactly("/second", true));
    }

    @Test
    void customizersOfCuratorAreToldTheSession_andOursStillHolds() {
        configured()
                .withPropertyValues("perennial.session-timeout=7s", "perennial.sessions.orders.namespace=orders")
                .withBean(CuratorBuilderCustomizer.class, () -> (session, curator) -> {
                    if (session.equals("orders")) {
                        curator.defaultData(new byte[] {7}).sessionTimeoutMs(99_000);
                    }
                })
                .run(context -> {
                    assertThat(builder(context, "orders"))
                            .extracting("base.defaultData", "base.sessionTimeoutMs", "sessionTimeout.seconds")
                            .containsExactly(new byte[] {7}, 7_000, 7L);
                    assertThat(builder(context, "zookeeper"))
                            .extracting("base.defaultData")
                            .isNotEqualTo(new byte[] {7});
                    assertThat(context.getBean("ordersCuratorFramework", CuratorFramework.class)
                                    .getNamespace())
                            .isEqualTo("orders");
                });
    }

    private static ResilientSession.Builder builder(AssertableApplicationContext context) {
        return builder(context, "zookeeper");
    }

    private static ResilientSession.Builder builder(AssertableApplicationContext context, String session) {
        assertThat(context).hasNotFailed();
        return context.getBean(Contexts.BuilderProbe.class).builder(session);
    }

    private static Executor executor(AssertableApplicationContext context) {
        return assertThat(builder(context))
                .extracting("callbackExecutor", InstanceOfAssertFactories.type(Executor.class))
                .actual();
    }

    private static Thread threadOf(Executor executor) throws Exception {
        return CompletableFuture.supplyAsync(Thread::currentThread, executor).get(30, TimeUnit.SECONDS);
    }

    private record Decorator(String name, int getOrder, List<String> seen) implements TaskDecorator, Ordered {
        @Override
        public Runnable decorate(Runnable task) {
            return () -> {
                seen.add(name);
                task.run();
            };
        }
    }

    @Order(1)
    static class FirstCustomizer implements SessionBuilderCustomizer {
        @Override
        public void customize(String sessionName, ResilientSession.Builder builder) {
            builder.namespace("first").readOnlyAllowed(true);
        }
    }

    @Order(2)
    static class SecondCustomizer implements SessionBuilderCustomizer {
        @Override
        public void customize(String sessionName, ResilientSession.Builder builder) {
            builder.namespace("second");
        }
    }
}
