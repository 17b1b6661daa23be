package io.perennial.spring.boot.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.LossDiagnosis;
import io.perennial.ResilientSession;
import io.perennial.SessionReport;
import io.perennial.SessionState;
import io.perennial.SessionTransition.Cause;
import io.perennial.spring.boot.StubSession;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class SessionsEndpointTest {
    private static final JsonMapper JACKSON = new JsonMapper();

    private final StubSession orders = StubSession.connected("orders");
    private final SessionsEndpoint endpoint =
            new SessionsEndpoint(Map.of("orders", orders, "stock", new StubSession("stock")));
    private final ApplicationContextRunner contexts = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(SessionsEndpointAutoConfiguration.class));
    private final ApplicationContextRunner exposed = contexts.withBean("session", ResilientSession.class, () -> orders)
            .withPropertyValues("management.endpoints.web.exposure.include=zookeepersessions");

    @Test
    void showsOneSession_exactlyAsItsReportsJson() {
        live();

        assertThat(read(endpoint.session("orders")))
                .isEqualTo(JACKSON.readTree(orders.report().toJson()));
        assertThat(read(endpoint.session("stock")))
                .as("without a server session")
                .isEqualTo(JACKSON.readTree(new StubSession("stock").report().toJson()));
    }

    @Test
    void keepsTheOrderOfTheReport() {
        live();

        assertThat(JACKSON.writeValueAsString(endpoint.session("orders")))
                .isEqualTo(orders.report().toJson());
    }

    @Test
    void listsAllSessions_withoutTheirJournals() {
        live();

        JsonNode sessions = read(endpoint.sessions()).get("sessions");

        assertThat(sessions.propertyNames()).containsExactlyInAnyOrder("orders", "stock");
        var expected = (ObjectNode) JACKSON.readTree(orders.report().toJson());
        expected.remove(List.of("transitions", "restorations"));
        assertThat(sessions.get("orders")).isEqualTo(expected);
    }

    @Test
    void knowsNoOtherSession() {
        assertThat(endpoint.session("nobody")).isNull();
    }

    @Test
    void isThere_whenItIsExposed() {
        exposed.run(context -> assertThat(context).hasSingleBean(SessionsEndpoint.class));
        contexts.withBean("session", ResilientSession.class, () -> orders)
                .run(context -> assertThat(context).doesNotHaveBean(SessionsEndpoint.class));
    }

    @Test
    void isNotThere_withoutASession_norWhenPerennialIsOff_norWithoutAccess() {
        contexts.withPropertyValues("management.endpoints.web.exposure.include=*")
                .run(context -> assertThat(context).doesNotHaveBean(SessionsEndpoint.class));
        exposed.withPropertyValues("perennial.enabled=false")
                .run(context -> assertThat(context).doesNotHaveBean(SessionsEndpoint.class));
        exposed.withPropertyValues("management.endpoint.zookeepersessions.access=NONE")
                .run(context -> assertThat(context).doesNotHaveBean(SessionsEndpoint.class));
    }

    @Test
    void isNotThere_withoutTheActuator() {
        exposed.withClassLoader(new FilteredClassLoader(Endpoint.class))
                .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean("zookeeperSessionsEndpoint"));
    }

    /** A life with everything in it that a report can have. */
    private void live() {
        orders.problems = List.of("/taken: a stranger \"has\" it");
        orders.restorations = List.of(new SessionReport.Restoration(
                StubSession.AT, Duration.ofMillis(40), 2, SessionReport.Attachment.NEW_SESSION, 3, 1, true));
        orders.enter(SessionState.SUSPENDED, Cause.CONNECTION_LOST, Duration.ofMinutes(2), null);
        orders.enter(
                SessionState.LOST,
                Cause.LEASE_ELAPSED,
                Duration.ofSeconds(20),
                StubSession.loss(LossDiagnosis.Kind.NO_SERVER));
    }

    private static JsonNode read(Object answer) {
        return JACKSON.readTree(JACKSON.writeValueAsString(answer));
    }
}
