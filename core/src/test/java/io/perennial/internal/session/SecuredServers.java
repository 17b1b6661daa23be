package io.perennial.internal.session;

import io.perennial.test.ServerProcess;
import io.perennial.test.TlsKeys;
import io.perennial.test.ZooKeeperEnsemble;
import io.perennial.test.ZooKeeperServers;
import java.nio.file.Path;

/** Servers that speak TLS, know a user by SASL, and serve nobody without credentials. */
final class SecuredServers {
    static final String USER = "alice";
    static final String PASSWORD = "sasl-password-of-alice";
    /** A name that the certificate has; the address is none. */
    static final String HOST = "localhost";

    private SecuredServers() {}

    static TlsKeys keys(Path directory) {
        return TlsKeys.make(directory, "server", "dns:" + HOST);
    }

    static ServerProcess one(TlsKeys keys) {
        return ZooKeeperServers.process()
                .tls(keys)
                .saslUser(USER, PASSWORD)
                .requireAuthentication()
                .start();
    }

    static ZooKeeperEnsemble three(TlsKeys keys) {
        return ZooKeeperServers.ensemble(3)
                .tls(keys)
                .saslUser(USER, PASSWORD)
                .requireAuthentication()
                .start();
    }
}
