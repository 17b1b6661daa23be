package io.perennial.samples.incident;

import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.samples.terminal.Screen;
import io.perennial.samples.terminal.Terminal;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CommandLineTest {
    private final Screen screen = new Screen();
    private final StringWriter errors = new StringWriter();

    @Test
    void helps() {
        assertThat(execute("--help")).isZero();

        assertThat(errors.toString()).isEmpty();
        assertThat(screen.lines()).allMatch(line -> line.length() <= Terminal.WIDTH);
        assertThat(String.join("\n", screen.lines()))
                .contains("Usage: tomcat-incident")
                .contains("--observe", "--restart-after", "--mode", "--page", "--svg", "--log")
                .contains("default: 60s", "default: 10s", "default: storm");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "--observe soon         | '--observe' 'soon' 60s",
                "--observe 1s           | '--observe' '1s' 6s to 60m",
                "--observe 2h           | '--observe' '2h' 60s",
                "--restart-after 90m    | '--restart-after' '90m' 6s to 60m",
                "--mode calm            | '--mode' 'calm' STORM GHOST",
                "--page                 | '--page'",
                "--watch 3              | '--watch'",
                "start                  | 'start'",
            })
    void answersBadOptionsInOneLine(String arguments, String mentioned) {
        assertThat(execute(arguments.split(" "))).isEqualTo(2);

        assertThat(screen.lines()).isEmpty();
        assertThat(errors.toString().lines()).singleElement().satisfies(line -> {
            assertThat(line).startsWith("tomcat-incident: ").doesNotContain("Exception", "null");
            assertThat(line).contains(mentioned.split(" "));
        });
    }

    private int execute(String... arguments) {
        return Incident.commandLine(screen.terminal())
                .setErr(new PrintWriter(errors, true))
                .execute(arguments);
    }
}
