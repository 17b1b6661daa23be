package io.perennial.spring.boot.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.perennial.ResilientSession;
import io.perennial.test.EmbeddedServer;
import io.perennial.test.ZooKeeperTest;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.cloud.zookeeper.ZookeeperHealthIndicator;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What an operator sees over HTTP, of an application that has Spring Cloud Zookeeper too. */
@ZooKeeperTest
@Tag("essential")
class ActuatorIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final JsonMapper JACKSON = new JsonMapper();

    private final HttpClient http = HttpClient.newHttpClient();
    private EmbeddedServer server;
    private ConfigurableApplicationContext context;
    private ResilientSession session;

    private record Answer(int status, JsonNode body) {}

    @BeforeEach
    void take(EmbeddedServer running) {
        server = running;
    }

    @AfterEach
    void close() {
        if (context != null) {
            context.close();
        }
    }

    private void run(String... properties) throws Exception {
        context = new SpringApplicationBuilder(Application.class)
                .properties(
                        "server.port=0",
                        "perennial.connect-string=" + server.connectString(),
                        "perennial.session-timeout=10s",
                        "management.endpoints.web.exposure.include=health,zookeepersessions",
                        "management.endpoint.health.show-details=always",
                        "management.endpoint.health.probes.enabled=true", // Spring Boot 4's default
                        "spring.cloud.compatibility-verifier.enabled=false",
                        "spring.cloud.zookeeper.config.enabled=false",
                        "spring.cloud.zookeeper.discovery.enabled=false",
                        "spring.main.banner-mode=off")
                .properties(properties)
                .run();
        session = context.getBean(ResilientSession.class);
        assertThat(session.awaitConnected(PATIENCE)).isTrue();
    }

    private Answer get(String path) throws Exception {
        int port = context.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
        HttpResponse<String> response = http.send(
                HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/actuator/" + path))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        return new Answer(
                response.statusCode(),
                response.body().isEmpty() ? JACKSON.nullNode() : JACKSON.readTree(response.body()));
    }

    @Test
    void healthFollowsTheSession_withOneEntry_andWithoutAskingTheServer() throws Exception {
        run();
        session.ephemerals().register("/node", new byte[0]).whenHeld().get(30, TimeUnit.SECONDS);

        Answer up = get("health");
        assertThat(up.status()).isEqualTo(200);
        assertThat(up.body().get("components").propertyNames())
                .filteredOn(name -> name.toLowerCase().contains("zookeeper"))
                .containsExactly("zookeeper");
        assertThat(context.getBeansOfType(ZookeeperHealthIndicator.class)).isEmpty();
        JsonNode details = up.body().at("/components/zookeeper/details");
        assertThat(details.get("state").stringValue()).isEqualTo("CONNECTED");
        assertThat(details.get("negotiatedTimeoutMillis").longValue()).isEqualTo(10_000);
        assertThat(details.get("nodes")).isEqualTo(JACKSON.readTree("{\"wanted\":1,\"held\":1}"));

        server.stop();
        await().atMost(PATIENCE).untilAsserted(() -> {
            Answer down = get("health/zookeeper");
            assertThat(down.status()).isEqualTo(503);
            assertThat(down.body().get("status").stringValue()).isEqualTo("DOWN");
            assertThat(down.body().at("/details/state").stringValue()).isEqualTo("LOST");
            assertThat(down.body().at("/details/lastLoss/kind").stringValue()).isEqualTo("NO_SERVER");
        });
        server.restart();
        await().atMost(PATIENCE)
                .untilAsserted(
                        () -> assertThat(get("health/zookeeper").status()).isEqualTo(200));
    }

    @Test
    void endpointShowsAllSessions_andOneWithItsJournal() throws Exception {
        run("perennial.sessions.stock.namespace=stock");

        Answer all = get("zookeepersessions");
        assertThat(all.status()).isEqualTo(200);
        assertThat(all.body().get("sessions").propertyNames()).containsExactlyInAnyOrder("zookeeper", "stock");
        assertThat(all.body().at("/sessions/zookeeper").propertyNames()).doesNotContain("transitions");

        Answer one = get("zookeepersessions/zookeeper");
        assertThat(one.status()).isEqualTo(200);
        JsonNode report = JACKSON.readTree(session.report().toJson());
        assertThat(one.body().propertyNames()).containsExactlyElementsOf(report.propertyNames());
        assertThat(one.body().get("session")).isEqualTo(report.get("session"));
        List<String> states = one.body()
                .get("transitions")
                .valueStream()
                .map(transition -> transition.get("to").stringValue())
                .toList();
        assertThat(states).startsWith("CONNECTING", "RESTORING", "CONNECTED");

        assertThat(get("zookeepersessions/nobody").status()).isEqualTo(404);
        assertThat(get("health/zookeeper").body().get("components").propertyNames())
                .containsExactlyInAnyOrder("zookeeper", "stock");
    }

    @Test
    @DisplayName("refuses traffic once the lease has lapsed, not before, and accepts it when the session is back")
    void readinessFollowsTheLease() throws Exception {
        run("perennial.readiness.enabled=true");
        assertThat(get("health/readiness").status()).isEqualTo(200);
        assertThat(get("health").body().get("components").propertyNames()).doesNotContain("zookeeperReadiness");

        server.stop();
        var refusedWhileHeld = new ArrayList<Answer>();
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(20)).untilAsserted(() -> {
            boolean heldBefore = session.lease().isHeld();
            Answer answer = get("health/readiness");
            boolean heldAfter = session.lease().isHeld();
            if (heldBefore && heldAfter && answer.status() != 200) {
                refusedWhileHeld.add(answer);
            }
            assertThat(answer.status()).isEqualTo(503);
        });
        assertThat(refusedWhileHeld).isEmpty();
        assertThat(get("health/readinessState").body().toString()).contains("lease not held");
        server.restart();
        await().atMost(PATIENCE)
                .untilAsserted(
                        () -> assertThat(get("health/readiness").status()).isEqualTo(200));
    }

    @Test
    void readinessIsTheApplicationsAlone_byDefault() throws Exception {
        run();

        server.stop();
        await().atMost(PATIENCE)
                .untilAsserted(
                        () -> assertThat(get("health/zookeeper").status()).isEqualTo(503));

        assertThat(get("health/readiness").status()).isEqualTo(200);
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Application {}
}
