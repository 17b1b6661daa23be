package io.perennial.spring.boot;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.service.connection.ConnectionDetails;
import org.springframework.boot.ssl.SslBundle;

/**
 * Where the application's ZooKeeper ensemble is. A bean of this type takes precedence over {@code
 * perennial.connect-string}.
 */
public interface ZooKeeperConnectionDetails extends ConnectionDetails {
    /**
     * The servers.
     *
     * @return {@code host:port[,host:port...][/chroot]}
     */
    String getConnectString();

    /**
     * What to connect with by TLS.
     *
     * @return null for none
     */
    default @Nullable SslBundle getSslBundle() {
        return null;
    }
}
