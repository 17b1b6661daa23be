package io.perennial.spring.boot.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.ResilientSession;
import io.perennial.SessionState;
import io.perennial.spring.boot.StubSession;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.availability.ApplicationAvailabilityAutoConfiguration;
import org.springframework.boot.availability.ApplicationAvailabilityBean;
import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.boot.health.application.ReadinessStateHealthIndicator;
import org.springframework.boot.health.autoconfigure.actuate.endpoint.AvailabilityProbesAutoConfiguration;
import org.springframework.boot.health.autoconfigure.application.AvailabilityHealthContributorAutoConfiguration;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;

class SessionReadinessTest {
    private final StubSession session = StubSession.connected("orders");
    private final ApplicationContextRunner contexts = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    ApplicationAvailabilityAutoConfiguration.class,
                    AvailabilityHealthContributorAutoConfiguration.class,
                    AvailabilityProbesAutoConfiguration.class,
                    SessionReadinessAutoConfiguration.class))
            .withPropertyValues("management.endpoint.health.probes.enabled=true") // Spring Boot 4's default
            .withBean("session", ResilientSession.class, () -> session);
    private final ApplicationContextRunner enabled = contexts.withPropertyValues("perennial.readiness.enabled=true");

    @ParameterizedTest
    @CsvSource({
        "LATENT,     0, false",
        "CONNECTING, 0, false",
        "RESTORING,  9, true",
        "RESTORING,  0, false",
        "CONNECTED,  9, true",
        "CONNECTED,  0, false",
        "READ_ONLY,  0, true",
        "SUSPENDED,  9, true",
        "SUSPENDED,  0, false",
        "LOST,       0, false",
        "FAILED,     9, false",
        "CLOSED,     0, false"
    })
    void goesByStateAndLease(SessionState state, int leaseSeconds, boolean fit) {
        session.state = state;
        session.lease = Duration.ofSeconds(leaseSeconds);

        assertThat(SessionReadiness.isFit(session)).isEqualTo(fit);
    }

    @Test
    void isOffByDefault() {
        contexts.run(context -> {
            assertThat(context).hasSingleBean(ReadinessStateHealthIndicator.class);
            assertThat(context).doesNotHaveBean(SessionReadiness.class);
        });
    }

    @Test
    void isOff_withPerennial() {
        enabled.withPropertyValues("perennial.enabled=false").run(context -> assertThat(context)
                .hasSingleBean(ReadinessStateHealthIndicator.class)
                .doesNotHaveBean(SessionReadiness.class));
    }

    @Test
    void takesThePlaceOfBootsOwn() {
        enabled.run(context -> {
            assertThat(context)
                    .hasNotFailed()
                    .hasSingleBean(ReadinessStateHealthIndicator.class)
                    .hasSingleBean(SessionReadiness.class)
                    .hasBean("readinessStateHealthIndicator");
        });
    }

    @Test
    void givesWayToTheApplicationsOwn() {
        enabled.withBean(
                        "readinessStateHealthIndicator",
                        ReadinessStateHealthIndicator.class,
                        () -> new ReadinessStateHealthIndicator(new ApplicationAvailabilityBean()))
                .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(SessionReadiness.class));
    }

    @Test
    void refusesTraffic_whileASessionIsUnfit_andSaysWhich() {
        enabled.withBean("stock", ResilientSession.class, () -> StubSession.connected("stock"))
                .run(context -> {
                    become(context, ReadinessState.ACCEPTING_TRAFFIC);
                    assertThat(health(context)).isEqualTo(Health.up().build());

                    session.state = SessionState.SUSPENDED;
                    assertThat(health(context).getStatus())
                            .as("the lease is held")
                            .isEqualTo(Status.UP);

                    session.lease = Duration.ZERO;
                    assertThat(health(context))
                            .isEqualTo(Health.outOfService()
                                    .withDetail("sessions", Map.of("orders", "SUSPENDED, lease not held"))
                                    .build());
                });
    }

    @Test
    void refusesTraffic_asTheApplicationDoes_whateverTheSession() {
        enabled.run(context -> {
            become(context, ReadinessState.REFUSING_TRAFFIC);

            assertThat(health(context)).isEqualTo(Health.outOfService().build());
        });
    }

    @Test
    void isNotThere_withoutTheActuator() {
        new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(SessionReadinessAutoConfiguration.class))
                .withClassLoader(new FilteredClassLoader("org.springframework.boot.health"))
                .withBean("session", ResilientSession.class, () -> session)
                .withPropertyValues("perennial.readiness.enabled=true")
                .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(SessionReadiness.class));
    }

    private static void become(ApplicationContext context, ReadinessState state) {
        AvailabilityChangeEvent.publish(context, state);
    }

    private static Health health(ApplicationContext context) {
        return context.getBean(SessionReadiness.class).health();
    }
}
