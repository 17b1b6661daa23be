package io.perennial.internal.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.github.resilience4j.bulkhead.Bulkhead;
import io.github.resilience4j.bulkhead.BulkheadConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.retry.Retry;
import io.github.resilience4j.retry.RetryConfig;
import io.perennial.ClampPolicy;
import io.perennial.ResilientSession;
import io.perennial.RestorePolicy;
import io.perennial.SessionOwner;
import io.perennial.SessionState;
import io.perennial.operation.Effect;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.apache.curator.ensemble.fixed.FixedEnsembleProvider;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.retry.RetryOneTime;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.client.ZKClientConfig;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is wrong is refused at the call that gives it: the message names the property, the value and the way out. */
class BadInputTest {
    private static final String SERVERS = "localhost:2181";

    private static ResilientSession.Builder builder() {
        return ResilientSession.builder().connectString(SERVERS);
    }

    private static void assertRefused(ThrowingCallable call, String... says) {
        assertThatThrownBy(call).isInstanceOf(IllegalArgumentException.class).hasMessageContainingAll(says);
    }

    @ParameterizedTest
    @MethodSource
    void refusesConnectString(String connectString, String says) {
        ResilientSession.Builder builder = ResilientSession.builder();

        assertRefused(() -> builder.connectString(connectString), "connectString", says);

        assertThat(builder.connectString(SERVERS).build().state()).isEqualTo(SessionState.LATENT);
    }

    static Stream<Arguments> refusesConnectString() {
        return Stream.of(
                arguments(null, "null; the form is host:port"),
                arguments("", "empty; the form is host:port"),
                arguments("  ", "empty; the form is host:port"),
                arguments(":2181", "host name is missing"),
                arguments("a:2181,:2182", "host name is missing"),
                arguments("a:2181,,b:2181", "host name is missing"),
                arguments("a:2181,", "host name is missing"),
                arguments("/chroot", "host name is missing"),
                arguments("zoo keeper:2181", "blanks in 'zoo keeper:2181'"),
                arguments("a:", "port '' in 'a:' is not a number"),
                arguments("a:zk", "port 'zk' in 'a:zk' is not a number"),
                arguments("a:2181x", "port '2181x'"),
                arguments("a:99999999999", "port '99999999999'"),
                arguments("http://zk1:2181", "begins with 'http://'; leave that out"),
                arguments("a:0", "port 0 in 'a:0' is not 1 to 65535"),
                arguments("a:-1", "port -1 in 'a:-1' is not 1 to 65535"),
                arguments("a:65536", "port 65536 in 'a:65536' is not 1 to 65535"),
                arguments("a:2181,b:70000/chroot", "port 70000 in 'b:70000' is not 1 to 65535"),
                arguments("::1:2181", "such as [::1]:2181"),
                arguments("[::1:2181", "such as [::1]:2181"),
                arguments("a:2181//chroot", "chroot '//chroot' is not a valid path"),
                arguments("a:2181/chroot/", "chroot '/chroot/' is not a valid path"),
                arguments("a:2181/a/../b", "chroot '/a/../b' is not a valid path"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a",
                "a:2181",
                "a:2181,b:2182,c",
                "a:2181, b:2182",
                "a:2181/",
                "a:2181,b:2181/chroot/deeper",
                "[::1]:2181,[fe80::1]",
                "10.0.0.1:65535"
            })
    void takesConnectString(String connectString) {
        assertThat(ResilientSession.builder()
                        .connectString(connectString)
                        .build()
                        .state())
                .isEqualTo(SessionState.LATENT);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "two words", "a/b", "ärger", "line\nbreak", "%s"})
    void refusesName(String name) {
        assertRefused(() -> builder().name(name), "name '" + name + "'", "1 to 64 letters");
    }

