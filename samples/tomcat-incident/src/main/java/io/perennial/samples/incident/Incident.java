package io.perennial.samples.incident;

import io.perennial.samples.terminal.CommandLines;
import io.perennial.samples.terminal.Interrupt;
import io.perennial.samples.terminal.Terminal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command line. */
@Command(
        name = "tomcat-incident",
        usageHelpWidth = Terminal.WIDTH,
        sortOptions = false,
        customSynopsis = "Usage: tomcat-incident [--observe TIME] [--restart-after TIME] [--mode MODE] [--page FILE]"
                + " [--svg FILE] [--log FILE]",
        synopsisHeading = "",
        description = {
            "",
            "Deploys four web applications in a real Tomcat. Each opens a ZooKeeper session, then a later part of it"
                    + " fails to start. Nobody closes the session. Then the ZooKeeper server restarts, and the program"
                    + " counts what still comes from the four: connections, threads, log, the ephemeral node.",
            ""
        },
        optionListHeading = "Options:%n",
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:the application without the library is sick, the other three are clean",
            "1:one is not as expected, or the run failed",
            "2:an option is wrong"
        },
        footerHeading = "%nExample, from the project's root:%n",
        footer = "  mvn -q -Prun -pl samples/tomcat-incident -am package -Dargs=\"--observe 3m\"")
public final class Incident implements Callable<Integer> {
    private final Terminal terminal;

    @Option(
            names = "--observe",
            paramLabel = "TIME",
            converter = ObservationConverter.class,
            defaultValue = "60s",
            description = "how long to look on after the restart, 6s to 60m (default: ${DEFAULT-VALUE})")
    private Duration observe = Duration.ZERO;

    @Option(
            names = "--restart-after",
            paramLabel = "TIME",
            converter = ObservationConverter.class,
            defaultValue = "10s",
            description = "from the failed start to the server's restart, 6s to 60m (default: ${DEFAULT-VALUE})")
    private Duration restartAfter = Duration.ZERO;

    @Option(
            names = "--mode",
            paramLabel = "MODE",
            defaultValue = "storm",
            description = {
                "what the orphan becomes (default: ${DEFAULT-VALUE}):",
                "storm  its connection is lost for the first time",
                "ghost  it has reconnected once before its start failed"
            })
    private Mode mode = Mode.STORM;

    @Option(
            names = "--page",
            paramLabel = "FILE",
            defaultValue = "${sys:incident.page:-tomcat-incident.html}",
            description = "where to write the page with the charts (default: ${DEFAULT-VALUE})")
    private Path page = Path.of("");

    @Option(names = "--svg", paramLabel = "FILE", description = "where to write the chart alone (default: nowhere)")
    private @Nullable Path svg;

    @Option(names = "--log", paramLabel = "FILE", description = "where to keep Tomcat's log (default: nowhere)")
    private @Nullable Path log;

    @Option(
            names = "--libraries",
            paramLabel = "DIRECTORY",
            hidden = true,
            defaultValue = "${sys:incident.libraries:-target/web-inf-lib}")
    private Path libraries = Path.of("");

    Incident(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws Exception {
        var script = new Script(mode, restartAfter, observe);
        var timeline = new Timeline(terminal);
        timeline.introduce(script);
        Report report = new Replay(script, libraries, log, timeline).run();
        new VerdictTable(terminal).print(report);
        Picture picture = new Picture(report);
        write(page, new Page(report, picture).html());
        if (svg != null) {
            write(svg, picture.svg());
        }
        return report.exitCode();
    }

    private void write(Path file, String text) throws IOException {
        Path absolute = file.toAbsolutePath();
        if (absolute.getParent() != null) {
            Files.createDirectories(absolute.getParent());
        }
        Files.writeString(absolute, text);
        terminal.line("Written: " + absolute);
    }

    /** The command line, which prints help to {@code terminal} and errors, one line each, to standard error. */
    static CommandLine commandLine(Terminal terminal) {
        return CommandLines.of(new Incident(terminal), terminal);
    }

    /**
     * Runs the program, and ends the JVM, including the orphan.
     *
     * @param args see {@code --help}
     */
    public static void main(String[] args) {
        var interrupt = new Interrupt(Thread.currentThread());
        int status = commandLine(Terminal.standardOutput()).execute(args);
        interrupt.done();
        System.exit(status);
    }
}
