package io.perennial.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.perennial.ResilientSession;
import io.perennial.SessionState;
import io.perennial.test.EmbeddedServer;
import io.perennial.test.IndependentClient;
import io.perennial.test.ZooKeeperTest;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** A node that says "send me requests" stands only while requests are taken. */
@ZooKeeperTest
@Tag("S-52")
@Tag("essential")
class WebServerOrderIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private EmbeddedServer server;
    private IndependentClient eye;
    private final HttpClient http = HttpClient.newHttpClient();

    @BeforeEach
    void take(EmbeddedServer running, IndependentClient observer) {
        server = running;
        eye = observer;
    }

    @SpringBootConfiguration
    @EnableAutoConfiguration
    @RestController
    static class Application {
        static CountDownLatch underWay = new CountDownLatch(1);
        static CountDownLatch mayEnd = new CountDownLatch(1);

        @GetMapping("/quick")
        String quick() {
            return "quick";
        }

        @GetMapping("/slow")
        String slow() throws InterruptedException {
            underWay.countDown();
            mayEnd.await(1, TimeUnit.MINUTES);
            return "slow";
        }
    }

    private ConfigurableApplicationContext start() {
        return new SpringApplicationBuilder(Application.class)
                .web(WebApplicationType.SERVLET)
                .registerShutdownHook(false)
                .properties(
                        "perennial.connect-string=" + server.connectString(),
                        "perennial.nodes[0].path=/services/shop/${local.server.port}",
                        "perennial.nodes[0].data=http://127.0.0.1:${local.server.port}",
                        "server.port=0",
                        "server.address=127.0.0.1",
                        "server.shutdown=graceful",
                        "spring.docker.compose.enabled=false", // it looks for JUnit on the thread's own stack
                        "spring.lifecycle.timeout-per-shutdown-phase=60s",
                        "spring.main.banner-mode=off",
                        "spring.cloud.compatibility-verifier.enabled=false",
                        "spring.cloud.zookeeper.config.import-check.enabled=false",
                        "spring.cloud.zookeeper.discovery.enabled=false")
                .run();
    }

    private CompletableFuture<HttpResponse<String>> get(String address) {
        return http.sendAsync(HttpRequest.newBuilder(URI.create(address)).build(), BodyHandlers.ofString());
    }

    @Test
    void isPublishedOnceRequestsAreTaken_andGoneBeforeTheServerDrains() throws Exception {
        Application.underWay = new CountDownLatch(1);
        Application.mayEnd = new CountDownLatch(1);
        CompletableFuture<ConfigurableApplicationContext> starting = CompletableFuture.supplyAsync(this::start);
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(1)).untilAsserted(() -> assertThat(
                        eye.exists("/services/shop")
                                && !eye.children("/services/shop").isEmpty())
                .isTrue());
        String node = "/services/shop/" + eye.children("/services/shop").get(0);
        String address = new String(eye.data(node), StandardCharsets.UTF_8);
        assertThat(get(address + "/quick").get(30, TimeUnit.SECONDS).body())
                .as("what the node says is true at once")
                .isEqualTo("quick");

        ConfigurableApplicationContext context = starting.get(60, TimeUnit.SECONDS);
        ResilientSession session = context.getBean(ResilientSession.class);
        CompletableFuture<HttpResponse<String>> inFlight = get(address + "/slow");
        assertThat(Application.underWay.await(30, TimeUnit.SECONDS)).isTrue();
        CompletableFuture<Void> closing = CompletableFuture.runAsync(context::close);

        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(eye.exists(node)).isFalse());
        assertThat(inFlight).as("a request under way is served to its end").isNotDone();
        assertThat(session.state()).as("and may use the session").isEqualTo(SessionState.CONNECTED);
        Application.mayEnd.countDown();
        assertThat(inFlight.get(30, TimeUnit.SECONDS).body()).isEqualTo("slow");
        closing.get(60, TimeUnit.SECONDS);
        assertThat(session.state()).isEqualTo(SessionState.CLOSED);
    }
}
