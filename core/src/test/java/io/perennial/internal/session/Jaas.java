package io.perennial.internal.session;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import javax.security.auth.login.AppConfigurationEntry;
import javax.security.auth.login.AppConfigurationEntry.LoginModuleControlFlag;
import javax.security.auth.login.Configuration;
import org.apache.zookeeper.server.auth.DigestLoginModule;

/**
 * This JVM's logins for SASL, until it is closed. Both sides allow DIGEST in no FIPS mode alone, which is on by
 * default.
 */
final class Jaas implements AutoCloseable {
    static final String FILE = "java.security.auth.login.config";
    static final String FIPS_MODE = "zookeeper.fips-mode";

    private final Optional<String> fileBefore = Optional.ofNullable(System.getProperty(FILE));

    private Jaas() {
        System.setProperty(FIPS_MODE, "false");
    }

    /** By code: DIGEST for clients that ask for the section {@code Client}. */
    static Jaas inCode(String user, String password) {
        Jaas jaas = new Jaas();
        Configuration.setConfiguration(new Configuration() {
            @Override
            public AppConfigurationEntry[] getAppConfigurationEntry(String section) {
                return section.equals("Client") ? new AppConfigurationEntry[] {login(user, password)} : null;
            }
        });
        return jaas;
    }

    /** The same by a file. */
    static Jaas inFile(Path directory, String user, String password) throws IOException {
        Jaas jaas = new Jaas();
        Path file = Files.writeString(
                directory.resolve("client.jaas"), """
            Client {
              %s required username="%s" password="%s";
            };
            """.formatted(DigestLoginModule.class.getName(), user, password));
        System.setProperty(FILE, file.toString());
        Configuration.setConfiguration(null);
        return jaas;
    }

    private static AppConfigurationEntry login(String user, String password) {
        return new AppConfigurationEntry(
                DigestLoginModule.class.getName(),
                LoginModuleControlFlag.REQUIRED,
                Map.of("username", user, "password", password));
    }

    @Override
    public void close() {
        fileBefore.ifPresentOrElse(file -> System.setProperty(FILE, file), () -> System.clearProperty(FILE));
        System.clearProperty(FIPS_MODE);
        Configuration.setConfiguration(null);
    }
}
