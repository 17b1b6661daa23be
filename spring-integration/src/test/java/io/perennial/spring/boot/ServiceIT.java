package io.perennial.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.perennial.ResilientSession;
import io.perennial.SessionRegistry;
import io.perennial.test.EmbeddedServer;
import io.perennial.test.IndependentClient;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.apache.curator.framework.CuratorFramework;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** A service as its own author would test it: Spring Boot makes the application, one property names the servers. */
@SpringBootTest(
        webEnvironment = WebEnvironment.RANDOM_PORT,
        properties = {
            "perennial.nodes[0].path=/services/shop/${local.server.port}",
            "perennial.nodes[0].data=http://127.0.0.1:${local.server.port}/greeting",
            "server.address=127.0.0.1",
            "spring.cloud.compatibility-verifier.enabled=false",
            "spring.cloud.zookeeper.config.import-check.enabled=false",
            "spring.cloud.zookeeper.discovery.enabled=false"
        })
@Tag("essential")
class ServiceIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static EmbeddedServer server;
    private static IndependentClient eye;

    @Autowired
    private ResilientSession session;

    @Autowired
    private CuratorFramework curator;

    @LocalServerPort
    private int port;

    @SpringBootConfiguration
    @EnableAutoConfiguration
    @RestController
    static class Application {
        @GetMapping("/greeting")
        String greeting() {
            return "hello";
        }
    }

    @BeforeAll
    static void startServer() {
        server = EmbeddedServer.start();
        eye = new IndependentClient(server.connectString());
    }

    @DynamicPropertySource
    static void servers(DynamicPropertyRegistry properties) {
        properties.add("perennial.connect-string", server::connectString);
    }

    /** The context has been closed by then, for the test has made it dirty. */
    @AfterAll
    static void nothingIsLeft() {
        try {
            assertThat(eye.children("/services/shop")).isEmpty();
            assertThat(SessionRegistry.sessions()).isEmpty();
            assertThat(server.sessionIds()).containsExactly(eye.sessionId());
        } finally {
            eye.close();
            server.close();
        }
    }

    @Test
    @DirtiesContext
    void isConnectedAndAnnouncesItselfWhileItServes() throws Exception {
        assertThat(session.awaitConnected(PATIENCE)).isTrue();
        assertThat(curator).isSameAs(session.curator());

        String node = "/services/shop/" + port;
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(eye.ownerOf(node))
                .contains(session.info().orElseThrow().sessionId()));
        assertThat(eye.children("/services/shop")).containsExactly("" + port);
        URI address = URI.create(new String(eye.data(node), StandardCharsets.UTF_8));
        assertThat(HttpClient.newHttpClient()
                        .send(HttpRequest.newBuilder(address).build(), BodyHandlers.ofString())
                        .body())
                .isEqualTo("hello");
    }
}
