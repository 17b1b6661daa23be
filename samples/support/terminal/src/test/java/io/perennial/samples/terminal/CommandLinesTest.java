package io.perennial.samples.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

class CommandLinesTest {
    private final Screen screen = new Screen();
    private final StringWriter errors = new StringWriter();

    @Test
    void helpsOnTheTerminal() {
        assertThat(execute(new Sample(), "--help")).isZero();

        assertThat(screen.lines()).contains("Usage: sample [-hV] [--colour=<colour>]");
        assertThat(errors.toString()).isEmpty();
    }

    @Test
    void saysItsVersion_asTheBuildHasIt() {
        assertThat(execute(new Sample(), "--version")).isZero();

        assertThat(screen.lines())
                .singleElement()
                .asString()
                .matches("sample of Perennial \\d+\\.\\S+, on Java \\d+.*");
        assertThat(errors.toString()).isEmpty();
    }

    @Test
    void saysWhatIsWrongInOneLine() {
        assertThat(execute(new Sample(), "--color")).isEqualTo(2);

        assertThat(errors.toString().lines()).singleElement().satisfies(line -> assertThat(line)
                .startsWith("sample: ")
                .contains("'--color'")
                .endsWith("(see --help)"));
        assertThat(screen.lines()).isEmpty();
    }

    @Test
    void takesEnumsInSmallLetters() {
        assertThat(execute(new Sample(), "--colour", "red")).isEqualTo(7);
    }

    @Test
    void tellsAFailureByItsMessage_inOneLine() {
        assertThat(execute(new Sample(new IllegalStateException("it broke\nat noon"))))
                .isOne();

        assertThat(errors.toString().lines()).containsExactly("sample: it broke at noon");
    }

    @Test
    void anInterrupt_howeverWrapped_hasAStatusOfItsOwn() {
        assertThat(execute(new Sample(new IllegalStateException("x", new InterruptedException()))))
                .isEqualTo(CommandLines.INTERRUPTED);

        assertThat(errors.toString().lines()).containsExactly("sample: interrupted");
    }

    private int execute(Sample sample, String... arguments) {
        CommandLine commandLine = CommandLines.of(sample, screen.terminal());
        return commandLine.setErr(new PrintWriter(errors, true)).execute(arguments);
    }

    @Command(name = "sample")
    private static final class Sample implements Callable<Integer> {
        private final Exception failure;

        @Option(names = "--colour")
        private Terminal.Style colour = Terminal.Style.DIM;

        private Sample() {
            this(null);
        }

        private Sample(Exception failure) {
            this.failure = failure;
        }

        @Override
        public Integer call() throws Exception {
            if (failure != null) {
                throw failure;
            }
            return colour == Terminal.Style.RED ? 7 : 0;
        }
    }
}