    @Test
    void refusesLeaseMargin_negativeOrAsLongAsTheTimeout() {
        ResilientSession.Builder builder = builder();
        assertRefused(() -> builder.leaseMargin(null), "leaseMargin", "null");
        assertRefused(
                () -> builder.leaseMargin(Duration.ofMillis(-1)),
                "leaseMargin is PT-0.001S",
                "zero or positive",
                "tickTime");

        builder.leaseMargin(Duration.ofSeconds(30));
        assertRefused(
                builder::build,
                "leaseMargin is PT30S",
                "smaller than the sessionTimeout of PT30S",
                "half of the servers'");
        assertRefused(
                () -> builder.sessionTimeout(Duration.ofSeconds(9)).build(), "smaller than the sessionTimeout of PT9S");

        assertThat(builder.sessionTimeout(Duration.ofSeconds(31)).build().state())
                .isEqualTo(SessionState.LATENT);
        assertThat(builder().leaseMargin(Duration.ZERO).build().state()).isEqualTo(SessionState.LATENT);
    }

    @Test
    void refusesNoActionAtTheLapse() {
        ResilientSession session = builder().build();

        assertRefused(() -> session.lease().onLapse(null), "action", "null");
    }

    @Test
    void refusesName_tooLong() {
        assertRefused(() -> builder().name("x".repeat(65)), "name 'xxx", "1 to 64 letters");
        assertThat(builder().name("x".repeat(64)).build().name()).hasSize(64);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void refusesNull(String property, UnaryOperator<ResilientSession.Builder> call) {
        ResilientSession.Builder builder = builder();

        assertRefused(() -> call.apply(builder), property, "null");

        assertThat(builder.build().state()).isEqualTo(SessionState.LATENT);
    }

    static Stream<Arguments> refusesNull() {
        return Stream.of(
                setting("name", b -> b.name(null)),
                setting("connectString", b -> b.connectString(null)),
                setting("sessionTimeout", b -> b.sessionTimeout(null)),
                setting("connectTimeout", b -> b.connectTimeout(null)),
                setting("closeTimeout", b -> b.closeTimeout(null)),
                setting("operationTimeout", b -> b.operationTimeout(null)),
                setting("namespace", b -> b.namespace(null)),
                setting("authorization's scheme", b -> b.authorization(null, new byte[0])),
                setting("authorization's auth", b -> b.authorization("digest", null)),
                setting("clientConfig", b -> b.clientConfig(null)),
                setting("retry", b -> b.retry((RetryConfig) null)),
                setting("circuitBreaker", b -> b.circuitBreaker((CircuitBreakerConfig) null)),
                setting("retry", b -> b.retry((Retry) null)),
                setting("circuitBreaker", b -> b.circuitBreaker((CircuitBreaker) null)),
                setting("rateLimiter", b -> b.rateLimiter(null)),
                setting("bulkhead", b -> b.bulkhead(null)),
                setting("restore", b -> b.restore(null)),
                setting("onTimeoutClamped", b -> b.onTimeoutClamped(null)),
                setting("callbackExecutor", b -> b.callbackExecutor(null)),
                setting("owner", b -> b.owner(null)),
                setting("listener", b -> b.listener(null)),
                setting("curator", b -> b.curator(null)));
    }

    @Test
    void refusesTwoOfAKind() {
        assertRefused(
                () -> builder()
                        .retry(RetryConfig.ofDefaults())
                        .retry(Retry.ofDefaults("r"))
                        .build(),
                "retry is given as a RetryConfig and as a Retry");
        assertRefused(
                () -> builder()
                        .circuitBreaker(CircuitBreakerConfig.ofDefaults())
                        .circuitBreaker(CircuitBreaker.ofDefaults("c"))
                        .build(),
                "circuitBreaker is given as a CircuitBreakerConfig and as a CircuitBreaker");
    }

    @Test
    void refusesBulkhead_thatWouldKeepCallsBeyondTheirDeadline() {
        Bulkhead slow = Bulkhead.of(
                "slow",
                BulkheadConfig.custom().maxWaitDuration(Duration.ofSeconds(31)).build());

        assertRefused(
                () -> builder().bulkhead(slow).build(), "bulkhead 'slow'", "31000 ms", "operationTimeout of 30000 ms");
    }

    private static Arguments setting(String property, UnaryOperator<ResilientSession.Builder> call) {
        return arguments(property, call);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("timeouts")
    void refusesTimeout(String property, Timeout timeout) {
        assertRefused(() -> timeout.set(builder(), Duration.ZERO), property, "PT0S", "positive");
        assertRefused(() -> timeout.set(builder(), Duration.ofSeconds(-3)), property, "PT-3S", "positive");
        assertRefused(() -> timeout.set(builder(), Duration.ofNanos(999_999)), property, "PT0.000999999S", "1 ms");
        assertRefused(() -> timeout.set(builder(), Duration.ofMillis(Integer.MAX_VALUE + 1L)), property, "24 days");
        assertRefused(() -> timeout.set(builder(), Duration.ofSeconds(Long.MAX_VALUE)), property, "24 days");
        assertRefused(() -> timeout.set(builder(), Duration.ofSeconds(Long.MIN_VALUE)), property, "positive");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("timeouts")
    void takesExtremeTimeout(String property, Timeout timeout) {
        timeout.set(builder(), Duration.ofMillis(1)).build();
        timeout.set(builder(), Duration.ofMillis(Integer.MAX_VALUE)).build();
    }

    @Test
    @Tag("C12")
    @DisplayName("A session timeout of which ZooKeeper's client could not take four thirds in an int is refused")
    void refusesSessionTimeout_thatTheClientCannotReckonWith() {
        Duration longest = Duration.ofMillis(536_870_911);
        Duration tooLong = longest.plusMillis(1);
        var base = CuratorFrameworkFactory.builder()
                .sessionTimeoutMs((int) tooLong.toMillis())
                .retryPolicy(new RetryOneTime(1));

        assertRefused(() -> builder().sessionTimeout(tooLong), "sessionTimeout is PT149H7M50.912S", "536870911 ms");
        assertRefused(() -> builder().sessionTimeout(Duration.ofSeconds(Long.MAX_VALUE)), "536870911 ms");
        assertRefused(() -> builder().sessionTimeout(Duration.ZERO), "sessionTimeout is PT0S", "positive");
        assertRefused(() -> builder().sessionTimeout(Duration.ofNanos(1)), "sessionTimeout", "1 ms to");
        assertRefused(() -> builder().curator(base).build(), "session timeout", "536870911 ms");
        builder().sessionTimeout(longest).build();
        builder().sessionTimeout(Duration.ofMillis(1)).build();
    }

    @Test
    @Tag("C11")
    void refusesCuratorsBuilder_onWhichAnotherSessionIsBuilt() {
        var base = CuratorFrameworkFactory.builder().retryPolicy(new RetryOneTime(1));
        builder().curator(base).build();

        assertRefused(() -> builder().curator(base).build(), "another session", "a builder of its own");
    }

    static Stream<Arguments> timeouts() {
        return Stream.of(
                arguments("connectTimeout", (Timeout) ResilientSession.Builder::connectTimeout),
                arguments("closeTimeout", (Timeout) ResilientSession.Builder::closeTimeout),
                arguments("operationTimeout", (Timeout) ResilientSession.Builder::operationTimeout));
    }

    @FunctionalInterface
    interface Timeout {
        ResilientSession.Builder set(ResilientSession.Builder builder, Duration timeout);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/", "a//b", "/a/", "a/../b", "a/./b", "nul\u0000"})
    void refusesNamespace(String namespace) {
        assertRefused(() -> builder().namespace(namespace), "namespace");
    }

    @Test
    void refusesEmptyScheme() {
        assertRefused(() -> builder().authorization(" ", new byte[] {1}), "authorization's scheme is empty", "digest");
    }

    @Test
    void refusesToBuild_withoutServers() {
        assertRefused(() -> ResilientSession.builder().build(), "connectString is missing", "host:port[,host:port...]");
    }

    @Test
    @DisplayName("A builder that has built refuses every further call: its session would not notice")
    void refusesFurtherUse_onceBuilt() {
        ResilientSession.Builder builder = builder().name("first");
        builder.build();

        Stream.<Consumer<ResilientSession.Builder>>of(
                        b -> b.name("x"),
                        b -> b.connectString(SERVERS),
                        b -> b.sessionTimeout(Duration.ofSeconds(1)),
                        b -> b.connectTimeout(Duration.ofSeconds(1)),
                        b -> b.closeTimeout(Duration.ofSeconds(1)),
                        b -> b.operationTimeout(Duration.ofSeconds(1)),
                        b -> b.namespace("x"),
                        b -> b.authorization("digest", new byte[0]),
                        b -> b.clientConfig(new ZKClientConfig()),
                        b -> b.restore(RestorePolicy.defaults()),
                        b -> b.onTimeoutClamped(ClampPolicy.FAIL),
                        b -> b.callbackExecutor(Runnable::run),
                        b -> b.owner(SessionOwner.jvm()),
                        b -> b.listener(transition -> {}),
                        b -> b.readOnlyAllowed(true),
                        b -> b.curator(CuratorFrameworkFactory.builder()),
                        ResilientSession.Builder::build)
                .forEach(call -> assertThatThrownBy(() -> call.accept(builder))
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("built session 'first' already")
                        .hasMessageContaining("ResilientSession.builder()"));
    }

    @Test
    void refusesCuratorsBuilder_whoseServersCannotBeParsed() {
        var base = CuratorFrameworkFactory.builder()
                .ensembleProvider(new FixedEnsembleProvider("zk1:99999"))
                .retryPolicy(new RetryOneTime(1));

        assertRefused(() -> ResilientSession.builder().curator(base).build(), "connectString 'zk1:99999'", "65535");
    }

    @Test
    void refusesCuratorsBuilder_whoseTimeoutIsNoTimeout() {
        var base = CuratorFrameworkFactory.builder().sessionTimeoutMs(-5).retryPolicy(new RetryOneTime(1));

        assertRefused(() -> builder().curator(base).build(), "imeout is PT-0.005S", "positive");
    }

    @Test
    @DisplayName("A client configuration that could not reach the handles of the caller's factory is refused")
    void refusesClientConfig_thatTheCallersFactoryCannotTake() {
        var base = CuratorFrameworkFactory.builder()
                .retryPolicy(new RetryOneTime(1))
                .zookeeperFactory(
                        (servers, timeout, watcher, readOnly) -> new ZooKeeper(servers, timeout, watcher, readOnly));

        assertRefused(
                () -> builder().curator(base).clientConfig(new ZKClientConfig()).build(),
                "clientConfig cannot reach",
                "leave clientConfig out");
    }

    @Test
    @Tag("C20")
    void refusesAnEarlyLoss_onHandlesOfTheCallers() {
        CuratorFrameworkFactory.Builder base = CuratorFrameworkFactory.builder()
                .simulatedSessionExpirationPercent(30)
                .zookeeperFactory((servers, timeout, watcher, readOnly) -> {
                    throw new IllegalStateException("never asked");
                });

        assertRefused(() -> builder().curator(base).build(), "simulatedSessionExpirationPercent is 30", "leave one");
    }

    @Test
    void refusesBadArguments_onTheSession() {
        ResilientSession session = builder().name("latent").build();

        assertRefused(() -> session.awaitConnected(null), "timeout is null", "zero or positive");
        assertRefused(() -> session.awaitConnected(Duration.ofMillis(-1)), "timeout is PT-0.001S", "zero or positive");
        assertRefused(() -> session.addListener(null), "listener is null");
        assertRefused(() -> session.operations().within(null), "timeout is null", "positive");
        assertRefused(() -> session.operations().within(Duration.ZERO), "timeout is PT0S", "positive");
        assertRefused(() -> session.operations().within(Duration.ofSeconds(-1)), "timeout is PT-1S", "positive");
        assertRefused(() -> session.operations().inGeneration(0), "generation is 0", "first server session has 1");
        assertRefused(() -> session.operations().inGeneration(-1), "generation is -1");
        assertThatThrownBy(() -> session.operations().call(null, c -> "")).hasMessageContaining("effect");
        assertThatThrownBy(() -> session.operations().call(Effect.READ, null)).hasMessageContaining("call");
        assertThatThrownBy(() -> SessionOwner.ofClassLoader(null)).hasMessageContaining("loader");

        assertThat(session.state()).isEqualTo(SessionState.LATENT);
    }

    @Test
    void keepsCredentialsToItself() {
        ResilientSession session = builder()
                .authorization("digest", "scott:tiger".getBytes(StandardCharsets.UTF_8))
                .build();

        assertThat(session.toString() + session.report()).doesNotContain("tiger");
    }
}
