package io.perennial.spring.boot.testcontainers;

import io.perennial.spring.boot.ZooKeeperConnectionDetails;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.testcontainers.service.connection.ContainerConnectionDetailsFactory;
import org.springframework.boot.testcontainers.service.connection.ContainerConnectionSource;
import org.testcontainers.containers.Container;

/**
 * For a {@code @ServiceConnection} container of one of the usual images, or of any image with {@code
 * @ServiceConnection(name = "zookeeper")}.
 */
final class ZooKeeperContainerConnectionDetailsFactory
        extends ContainerConnectionDetailsFactory<Container<?>, ZooKeeperConnectionDetails> {
    private static final List<String> IMAGES = List.of("zookeeper", "bitnami/zookeeper", "bitnamilegacy/zookeeper");
    private static final int PORT = 2181;

    ZooKeeperContainerConnectionDetailsFactory() {
        super(IMAGES);
    }

    @Override
    protected ZooKeeperConnectionDetails getContainerConnectionDetails(ContainerConnectionSource<Container<?>> source) {
        return new Details(source);
    }

    private static final class Details extends ContainerConnectionDetails<Container<?>>
            implements ZooKeeperConnectionDetails {
        Details(ContainerConnectionSource<Container<?>> source) {
            super(source);
        }

        /** Starts the container, if it does not run yet. */
        @Override
        public String getConnectString() {
            Container<?> container = getContainer();
            return container.getHost() + ":" + container.getMappedPort(PORT);
        }

        @Override
        public @Nullable SslBundle getSslBundle() {
            return super.getSslBundle();
        }
    }
}
