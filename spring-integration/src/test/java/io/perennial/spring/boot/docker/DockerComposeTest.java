package io.perennial.spring.boot.docker;

import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.ResilientSession;
import io.perennial.spring.boot.PerennialAutoConfiguration;
import io.perennial.spring.boot.ZooKeeperConnectionDetails;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.beans.BeanUtils;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.docker.compose.core.ConnectionPorts;
import org.springframework.boot.docker.compose.core.ImageReference;
import org.springframework.boot.docker.compose.core.RunningService;
import org.springframework.boot.docker.compose.lifecycle.DockerComposeServicesReadyEvent;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationListener;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.io.support.SpringFactoriesLoader;

/** Boot's own way from a running service to connection details, without Docker. */
class DockerComposeTest {
    private final ApplicationContextRunner contexts =
            new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(PerennialAutoConfiguration.class));

    @Test
    void aServiceOfTheOfficialImage_isFound() {
        running(new Service("zookeeper:3.9", Map.of()))
                .withPropertyValues("perennial.connect-string=elsewhere:2181")
                .run(context -> {
                    assertThat(context.getBean(ZooKeeperConnectionDetails.class).getConnectString())
                            .isEqualTo("docker.example:42181");
                    assertThat(context.getBean(ZooKeeperConnectionDetails.class).getSslBundle())
                            .isNull();
                    assertThat(context).hasSingleBean(ResilientSession.class);
                });
    }

    @Test
    void aServiceOfAnotherImage_isFoundByItsLabel() {
        running(new Service(
                        "registry.example/our/coordination:7",
                        Map.of("org.springframework.boot.service-connection", "zookeeper")))
                .run(context -> assertThat(context.getBean(ZooKeeperConnectionDetails.class)
                                .getConnectString())
                        .isEqualTo("docker.example:42181"));
    }

    @Test
    void aServiceOfAnotherKind_isNone() {
        running(new Service("redis:7", Map.of()))
                .withPropertyValues("perennial.connect-string=elsewhere:2181")
                .run(context -> assertThat(context.getBean(ZooKeeperConnectionDetails.class)
                                .getConnectString())
                        .isEqualTo("elsewhere:2181"));
    }

    @Test
    void theServersCertificateIsTrustedByTheServicesLabels() {
        running(new Service(
                        "zookeeper:3.9",
                        Map.of(
                                "org.springframework.boot.sslbundle.jks.truststore.location",
                                "classpath:none.p12",
                                "org.springframework.boot.sslbundle.jks.truststore.type",
                                "PKCS12")))
                .run(context -> assertThat(context).getFailure().hasStackTraceContaining("none.p12"));
    }

    private ApplicationContextRunner running(RunningService service) {
        return contexts.withInitializer(context -> ready(context, service));
    }

    /** Says what Boot says once the services run; it is not said in public. */
    private static void ready(ConfigurableApplicationContext context, RunningService service) {
        try {
            var constructor =
                    DockerComposeServicesReadyEvent.class.getDeclaredConstructor(ApplicationContext.class, List.class);
            var event = BeanUtils.instantiateClass(constructor, context, List.of(service));
            SpringFactoriesLoader.forDefaultResourceLocation().load(ApplicationListener.class).stream()
                    .filter(listener -> listener.getClass().getName().endsWith("ServiceConnectionsApplicationListener"))
                    .forEach(listener -> listener.onApplicationEvent(event));
        } catch (NoSuchMethodException e) {
            throw new IllegalStateException(e);
        }
    }

    private record Service(String imageName, Map<String, String> labels) implements RunningService {
        @Override
        public String name() {
            return "coordination";
        }

        @Override
        public ImageReference image() {
            return ImageReference.of(imageName);
        }

        @Override
        public String host() {
            return "docker.example";
        }

        @Override
        public ConnectionPorts ports() {
            return new ConnectionPorts() {
                @Override
                public int get(int containerPort) {
                    return 40_000 + containerPort;
                }

                @Override
                public List<Integer> getAll() {
                    return List.of(42_181);
                }

                @Override
                public List<Integer> getAll(String protocol) {
                    return getAll();
                }
            };
        }

        @Override
        public Map<String, String> env() {
            return Map.of();
        }
    }
}
