package io.perennial.samples.quickstart;

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
                .contains("Usage: quickstart")
                .contains("--connect", "--nodes", "--watches", "--session-timeout", "default: 10", "default: 4s")
                .contains("--timeline FILE.html", "--version")
                .contains("quickstart --connect zk1:2181,zk2:2181,zk3:2181");
    }

    @Test
    void saysItsVersion() {
        assertThat(execute("--version")).isZero();

        assertThat(screen.lines()).singleElement().asString().startsWith("quickstart of Perennial ");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "--nodes 0                 | '--nodes' '0' 1 to 50000",
                "--nodes -3                | '--nodes' '-3' 1 to 50000",
                "--nodes many              | '--nodes' 'many' 1 to 50000",
                "--watches 50001           | '--watches' '50001' 1 to 50000",
                "--watches 99999999999     | '--watches' '99999999999' 1 to 50000",
                "--nodes                   | '--nodes'",
                "--nodes 1 --nodes 2       | '--nodes' once",
                "--session-timeout soon    | '--session-timeout' 'soon' 10s",
                "--session-timeout 100ms   | '--session-timeout' '100ms' 2s to 5m",
                "--session-timeout 10m     | '--session-timeout' '10m' 2s to 5m",
                "--connect zk1:port        | '--connect' zk1:port host:port",
                "--connect zk1:99999       | '--connect' zk1:99999 65535",
                "--connect=                | '--connect' host:port",
                "--timeline target         | '--timeline' 'target' directory",
                "--timeline none/run.html  | '--timeline' 'none/run.html' written",
                "--node 3                  | '--node'",
                "start                     | 'start'",
            })
    void answersBadOptionsInOneLine(String arguments, String mentioned) {
        assertThat(execute(arguments.split(" "))).isEqualTo(2);

        assertThat(screen.lines()).isEmpty();
        assertThat(errors.toString().lines()).singleElement().satisfies(line -> {
            assertThat(line).startsWith("quickstart: ").doesNotContain("Exception", "null");
            assertThat(line).contains(mentioned.split(" "));
        });
    }

    private int execute(String... arguments) {
        return Quickstart.commandLine(screen.terminal())
                .setErr(new PrintWriter(errors, true))
                .execute(arguments);
    }
}
