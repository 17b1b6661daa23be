package io.perennial.samples.incident;

import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.samples.terminal.Screen;
import io.perennial.samples.terminal.Terminal;
import org.junit.jupiter.api.Test;

class VerdictTableTest {
    private final Screen screen = new Screen();

    @Test
    void printsALineForEach_ofAtMost80Columns() {
        new VerdictTable(screen.terminal()).print(Courses.asExpected());

        assertThat(screen.lines()).allMatch(line -> line.length() <= Terminal.WIDTH);
        assertThat(screen.lines())
                .filteredOn(line -> line.startsWith("✓  "))
                .satisfiesExactly(
                        a -> assertThat(a).contains("a  ZooKeeper's client", " 40 ", " 2 ", " 40.0 s", "kept"),
                        b -> assertThat(b).contains("b  ", " 0.3 s", "collected"),
                        c -> assertThat(c).contains("c  ", " 0.3 s", "collected"),
                        d -> assertThat(d).contains("d  ", " 0.3 s", "collected"));
        assertThat(screen.lines()).last().isEqualTo("As expected: a is sick, the others are clean.");
    }

    @Test
    void printsWhatIsWrong() {
        new VerdictTable(screen.terminal()).print(Courses.report(Courses.clean(Variant.RAW)));

        assertThat(screen.lines()).anyMatch(line -> line.startsWith("✗  a"));
        assertThat(screen.lines()).contains("      · no thread is left: there is no orphan to compare with");
        assertThat(screen.lines()).last().isEqualTo("1 of 1 not as expected.");
    }
}
