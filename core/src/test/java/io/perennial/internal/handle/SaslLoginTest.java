package io.perennial.internal.handle;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import javax.security.auth.login.AppConfigurationEntry;
import javax.security.auth.login.AppConfigurationEntry.LoginModuleControlFlag;
import javax.security.auth.login.Configuration;
import org.apache.zookeeper.client.ZKClientConfig;
import org.apache.zookeeper.server.auth.DigestLoginModule;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The JDK knows a login in each way that its {@code ConfigFile} documents, and so do we. */
@Tag("J1")
class SaslLoginTest {
    private static final String FILE = "java.security.auth.login.config";
    private static final String HOME = "user.home";

    @TempDir
    private Path directory;

    private final Map<String, Optional<String>> before = new HashMap<>();
    private final ZKClientConfig config = new ZKClientConfig();

    /** This machine's user may have a login. */
    @BeforeEach
    void forget() {
        set(FILE, null);
        set(HOME, directory.toString());
        Configuration.setConfiguration(null);
    }

    @AfterEach
    void restore() {
        before.forEach((name, value) ->
                value.ifPresentOrElse(text -> System.setProperty(name, text), () -> System.clearProperty(name)));
        Configuration.setConfiguration(null);
    }

    private void set(String name, String value) {
        before.putIfAbsent(name, Optional.ofNullable(System.getProperty(name)));
        if (value == null) {
            System.clearProperty(name);
        } else {
            System.setProperty(name, value);
        }
    }

    private Path login(String file, String section) throws IOException {
        return Files.writeString(directory.resolve(file), """
                %s {
                  %s required username="alice" password="a";
                };
                """.formatted(section, DigestLoginModule.class.getName()));
    }

    private boolean isOn() {
        SaslLogin.switchOffWithout(config);
        return config.isSaslClientEnabled();
    }

    @Test
    void isOff_whenTheJvmHasNoLogin() {
        assertThat(isOn()).isFalse();
    }

    @Test
    void isOn_whenAFileHasTheSection() throws IOException {
        set(FILE, login("client.jaas", "Client").toString());

        assertThat(isOn()).isTrue();
    }

    @Test
    @DisplayName("A file that was named and does not have it: the client says so")
    void staysOn_whenTheFileHasOnlyAnotherSection() throws IOException {
        set(FILE, login("client.jaas", "KafkaClient").toString());

        assertThat(isOn()).isTrue();
    }

    @Test
    @DisplayName("Set by code, as Hadoop, HBase and Spring's helpers do")
    void isOn_whenCodeHasSetTheSection() {
        Configuration.setConfiguration(new Configuration() {
            @Override
            public AppConfigurationEntry[] getAppConfigurationEntry(String section) {
                return section.equals("Client") ? new AppConfigurationEntry[] {entry()} : null;
            }
        });

        assertThat(isOn()).isTrue();
    }

    private static AppConfigurationEntry entry() {
        return new AppConfigurationEntry(
                DigestLoginModule.class.getName(), LoginModuleControlFlag.REQUIRED, Map.of("username", "alice"));
    }

    @Test
    void isOn_whenTheUserHasAFileAtHome() throws IOException {
        login(".java.login.config", "Client");

        assertThat(isOn()).isTrue();
    }

    @Test
    void staysOn_whenAnotherSectionIsNamedExplicitly() {
        config.setProperty(ZKClientConfig.LOGIN_CONTEXT_NAME_KEY, "Orders");

        assertThat(isOn()).isTrue();
    }

    @Test
    void leavesAnExplicitSettingAlone() throws IOException {
        set(FILE, login("client.jaas", "Client").toString());
        config.setProperty(ZKClientConfig.ENABLE_CLIENT_SASL_KEY, "false");

        assertThat(isOn()).isFalse();
    }
}
