package io.perennial.samples.shop.stage;

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
                .contains("Usage: spring-boot")
                .contains("--server.port", "--instances", "--session-timeout")
                .contains("default: 8080", "default: 3", "default: 10s");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "--instances=0                       | '--instances' '0' 1 to 9",
                "--instances=10                      | '--instances' '10' 1 to 9",
                "--instances=many                    | '--instances' 'many' 1 to 9",
                "--server.port=-1                    | '--server.port' '-1' 0 to 65535",
                "--server.port=http                  | '--server.port' 'http' 0 to 65535",
                "--server.port=65535 --instances=2   | '--server.port' '65535' 65534",
                "--session-timeout=soon              | '--session-timeout' 'soon' 10s",
                "--session-timeout=1s                | '--session-timeout' '1s' 2s to 60s",
                "--session-timeout=2m                | '--session-timeout' '2m' 2s to 60s",
                "--instance=3                        | '--instance=3'",
                "start                               | 'start'",
            })
    void answersBadOptionsInOneLine(String arguments, String mentioned) {
        assertThat(execute(arguments.split(" +"))).isEqualTo(2);

        assertThat(screen.lines()).isEmpty();
        assertThat(errors.toString().lines()).singleElement().satisfies(line -> {
            assertThat(line).startsWith("spring-boot: ").doesNotContain("Exception", "null");
            assertThat(line).contains(mentioned.split(" "));
        });
    }

    private int execute(String... arguments) {
        return SpringBootSample.commandLine(screen.terminal())
                .setErr(new PrintWriter(errors, true))
                .execute(arguments);
    }
}
