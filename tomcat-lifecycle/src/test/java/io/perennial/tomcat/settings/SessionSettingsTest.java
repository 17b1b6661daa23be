package io.perennial.tomcat.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.resilience4j.bulkhead.Bulkhead;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.ratelimiter.RateLimiter;
import io.github.resilience4j.retry.Retry;
import io.github.resilience4j.retry.RetryConfig;
import io.perennial.ClampPolicy;
import io.perennial.ResilientSession;
import io.perennial.RestorePolicy;
import io.perennial.SessionListener;
import io.perennial.SessionOwner;
import io.perennial.SessionTransition;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.zookeeper.client.ZKClientConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SessionSettingsTest {
    private static final SettingSource SOURCE = new PlainSource();

    @TempDir
    Path directory;

    /** What a builder was told, by method. */
    private final Map<String, List<Object>> told = new LinkedHashMap<>();

    private final ResilientSession.Builder recorder = (ResilientSession.Builder) Proxy.newProxyInstance(
            getClass().getClassLoader(),
            new Class<?>[] {ResilientSession.Builder.class},
            (proxy, method, arguments) -> {
                told.computeIfAbsent(method.getName(), name -> new ArrayList<>())
                        .add(arguments.length == 1 ? arguments[0] : Arrays.asList(arguments));
                return proxy;
            });

    private Map<String, String> everything() throws Exception {
        Path client = Files.writeString(directory.resolve("client.properties"), "zookeeper.client.secure=true\n");
        Path secrets = Files.writeString(directory.resolve("secrets"), "digest:joe:from-file\n\n");
        Map<String, String> values = new LinkedHashMap<>();
        values.put("name", "orders");
        values.put("connectString", "zk1:2181/shop");
        values.put("namespace", "inner");
        values.put("sessionTimeout", "30s");
        values.put("connectTimeout", "500ms");
        values.put("closeTimeout", " 2m ");
        values.put("operationTimeout", "PT1H");
        values.put("readOnlyAllowed", "True");
        values.put("onTimeoutClamped", "fail");
        values.put("leaseMargin", "0s");
        values.put("resume", "false");
        values.put("closeAtShutdown", "false");
        values.put("serverMaxBuffer", "4194304");
        values.put("authorization", "digest:joe:secret\n  ip:127.0.0.1");
        values.put("authorizationFile", secrets.toString());
        values.put("clientConfig", client.toString());
        values.put("restore.maxBatchOperations", "11");
        values.put("restore.maxBatchBytes", "2222");
        values.put("restore.maxBatchesInFlight", "3");
        values.put("restore.maxRequestsInFlight", "44");
        values.put("restore.maxJitter", "5s");
        values.put("restore.maxOperationsPerSecond", "66");
        values.put("listener", Quiet.class.getName() + ", " + Quiet.class.getName());
        values.put("callbackExecutor", Direct.class.getName());
        values.put("futureExecutor", Direct.class.getName());
        values.put("owner", Immortal.class.getName());
        values.put("retry", Retries.class.getName());
        values.put("circuitBreaker", Breakers.class.getName());
        values.put("rateLimiter", RateLimiters.class.getName());
        values.put("bulkhead", Bulkheads.class.getName());
        values.put("curator", Curators.class.getName());
        return values;
    }

    @Test
    void setsEveryPropertyOfTheBuilder() throws Exception {
        Map<String, String> values = everything();
        assertThat(values.keySet()).isEqualTo(SessionSettings.names());

        SessionSettings.apply(values, SOURCE, recorder);

        assertThat(told.keySet())
                .containsExactlyInAnyOrderElementsOf(Arrays.stream(ResilientSession.Builder.class.getMethods())
                        .map(Method::getName)
                        .filter(name -> !name.equals("build"))
                        .distinct()
                        .toList());
        assertThat(told).containsEntry("name", List.of("orders"));
        assertThat(told).containsEntry("connectString", List.of("zk1:2181/shop"));
        assertThat(told).containsEntry("namespace", List.of("inner"));
        assertThat(told).containsEntry("sessionTimeout", List.of(Duration.ofSeconds(30)));
        assertThat(told).containsEntry("connectTimeout", List.of(Duration.ofMillis(500)));
        assertThat(told).containsEntry("closeTimeout", List.of(Duration.ofMinutes(2)));
        assertThat(told).containsEntry("operationTimeout", List.of(Duration.ofHours(1)));
        assertThat(told).containsEntry("readOnlyAllowed", List.of(true));
        assertThat(told).containsEntry("onTimeoutClamped", List.of(ClampPolicy.FAIL));
        assertThat(told).containsEntry("leaseMargin", List.of(Duration.ZERO));
        assertThat(told).containsEntry("resume", List.of(false));
        assertThat(told).containsEntry("closeAtShutdown", List.of(false));
        assertThat(told).containsEntry("serverMaxBuffer", List.of(4_194_304));
        assertThat(told.get("restore")).last().isEqualTo(new RestorePolicy(11, 2222, 3, 44, Duration.ofSeconds(5), 66));
        assertThat(told.get("listener")).hasSize(2).allMatch(Quiet.class::isInstance);
        assertThat(told.get("callbackExecutor")).singleElement().isInstanceOf(Direct.class);
        assertThat(told.get("futureExecutor")).singleElement().isInstanceOf(Direct.class);
        assertThat(told.get("owner")).singleElement().isInstanceOf(Immortal.class);
        assertThat(told.get("retry")).singleElement().isInstanceOf(RetryConfig.class);
        assertThat(told.get("circuitBreaker")).singleElement().isInstanceOf(CircuitBreakerConfig.class);
        assertThat(told.get("rateLimiter")).singleElement().isInstanceOf(RateLimiter.class);
        assertThat(told.get("bulkhead")).singleElement().isInstanceOf(Bulkhead.class);
        assertThat(told.get("curator")).singleElement().isInstanceOf(CuratorFrameworkFactory.Builder.class);
        assertThat(told.get("clientConfig"))
                .singleElement()
                .extracting(config -> ((ZKClientConfig) config).getProperty("zookeeper.client.secure"))
                .isEqualTo("true");
        assertThat(told.get("authorization"))
                .extracting(pair -> {
                    List<?> schemeAndAuth = (List<?>) pair;
                    return schemeAndAuth.get(0) + ":"
                            + new String((byte[]) schemeAndAuth.get(1), StandardCharsets.UTF_8);
                })
                .containsExactly("digest:joe:secret", "ip:127.0.0.1", "digest:joe:from-file");
    }

    @Test
    void takesAnInstanceInPlaceOfAConfiguration() {
        Map<String, String> values =
                Map.of("retry", RetryInstances.class.getName(), "circuitBreaker", BreakerInstances.class.getName());

        SessionSettings.apply(values, SOURCE, recorder);

        assertThat(told.get("retry")).singleElement().isInstanceOf(Retry.class);
        assertThat(told.get("circuitBreaker")).singleElement().isInstanceOf(CircuitBreaker.class);
    }

    @Test
    void setsNothingThatIsNotGiven() {
        SessionSettings.apply(Map.of("name", "orders"), SOURCE, recorder);

        assertThat(told.keySet()).containsExactly("name");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            sessionTimeout             | 30          | with its unit, such as 500ms, 30s
            sessionTimeout             | -3s         | with its unit
            sessionTimeout             | PT-3S       | it must be positive
            name                       | a b         | letters, digits
            name                       | ''          | give a value
            connectString              | host:x      | host:x
            readOnlyAllowed            | yes         | true or false
            onTimeoutClamped           | SHOUT       | one of [WARN, FAIL, IGNORE]
            leaseMargin                | 1           | with its unit
            leaseMargin                | PT-1S       | zero or positive
            restore.maxBatchOperations | many        | a whole number
            restore.maxBatchOperations | 0           | it must be 1 to 10000
            clientConfig               | no/such     | there is no readable file
            listener                   | no.Such     | a public class with a public constructor without arguments
            listener                   | java.lang.Object | must be a io.perennial.SessionListener
            retry                      | java.lang.Object | must be a java.util.function.Supplier
            """)
    void refusesBadValue_namingItAndWhatWouldBeRight(String name, String value, String right) {
        assertThatThrownBy(() -> SessionSettings.apply(Map.of(name, value), SOURCE, ResilientSession.builder()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("setting '" + name + "'")
                .hasMessageContaining(right);
    }

    @Test
    void refusesSupplierOfSomethingElse() {
        assertThatThrownBy(() -> SessionSettings.apply(Map.of("curator", Retries.class.getName()), SOURCE, recorder))
                .hasMessageStartingWith("setting 'curator'")
                .hasMessageContaining("its get() must give a " + CuratorFrameworkFactory.Builder.class.getName());
    }

    @Test
    void refusesSupplierOfNeitherConfigurationNorInstance() {
        assertThatThrownBy(() -> SessionSettings.apply(Map.of("retry", Breakers.class.getName()), SOURCE, recorder))
                .hasMessageStartingWith("setting 'retry'")
                .hasMessageContaining(
                        "its get() must give a %s or a %s", RetryConfig.class.getName(), Retry.class.getName());
        assertThatThrownBy(() ->
                        SessionSettings.apply(Map.of("circuitBreaker", Retries.class.getName()), SOURCE, recorder))
                .hasMessageStartingWith("setting 'circuitBreaker'")
                .hasMessageContaining(
                        "its get() must give a %s or a %s",
                        CircuitBreakerConfig.class.getName(), CircuitBreaker.class.getName());
    }

    @ParameterizedTest
    @CsvSource({"hunter2", ":hunter2", "digest:"})
    void refusesCredentialsWithoutScheme_andDoesNotShowThem(String value) {
        assertThatThrownBy(() -> SessionSettings.apply(Map.of("authorization", value), SOURCE, recorder))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("setting 'authorization'")
                .hasMessageContaining("digest:user:password")
                .hasMessageNotContaining("hunter2");
    }

    public static final class Quiet implements SessionListener {
        @Override
        public void onTransition(SessionTransition transition) {}
    }

    public static final class Direct implements Executor {
        @Override
        public void execute(Runnable task) {
            task.run();
        }
    }

    public static final class Immortal implements SessionOwner {
        @Override
        public boolean isAlive() {
            return true;
        }

        @Override
        public String describe() {
            return "nobody";
        }
    }

    public static final class Retries implements Supplier<RetryConfig> {
        @Override
        public RetryConfig get() {
            return RetryConfig.ofDefaults();
        }
    }

    public static final class Breakers implements Supplier<CircuitBreakerConfig> {
        @Override
        public CircuitBreakerConfig get() {
            return CircuitBreakerConfig.ofDefaults();
        }
    }

    public static final class RetryInstances implements Supplier<Retry> {
        @Override
        public Retry get() {
            return Retry.ofDefaults("callers");
        }
    }

    public static final class BreakerInstances implements Supplier<CircuitBreaker> {
        @Override
        public CircuitBreaker get() {
            return CircuitBreaker.ofDefaults("callers");
        }
    }

    public static final class RateLimiters implements Supplier<RateLimiter> {
        @Override
        public RateLimiter get() {
            return RateLimiter.ofDefaults("callers");
        }
    }

    public static final class Bulkheads implements Supplier<Bulkhead> {
        @Override
        public Bulkhead get() {
            return Bulkhead.ofDefaults("callers");
        }
    }

    public static final class Curators implements Supplier<CuratorFrameworkFactory.Builder> {
        @Override
        public CuratorFrameworkFactory.Builder get() {
            return CuratorFrameworkFactory.builder();
        }
    }
}
