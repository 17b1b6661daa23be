package io.perennial.internal.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.perennial.internal.handle.UserZookeeperFactory;
import java.time.Duration;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.utils.DefaultZookeeperFactory;
import org.apache.zookeeper.client.ZKClientConfig;
import org.junit.jupiter.api.Test;

/** What is refused is in {@link BadInputTest}. */
class CuratorSettingsTest {
    private final CuratorFrameworkFactory.Builder base = CuratorFrameworkFactory.builder();
    private final CuratorSettings settings = new CuratorSettings(base);

    @Test
    void hasTheSessionsDefaults_whenTheCallerGivesNoBuilder() {
        var defaults = new CuratorSettings(null);

        assertThat(defaults.sessionTimeout()).isEqualTo(Duration.ofSeconds(30));
        assertThat(defaults.connectTimeout()).isEqualTo(Duration.ofSeconds(10));
        assertThat(defaults.namespace()).isEmpty();
        assertThat(defaults.authorizations()).isEmpty();
        assertThat(defaults.readOnlyAllowed()).isFalse();
        assertThat(defaults.clientConfig()).isNull();
        assertThat(defaults.factory(true)).isNull();
        assertThat(defaults.builder().getRetryPolicy()).isNotNull();
        assertThatIllegalArgumentException()
                .isThrownBy(defaults::ensemble)
                .withMessageStartingWith("connectString is missing");
    }

    @Test
    void hasWhatTheCallerSet() {
        var config = new ZKClientConfig();
        base.connectString("zoo1:2181")
                .sessionTimeoutMs(12_000)
                .connectionTimeoutMs(3_000)
                .namespace("shop")
                .authorization("digest", new byte[] {1})
                .canBeReadOnly(true)
                .simulatedSessionExpirationPercent(70)
                .zkClientConfig(config);

        assertThat(settings.builder()).isSameAs(base);
        assertThat(settings.ensemble().getConnectionString()).isEqualTo("zoo1:2181");
        assertThat(settings.sessionTimeout()).isEqualTo(Duration.ofSeconds(12));
        assertThat(settings.connectTimeout()).isEqualTo(Duration.ofSeconds(3));
        assertThat(settings.namespace()).isEqualTo("/shop");
        assertThat(settings.authorizations()).hasSize(1);
        assertThat(settings.readOnlyAllowed()).isTrue();
        assertThat(settings.simulatedExpirationPercent()).isEqualTo(70);
        assertThat(settings.clientConfig()).isSameAs(config);
    }

    @Test
    void takesCuratorsOwnFactory_forNone() {
        base.zookeeperFactory(new DefaultZookeeperFactory());

        assertThat(settings.factory(true)).isNull();
    }

    @Test
    void takesAFactoryForTheCallers_alsoOneThatExtendsCurators() {
        base.zookeeperFactory(new DefaultZookeeperFactory() {});

        assertThat(settings.factory(false)).isInstanceOf(UserZookeeperFactory.class);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> settings.factory(true))
                .withMessageStartingWith("clientConfig cannot reach the handles");
    }
}
