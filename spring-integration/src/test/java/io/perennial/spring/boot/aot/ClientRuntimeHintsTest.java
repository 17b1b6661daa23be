package io.perennial.spring.boot.aot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.springframework.aot.hint.predicate.RuntimeHintsPredicates.reflection;
import static org.springframework.aot.hint.predicate.RuntimeHintsPredicates.resource;

import io.perennial.jmx.SessionMXBean;
import java.util.List;
import org.apache.zookeeper.AddWatchMode;
import org.apache.zookeeper.client.ZKClientConfig;
import org.apache.zookeeper.server.quorum.MultipleAddresses;
import org.apache.zookeeper.server.quorum.QuorumPeer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;
import org.springframework.core.io.support.SpringFactoriesLoader;

class ClientRuntimeHintsTest {
    private final RuntimeHints hints = new RuntimeHints();

    @BeforeEach
    void registerAsSpringDoes() {
        List<RuntimeHintsRegistrar> registrars = SpringFactoriesLoader.forResourceLocation(
                        "META-INF/spring/aot.factories")
                .load(RuntimeHintsRegistrar.class, (type, name, failure) -> assertThat(name)
                        .doesNotContain("perennial"));
        registrars.stream()
                .filter(ClientRuntimeHints.class::isInstance)
                .forEach(registrar -> registrar.registerHints(hints, getClass().getClassLoader()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"org.apache.zookeeper.ClientCnxnSocketNIO", "org.apache.zookeeper.ClientCnxnSocketNetty"})
    void theClientsSocketsAreMadeByName(String name) throws Exception {
        var constructor = Class.forName(name).getDeclaredConstructor(ZKClientConfig.class);
        assertThat(reflection().onConstructorInvocation(constructor)).accepts(hints);
    }

    @Test
    void curatorFindsOutWhatZooKeeperCanDo() throws Exception {
        assertThat(reflection().onType(AddWatchMode.class)).accepts(hints);
        assertThat(reflection().onMethodInvocation(MultipleAddresses.class.getMethod("getReachableOrOne")))
                .accepts(hints);
        assertThat(reflection().onFieldAccess(QuorumPeer.QuorumServer.class.getField("addr")))
                .accepts(hints);
    }

    @Test
    void theManagedBeansAttributesAreRead() throws Exception {
        for (var method : SessionMXBean.class.getMethods()) {
            assertThat(reflection().onMethodInvocation(method)).accepts(hints);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "LeaseLapsedEvent",
                "LossEvent",
                "OrphanEndedEvent",
                "RestorationEvent",
                "SlowCallbackEvent",
                "TransitionEvent"
            })
    void theRecordersEventsAreFoundByName(String name) throws Exception {
        assertThat(reflection().onType(Class.forName("io.perennial.internal.telemetry." + name)))
                .accepts(hints);
    }

    @ParameterizedTest
    @ValueSource(strings = {"preload.txt", "preload-logback.txt", "preload-log4j2.txt", "preload-jul.txt"})
    void theListsOfClassesAreThere(String name) {
        assertThat(getClass().getResource("/io/perennial/internal/owner/" + name))
                .isNotNull();
        assertThat(resource().forResource("io/perennial/internal/owner/" + name))
                .accepts(hints);
    }
}
