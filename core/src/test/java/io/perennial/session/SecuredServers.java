package io.perennial.session;

import io.perennial.test.ServerProcess;
import io.perennial.test.TlsKeys;
import io.perennial.test.ZooKeeperServers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.zookeeper.server.AuthenticationHelper;
import org.apache.zookeeper.server.auth.DigestLoginModule;
import org.apache.zookeeper.server.auth.SASLAuthenticationProvider;

/** What servers are told that speak TLS, know a user by SASL, and serve nobody without credentials. */
final class SecuredServers {
    static final String USER = "alice";
    static final String PASSWORD = "sasl-password-of-alice";
    /** A name that the certificate has; the address is none. */
    static final String HOST = "localhost";

    private SecuredServers() {}

    static TlsKeys keys(Path directory) {
        return TlsKeys.make(directory, "server", "dns:" + HOST);
    }

    static ServerProcess.Builder one(Path directory, TlsKeys keys) throws IOException {
        return ZooKeeperServers.process()
                .tls(keys)
                .config("authProvider.sasl=" + SASLAuthenticationProvider.class.getName())
                .jvmOption("-D" + Jaas.FILE + "=" + users(directory))
                .jvmOption("-D" + Jaas.FIPS_MODE + "=false")
                .jvmOption("-D" + AuthenticationHelper.ENFORCE_AUTH_ENABLED + "=true")
                .jvmOption("-D" + AuthenticationHelper.ENFORCE_AUTH_SCHEMES + "=sasl,digest");
    }

    private static Path users(Path directory) throws IOException {
        return Files.writeString(
                directory.resolve("server.jaas"), """
            Server {
              %s required user_%s="%s";
            };
            """.formatted(DigestLoginModule.class.getName(), USER, PASSWORD));
    }
}
