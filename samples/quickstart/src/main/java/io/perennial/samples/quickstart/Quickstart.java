package io.perennial.samples.quickstart;

import io.perennial.samples.terminal.CommandLines;
import io.perennial.samples.terminal.Interrupt;
import io.perennial.samples.terminal.Terminal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command line. */
@Command(
        name = "quickstart",
        usageHelpWidth = Terminal.WIDTH,
        sortOptions = false,
        customSynopsis =
                "Usage: quickstart [--connect HOST:PORT,...] [--nodes N] [--watches N] [--session-timeout TIME]"
                        + " [--timeline FILE.html]",
        synopsisHeading = "",
        description = {
            "",
            "Registers ephemeral nodes and watches, makes trouble for their ZooKeeper session, and shows how they come"
                    + " back: a dropped connection, a short restart, an outage longer than the session timeout, and an"
                    + " expiry. Another client changes the watched data meanwhile, and asks the server afterwards"
                    + " whether all is as it must be.",
            ""
        },
        optionListHeading = "Options:%n",
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {"0:all verdicts hold", "1:one does not, or the run failed", "2:an option is wrong"},
        footerHeading = "%nExamples:%n",
        footer = {
            "  quickstart --nodes 1000 --watches 1000 --session-timeout 10s",
            "  quickstart --connect zk1:2181,zk2:2181,zk3:2181",
            "",
            "Or from the project's root:",
            "  mvn -q -Pquickstart -pl samples/quickstart -am package \\",
            "      -Dargs=\"--nodes 1000 --watches 1000\""
        })
public final class Quickstart implements Callable<Integer> {
    private final Terminal terminal;

    @Option(
            names = "--connect",
            paramLabel = "HOST:PORT,...",
            converter = ServersConverter.class,
            description = {
                "run against this ensemble, with the faults that a client can produce",
                "(default: an embedded server, with all faults)"
            })
    private @Nullable String servers;

    @Option(
            names = "--nodes",
            paramLabel = "N",
            converter = CountConverter.class,
            defaultValue = "10",
            description = "ephemeral nodes to register, 1 to 50000 (default: ${DEFAULT-VALUE})")
    private int nodes;

    @Option(
            names = "--watches",
            paramLabel = "N",
            converter = CountConverter.class,
            defaultValue = "10",
            description = "watches to set, 1 to 50000 (default: ${DEFAULT-VALUE})")
    private int watches;

    @Option(
            names = "--session-timeout",
            paramLabel = "TIME",
            converter = DurationConverter.class,
            defaultValue = "4s",
            description =
                    "session timeout to ask for, 2s to 5m; as 10s, 2500ms, 1m or PT10S (default: ${DEFAULT-VALUE})")
    private Duration sessionTimeout = Duration.ZERO;

    @Option(
            names = "--timeline",
            paramLabel = "FILE.html",
            converter = PageConverter.class,
            description = "write the run as a page there: states over time, faults, losses (default: nowhere)")
    private @Nullable Path page;

    Quickstart(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws Exception {
        if (page == null) {
            return run();
        }
        try (var recorder = new Recorder()) {
            int status = run();
            recorder.write(page);
            terminal.line("Timeline: " + page);
            return status;
        }
    }

    private int run() throws Exception {
        try (Faults faults = servers == null ? new EmbeddedFaults(sessionTimeout) : new ClientFaults(servers)) {
            var layout = new Layout(nodes, watches);
            List<Verdict> verdicts = new Rehearsal(faults, layout, sessionTimeout, terminal).run();
            new VerdictTable(terminal).print(layout, verdicts);
            return Verdict.exitCode(verdicts);
        }
    }

    /** The command line, which prints help to {@code terminal} and errors, one line each, to standard error. */
    static CommandLine commandLine(Terminal terminal) {
        return CommandLines.of(new Quickstart(terminal), terminal);
    }

    /**
     * Runs the program.
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
