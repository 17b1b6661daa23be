package io.perennial.spring.boot.testcontainers;

import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.ResilientSession;
import io.perennial.spring.boot.PerennialAutoConfiguration;
import io.perennial.spring.boot.ZooKeeperConnectionDetails;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.testcontainers.context.ImportTestcontainers;
import org.springframework.boot.testcontainers.service.connection.ServiceConnection;
import org.springframework.boot.testcontainers.service.connection.ServiceConnectionAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.testcontainers.containers.Container;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.utility.DockerImageName;

/**
 * Boot's own way from a container to connection details, without Docker: the containers only say where they would be.
 */
class ServiceConnectionTest {
    private final ApplicationContextRunner contexts = new ApplicationContextRunner()
            .withConfiguration(
                    AutoConfigurations.of(ServiceConnectionAutoConfiguration.class, PerennialAutoConfiguration.class));

    @Test
    void aContainerBean_isFoundByTheConnectionsName() {
        contexts.withUserConfiguration(NamedContainer.class).run(context -> {
            assertThat(context.getBean(ZooKeeperConnectionDetails.class).getConnectString())
                    .isEqualTo("docker.example:42181");
            assertThat(context).hasSingleBean(ResilientSession.class);
        });
    }

    @Test
    void aContainerField_isFoundByItsImage() {
        contexts.withUserConfiguration(ImportedContainers.class).run(context -> assertThat(
                        context.getBean(ZooKeeperConnectionDetails.class).getConnectString())
                .isEqualTo("docker.example:42181"));
    }

    @Test
    void aContainerGoesBeforeTheConnectString() {
        contexts.withUserConfiguration(NamedContainer.class)
                .withPropertyValues("perennial.connect-string=elsewhere:2181")
                .run(context -> assertThat(context.getBean(ZooKeeperConnectionDetails.class)
                                .getConnectString())
                        .isEqualTo("docker.example:42181"));
    }

    @Test
    void aContainerOfAnotherKind_isNone() {
        contexts.withUserConfiguration(OtherContainer.class)
                .run(context -> assertThat(context).getFailure().hasMessageContaining("No ConnectionDetails found"));
    }

    @Configuration(proxyBeanMethods = false)
    static class NamedContainer {
        @Bean
        @ServiceConnection(name = "zookeeper")
        Container<?> container() {
            return new FakeContainer("registry.example/our/coordination:7");
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class OtherContainer {
        @Bean
        @ServiceConnection(name = "etcd", type = ZooKeeperConnectionDetails.class)
        Container<?> container() {
            return new FakeContainer("etcd:3");
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ImportTestcontainers(Containers.class)
    static class ImportedContainers {}

    interface Containers {
        @ServiceConnection
        FakeContainer CONTAINER = new FakeContainer("zookeeper:3.9");
    }

    /** Starts nothing. */
    static final class FakeContainer extends GenericContainer<FakeContainer> {
        private final String image;

        FakeContainer(String image) {
            super(DockerImageName.parse(image));
            this.image = image;
        }

        /** Otherwise it would ask Docker. */
        @Override
        public String getDockerImageName() {
            return image;
        }

        @Override
        public void start() {}

        @Override
        public void stop() {}

        @Override
        public String getHost() {
            return "docker.example";
        }

        @Override
        public Integer getMappedPort(int port) {
            return 40_000 + port;
        }
    }
}
