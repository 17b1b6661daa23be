package io.perennial.samples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.samples.terminal.Screen;
import io.perennial.samples.terminal.Terminal;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class VerdictTableTest {
    private static final Layout LAYOUT = new Layout(10, 10);

    private final Screen screen = new Screen();

    @Test
    void printsALineForEach_ofAtMost80Columns() {
        var widest =
                new Verdict("Dropped connection", true, 6, Duration.ofSeconds(900), Duration.ofSeconds(30), List.of());
        new VerdictTable(screen.terminal()).print(new Layout(50_000, 50_000), List.of(widest, verdict(List.of())));

        assertThat(screen.lines()).allMatch(line -> line.length() <= Terminal.WIDTH);
        assertThat(screen.lines()).filteredOn(line -> line.startsWith("✓  ")).hasSize(2);
        assertThat(screen.lines()).anySatisfy(line -> assertThat(line)
                .contains("Dropped connection", "new", "recreated", "agree", "6 of 6", "900.00 s"));
        assertThat(screen.lines()).anyMatch(line -> line.contains("on 50000 nodes and 50000 watches"));
        assertThat(screen.lines()).last().isEqualTo("All 2 hold.");
    }

    @Test
    void printsWhatIsWrong() {
        new VerdictTable(screen.terminal())
                .print(LAYOUT, List.of(verdict(List.of()), verdict(List.of("a node is missing"))));

        assertThat(screen.lines()).contains("     · a node is missing");
        assertThat(screen.lines()).filteredOn(line -> line.startsWith("✗  ")).hasSize(1);
        assertThat(screen.lines()).last().isEqualTo("1 of 2 does not hold.");
    }

    @Test
    void printsNotMoreThanAPersonReads() {
        new VerdictTable(screen.terminal()).print(LAYOUT, List.of(verdict(Collections.nCopies(50, "x ".repeat(150)))));

        assertThat(screen.lines()).contains("       and 40 more").hasSizeLessThan(60);
        assertThat(screen.lines()).allMatch(line -> line.length() <= Terminal.WIDTH);
    }

    @Test
    void endsWell_onlyIfAllHold() {
        assertThat(Verdict.exitCode(List.of(verdict(List.of()), verdict(List.of()))))
                .isZero();
        assertThat(Verdict.exitCode(List.of(verdict(List.of()), verdict(List.of("x")))))
                .isEqualTo(1);
        assertThat(Verdict.exitCode(List.of())).isEqualTo(1);
    }

    private static Verdict verdict(List<String> problems) {
        return new Verdict("Short restart", false, 6, Duration.ofMillis(220), Duration.ofMillis(790), problems);
    }
}
