package io.perennial.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.perennial.ResilientSession;
import java.time.Duration;
import java.util.List;
import org.apache.zookeeper.client.ZKClientConfig;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.mock.env.MockEnvironment;

class BootstrapSettingsTest {
    private final MockEnvironment environment = new MockEnvironment();

    @Test
    void takesSpringCloudsTimeouts_unlessOursAreGiven() {
        environment
                .withProperty("spring.cloud.zookeeper.session-timeout", "7s")
                .withProperty("spring.cloud.zookeeper.connection-timeout", "3s")
                .withProperty("perennial.connect-timeout", "2s");

        assertThat(builder())
                .extracting("sessionTimeout", "connectTimeout")
                .containsExactly(Duration.ofSeconds(7), Duration.ofSeconds(2));
    }

    @Test
    void hasTheClientsOwnProperties() {
        environment.withProperty("perennial.client[jute.maxbuffer]", "8192");

        assertThat(builder())
                .extracting("clientConfig", InstanceOfAssertFactories.type(ZKClientConfig.class))
                .returns("8192", config -> config.getProperty("jute.maxbuffer"));
    }

    @Test
    void namesAnSslBundleThatIsNotDefined() {
        environment.withProperty("perennial.ssl.bundle", "nope");

        assertThatThrownBy(this::builder)
                .isInstanceOf(InvalidConfigurationPropertyValueException.class)
                .hasMessageContaining("perennial.ssl.bundle")
                .hasMessageContaining("nope");
    }

    private ResilientSession.Builder builder() {
        try (BootstrapSettings settings = BootstrapSettings.of(Binder.get(environment))) {
            return settings.builder("-config-data", "127.0.0.1:1", List.of());
        }
    }
}
