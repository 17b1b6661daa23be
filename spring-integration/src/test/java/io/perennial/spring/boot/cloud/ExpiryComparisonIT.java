package io.perennial.spring.boot.cloud;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.perennial.test.EmbeddedServer;
import io.perennial.test.IndependentClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * The same Spring Cloud application with and without us: how long is its registration missing after a server-side
 * expiry, how often is it there then, and what is left when the application has ended? It prints what it sees.
 */
@Tag("soak")
@Timeout(600)
class ExpiryComparisonIT {
    private static final int EXPIRIES = 5;

    @AutoClose
    private final EmbeddedServer server = EmbeddedServer.start();

    @AutoClose
    private final IndependentClient eye = new IndependentClient(server.connectString());

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void measures(boolean withUs) {
        eye.exists("/");
        List<Long> missing = new ArrayList<>();
        List<Integer> registrations = new ArrayList<>();
        ConfigurableApplicationContext shop = CloudService.start(
                "perennial.enabled=" + withUs,
                "spring.cloud.zookeeper.connect-string=" + server.connectString(),
                "spring.cloud.zookeeper.session-timeout=10s");
        try {
            for (int i = 0; i < EXPIRIES; i++) {
                String node = "/services/shop/" + eye.children("/services/shop").get(0);
                long lost = eye.ownerOf(node).orElseThrow();
                long began = System.nanoTime();
                server.expireSession(lost);
                await().atMost(Duration.ofMinutes(1))
                        .pollInterval(Duration.ofMillis(1))
                        .untilAsserted(() -> assertThat(owners()).isNotEmpty().doesNotContain(lost));
                missing.add((System.nanoTime() - began) / 1_000_000);
                registrations.add(eye.children("/services/shop").size());
            }
        } finally {
            shop.close();
        }
        System.out.printf(
                "%s: registration missing for %s ms, then there %s times; after the end %d registrations, %d"
                        + " sessions%n",
                withUs ? "with us" : "without us",
                missing,
                registrations,
                eye.children("/services/shop").size(),
                server.sessionIds().size() - 1);
        assertThat(registrations).containsOnly(1);
    }

    private List<Long> owners() {
        return eye.children("/services/shop").stream()
                .map(name -> eye.ownerOf("/services/shop/" + name).orElse(0L))
                .toList();
    }
}
