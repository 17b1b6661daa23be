package io.perennial.spring.boot.docker;

import io.perennial.spring.boot.ZooKeeperConnectionDetails;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.docker.compose.core.RunningService;
import org.springframework.boot.docker.compose.service.connection.DockerComposeConnectionDetailsFactory;
import org.springframework.boot.docker.compose.service.connection.DockerComposeConnectionSource;
import org.springframework.boot.ssl.SslBundle;

/**
 * For a service of one of the usual images, or of any image with the label {@code
 * org.springframework.boot.service-connection: zookeeper}.
 */
final class ZooKeeperDockerComposeConnectionDetailsFactory
        extends DockerComposeConnectionDetailsFactory<ZooKeeperConnectionDetails> {
    private static final String[] IMAGES = {"zookeeper", "bitnami/zookeeper", "bitnamilegacy/zookeeper"};
    private static final int PORT = 2181;

    ZooKeeperDockerComposeConnectionDetailsFactory() {
        super(IMAGES);
    }

    @Override
    protected ZooKeeperConnectionDetails getDockerComposeConnectionDetails(DockerComposeConnectionSource source) {
        return new Details(source.getRunningService());
    }

    private static final class Details extends DockerComposeConnectionDetails implements ZooKeeperConnectionDetails {
        private final String connectString;
        private final @Nullable SslBundle sslBundle;

        Details(RunningService service) {
            super(service);
            connectString = service.host() + ":" + service.ports().get(PORT);
            sslBundle = getSslBundle(service);
        }

        @Override
        public String getConnectString() {
            return connectString;
        }

        @Override
        public @Nullable SslBundle getSslBundle() {
            return sslBundle;
        }
    }
}
