package io.perennial.spring.boot;

import static io.perennial.spring.boot.Contexts.configured;
import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.ResilientSession;
import io.perennial.spring.ResilientSessionFactoryBean;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Whoever adds to the builder says how Spring has it. Tomcat's settings are held to it by their own test. */
class BuilderParityTest {
    /** For each method of the builder a property, a value that is not the default, and the builder's field. */
    private static final Map<String, Given> PROPERTIES = Map.ofEntries(
            Map.entry("name", new Given("perennial.name=orders", "name")),
            Map.entry("connectString", new Given("perennial.connect-string=127.0.0.1:2", "connectString")),
            Map.entry("sessionTimeout", new Given("perennial.session-timeout=7s", "sessionTimeout")),
            Map.entry("connectTimeout", new Given("perennial.connect-timeout=3s", "connectTimeout")),
            Map.entry("closeTimeout", new Given("perennial.close-timeout=2s", "closeTimeout")),
            Map.entry("operationTimeout", new Given("perennial.operation-timeout=4s", "operationTimeout")),
            Map.entry("namespace", new Given("perennial.namespace=shop", "namespace")),
            Map.entry("authorization", new Given("perennial.authorizations=digest:me:secret", "authorizations")),
            Map.entry("clientConfig", new Given("perennial.client[zookeeper.sasl.client]=false", "clientConfig")),
            Map.entry("restore", new Given("perennial.restore.max-batches-in-flight=2", "restore")),
            Map.entry("serverMaxBuffer", new Given("perennial.server-max-buffer=4MB", "serverMaxBuffer")),
            Map.entry("onTimeoutClamped", new Given("perennial.on-timeout-clamped=fail", "onTimeoutClamped")),
            Map.entry("leaseMargin", new Given("perennial.lease-margin=1s", "leaseMargin")),
            Map.entry("readOnlyAllowed", new Given("perennial.read-only-allowed=true", "readOnlyAllowed")),
            Map.entry("resume", new Given("perennial.resume=false", "resume")));

    private static final String REGISTRIES = "Resilience4j's registries have it, under the session's name";

    /** What no property says, and why. */
    private static final Map<String, String> WITHOUT_PROPERTY = Map.ofEntries(
            Map.entry("callbackExecutor", "spring.threads.virtual.enabled and beans of type TaskDecorator say it"),
            Map.entry("futureExecutor", "a bean named " + SessionExecutors.FUTURE_EXECUTOR),
            Map.entry("listener", "listeners are beans: they hear SessionTransitionEvent"),
            Map.entry("owner", "the context is it"),
            Map.entry("closeAtShutdown", "the context closes it, at shutdown too"),
            Map.entry("curator", "beans of type CuratorBuilderCustomizer"),
            Map.entry("retry", REGISTRIES),
            Map.entry("circuitBreaker", REGISTRIES),
            Map.entry("rateLimiter", REGISTRIES),
            Map.entry("bulkhead", REGISTRIES));

    private record Given(String property, String field) {}

    @Test
    void eachMethodOfTheBuilderHasAPropertyOrAReasonToHaveNone() {
        Set<String> known = new TreeSet<>(PROPERTIES.keySet());
        known.addAll(WITHOUT_PROPERTY.keySet());

        assertThat(known).isEqualTo(methods()).hasSize(PROPERTIES.size() + WITHOUT_PROPERTY.size());
    }

    @Test
    void eachPropertyReachesTheBuilder() {
        String[] properties = PROPERTIES.values().stream().map(Given::property).toArray(String[]::new);
        var plain = ResilientSession.builder().connectString(Contexts.NOBODY);
        configured().withPropertyValues(properties).run(context -> {
            assertThat(context).hasNotFailed();
            ResilientSession.Builder builder =
                    context.getBean(Contexts.BuilderProbe.class).builder("orders");
            for (Given each : PROPERTIES.values()) {
                assertThat(builder)
                        .as(each.property())
                        .extracting(each.field())
                        .usingRecursiveComparison()
                        .isNotEqualTo(assertThat(plain).extracting(each.field()).actual());
            }
        });
    }

    @Test
    void theBeanForXmlHasEachOfThem() {
        Set<String> expected = methods();
        expected.remove("owner"); // the context is it
        expected.remove("closeAtShutdown");
        expected.remove("authorization");
        expected.remove("listener");
        expected.addAll(Set.of("authorizations", "listeners"));
        // A bean's property has one type; the builder's methods of this name have two.
        expected.addAll(Set.of("retryInstance", "circuitBreakerInstance"));

        assertThat(Arrays.stream(ResilientSessionFactoryBean.class.getMethods())
                        .map(Method::getName)
                        .filter(name -> name.startsWith("set") && !name.equals("setBeanName"))
                        .map(name -> Character.toLowerCase(name.charAt(3)) + name.substring(4)))
                .containsExactlyInAnyOrderElementsOf(expected);
    }

    private static Set<String> methods() {
        return Arrays.stream(ResilientSession.Builder.class.getMethods())
                .map(Method::getName)
                .filter(name -> !name.equals("build"))
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
