package io.perennial.spring.boot.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.LossDiagnosis;
import io.perennial.SessionState;
import io.perennial.spring.boot.StubSession;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;

class SessionHealthTest {

    @ParameterizedTest
    @CsvSource({
        "LATENT, UNKNOWN",
        "CONNECTING, DOWN",
        "RESTORING, UP",
        "CONNECTED, UP",
        "READ_ONLY, UP",
        "SUSPENDED, DOWN",
        "LOST, DOWN",
        "FAILED, DOWN",
        "CLOSED, OUT_OF_SERVICE"
    })
    void judgesTheState(SessionState state, String status) {
        StubSession session = StubSession.connected("orders");
        session.state = state;

        Health health = new SessionHealth(session).health();

        assertThat(health.getStatus()).isEqualTo(new Status(status));
        assertThat(health.getDetails()).containsEntry("state", state.name());
    }

    @ParameterizedTest
    @EnumSource
    void knowsEveryState(SessionState state) {
        assertThat(SessionHealth.status(state)).isNotNull();
    }

    @Test
    void saysWhatAPersonWouldAskNext() {
        StubSession session = StubSession.connected("orders");
        session.lastLoss = StubSession.loss(LossDiagnosis.Kind.NO_SERVER);
        session.problems = List.of("/taken: a stranger has it");

        assertThat(new SessionHealth(session).health().getDetails())
                .containsExactlyInAnyOrderEntriesOf(Map.ofEntries(
                        Map.entry("state", "CONNECTED"),
                        Map.entry("inStateMillis", 5_000L),
                        Map.entry("generation", 2L),
                        Map.entry("requestedTimeoutMillis", 80_000L),
                        Map.entry("negotiatedTimeoutMillis", 20_000L),
                        Map.entry("leaseMillis", 19_000L),
                        Map.entry("nodes", Map.of("wanted", 4, "held", 3)),
                        Map.entry("watches", Map.of("wanted", 2, "armed", 1)),
                        Map.entry("lastLoss", Map.of("kind", "NO_SERVER", "explanation", "no server could be reached")),
                        Map.entry("problems", List.of("/taken: a stranger has it"))));
    }

    @Test
    void saysNothingOfWhatThereIsNot() {
        assertThat(new SessionHealth(new StubSession("orders")).health().getDetails())
                .containsOnlyKeys("state", "inStateMillis", "leaseMillis", "nodes", "watches");
    }
}
