package io.perennial.spring.boot.test;

import io.perennial.spring.boot.PerennialAutoConfiguration;
import io.perennial.spring.boot.ZooKeeperConnectionDetails;
import io.perennial.test.EmbeddedServer;
import io.perennial.test.FaultNetwork;
import io.perennial.test.IndependentClient;
import io.perennial.test.ZooKeeperServers;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/**
 * Imported only by {@link AutoConfigurePerennialTest}. What a session needs is closed after it: Spring destroys a bean
 * before the beans from which it was made.
 */
@AutoConfiguration(before = PerennialAutoConfiguration.class)
final class TestServerAutoConfiguration {

    @Bean(destroyMethod = "close")
    @ConditionalOnMissingBean
    EmbeddedServer perennialTestServer() {
        return ZooKeeperServers.embedded().start();
    }

    @Bean(destroyMethod = "close")
    @ConditionalOnMissingBean
    FaultNetwork perennialTestNetwork(EmbeddedServer server) {
        return FaultNetwork.inFrontOf(server);
    }

    @Bean(destroyMethod = "close")
    @ConditionalOnMissingBean
    IndependentClient perennialTestObserver(EmbeddedServer server) {
        return new IndependentClient(server.connectString());
    }

    @Bean
    @ConditionalOnMissingBean
    ZooKeeperConnectionDetails perennialTestConnectionDetails(FaultNetwork network) {
        return network::connectString;
    }
}
