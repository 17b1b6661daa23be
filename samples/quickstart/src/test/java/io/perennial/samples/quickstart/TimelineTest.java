package io.perennial.samples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.LossDiagnosis;
import io.perennial.SessionInfo;
import io.perennial.SessionReport;
import io.perennial.SessionState;
import io.perennial.SessionTransition;
import io.perennial.samples.terminal.Screen;
import io.perennial.samples.terminal.Terminal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class TimelineTest {
    private static final Layout LARGEST = new Layout(50_000, 50_000);
    private static final SessionInfo SESSION =
            new SessionInfo(7, 0x7fffffffffffffffL, Duration.ofSeconds(4), Duration.ofSeconds(4), null, Instant.EPOCH);

    @Test
    void alignsColumns_within80() {
        var screen = new Screen();
        Timeline timeline = timeline(screen, LARGEST);

        timeline.columns();
        for (SessionTransition.Cause cause : SessionTransition.Cause.values()) {
            timeline.onTransition(transition(SessionState.CONNECTING, cause, null));
        }

        assertThat(screen.lines()).allMatch(line -> line.length() <= Terminal.WIDTH);
        int because = screen.lines().get(1).indexOf("because");
        assertThat(screen.lines())
                .filteredOn(line -> line.contains("CONNECTING"))
                .hasSize(SessionTransition.Cause.values().length)
                .allMatch(line -> line.contains("50000/50000  50000/50000")
                        && line.charAt(because - 1) == ' '
                        && line.charAt(because) != ' ');
    }

    @Test
    void tellsStateGenerationSessionAndCounts() {
        var screen = new Screen();

        timeline(screen, new Layout(10, 10))
                .onTransition(transition(SessionState.CONNECTED, SessionTransition.Cause.RESTORED, null));

        assertThat(screen.lines())
                .satisfiesExactly(
                        row -> assertThat(row).matches(" +\\d+\\.\\d{3}  CONNECTED     7  +10/10 +10/10 +6  restored"),
                        note -> assertThat(note).contains("the server has given session 0x7fffffffffffffff"));
    }

    @Test
    void tellsWhyASessionWasLost() {
        var screen = new Screen();
        var diagnosis = new LossDiagnosis(
                LossDiagnosis.Kind.NO_SERVER, Duration.ZERO, Duration.ZERO, "no server could be reached ".repeat(5));

        timeline(screen, LARGEST)
                .onTransition(transition(SessionState.LOST, SessionTransition.Cause.LEASE_ELAPSED, diagnosis));

        assertThat(screen.lines()).hasSize(5).allMatch(line -> line.length() <= Terminal.WIDTH);
        assertThat(screen.lines().get(1)).contains("· no server could be reached");
    }

    @Test
    void coloursTheStateAlone() {
        var screen = new Screen(StandardCharsets.UTF_8, true);

        timeline(screen, LARGEST)
                .onTransition(transition(SessionState.LOST, SessionTransition.Cause.LEASE_ELAPSED, null));

        assertThat(screen.lines()).first().asString().contains("  \u001b[31mLOST\u001b[0m        ");
    }

    private static Timeline timeline(Screen screen, Layout layout) {
        var report = new SessionReport(
                "quickstart",
                Instant.EPOCH,
                SessionState.CONNECTED,
                Duration.ZERO,
                SESSION,
                Duration.ZERO,
                null,
                layout.nodes(),
                layout.nodes(),
                layout.watches(),
                layout.watches(),
                0,
                List.of(),
                null,
                List.of(),
                List.of());
        return new Timeline(screen.terminal(), layout, () -> report, () -> 6);
    }

    private static SessionTransition transition(
            SessionState to, SessionTransition.Cause cause, LossDiagnosis diagnosis) {
        return new SessionTransition(SessionState.RESTORING, to, cause, SESSION, Duration.ZERO, diagnosis, "");
    }
}
