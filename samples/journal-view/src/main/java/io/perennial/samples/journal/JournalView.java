package io.perennial.samples.journal;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.perennial.samples.terminal.CommandLines;
import io.perennial.samples.terminal.Terminal;
import io.perennial.samples.timeline.Chronicle;
import io.perennial.samples.timeline.History;
import io.perennial.samples.timeline.TimelinePage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The command line. */
@Command(
        name = "journal-view",
        usageHelpWidth = Terminal.WIDTH,
        sortOptions = false,
        customSynopsis = "Usage: journal-view (FILE... | --pid PID | --jmx URL) [OPTION...]",
        synopsisHeading = "",
        description = {
            "",
            "Shows what happened to sessions as one HTML page that needs nothing else: the states over time, each"
                    + " outage from closer by, why sessions were lost, how they were restored, every transition.",
            ""
        },
        parameterListHeading = "Parameter:%n",
        optionListHeading = "%nOptions:%n",
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {"0:the page is written", "2:an option or a file is wrong"},
        footerHeading = "%nExamples:%n",
        footer = {
            "  jcmd PID JFR.dump filename=/tmp/night.jfr",
            "  journal-view /tmp/night.jfr --session orders",
            "  journal-view worker-1.jfr worker-2.jfr --output workers.html",
            "  journal-view --pid 4711 --output now.html",
            "",
            "Or from the project's root:",
            "  mvn -q -Prun -pl samples/journal-view -am package -Dargs=\"/tmp/night.jfr\""
        })
public final class JournalView implements Callable<Integer> {
    private final Terminal terminal;

    @Spec
    private @Nullable CommandSpec spec;

    @ArgGroup(multiplicity = "1")
    private Input input = new Input();

    /** Exactly one of the three. */
    static final class Input {
        @Parameters(
                paramLabel = "FILE",
                arity = "1..*",
                description = {
                    "a recording of JDK Flight Recorder (.jfr),",
                    "or a session's report (JSON, from SessionReport.toJson()),",
                    "or an array of them; several files share one page and one axis"
                })
        private List<Path> files = List.of();

        @Option(
                names = "--pid",
                paramLabel = "PID",
                description = "instead: ask this JVM's sessions for their reports (this needs a JDK)")
        private @Nullable Long pid;

        @Option(names = "--jmx", paramLabel = "URL", description = "instead: ask the sessions behind this JMX address")
        private @Nullable String jmx;

        List<Chronicle> read() throws IOException {
            if (files.isEmpty()) {
                String reports = jmx != null ? LiveReports.at(jmx) : LiveReports.ofProcess(pid == null ? 0 : pid);
                return List.of(ReportReader.read(reports, name()));
            }
            if (files.size() == 1) {
                return List.of(Source.read(files.get(0)));
            }
            var all = new ArrayList<Chronicle>();
            for (Path file : files) {
                try {
                    all.add(Source.read(file, file.toString()));
                } catch (IOException e) {
                    throw new IOException(file + ": " + e.getMessage(), e);
                }
            }
            return all;
        }

        String name() {
            return !files.isEmpty()
                    ? files.stream().map(Path::toString).collect(Collectors.joining(", "))
                    : jmx != null ? jmx : "process " + pid;
        }

        /** The default path of the page: {@code night.jfr} gives {@code night.html}. */
        Path page() {
            if (files.size() != 1) {
                return Path.of("sessions.html");
            }
            Path file = files.get(0);
            String name = String.valueOf(file.getFileName());
            int dot = name.lastIndexOf('.');
            return file.resolveSibling((dot > 0 ? name.substring(0, dot) : name) + ".html");
        }

        boolean is(Path target) {
            return files.stream().anyMatch(file -> absolute(target).equals(absolute(file)));
        }

        private static Path absolute(Path path) {
            return path.toAbsolutePath().normalize();
        }
    }

    @Option(
            names = "--output",
            paramLabel = "FILE.html",
            description = "where to write the page (default: next to the one FILE, or sessions.html)")
    private @Nullable Path output;

    @Option(names = "--session", paramLabel = "NAME", description = "show this session only (default: all)")
    private @Nullable String session;

    @Option(
            names = "--zone",
            paramLabel = "ZONE",
            description = "show times in this zone, such as UTC or Europe/Vienna (default: this machine's)")
    private @Nullable String zone;

    JournalView(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        ZoneId readers = zone();
        List<Chronicle> chronicles = chosen(read());
        Path target = output == null ? input.page() : output;
        if (input.is(target)) {
            throw wrong("--output " + target + ": that is a file to read");
        }
        try {
            Files.writeString(target, new TimelinePage(chronicles, readers).html(), UTF_8);
        } catch (IOException e) {
            throw wrong("--output " + target + ": it cannot be written ("
                    + e.getClass().getSimpleName() + ")");
        }
        terminal.line("Written: " + target);
        return CommandLine.ExitCode.OK;
    }

    private ZoneId zone() {
        try {
            return zone == null ? ZoneId.systemDefault() : ZoneId.of(zone);
        } catch (DateTimeException e) {
            throw wrong("--zone: '" + zone + "' is not a time zone; right would be UTC or Europe/Vienna");
        }
    }

    private List<Chronicle> read() {
        try {
            return input.read();
        } catch (IOException e) {
            throw wrong((input.files.size() > 1 ? "" : input.name() + ": ") + e.getMessage());
        }
    }

    private List<Chronicle> chosen(List<Chronicle> all) {
        if (session == null) {
            return all;
        }
        List<Chronicle> those = all.stream()
                .map(each -> of(session, each))
                .filter(each -> !each.sessions().isEmpty())
                .toList();
        if (those.isEmpty()) {
            String names = all.stream()
                    .flatMap(each -> each.sessions().stream())
                    .map(History::session)
                    .distinct()
                    .sorted()
                    .collect(Collectors.joining(", "));
            throw wrong("--session: '" + session + "' is not in " + input.name() + "; right would be one of: " + names);
        }
        return those;
    }

    private static Chronicle of(String session, Chronicle all) {
        List<History> those =
                all.sessions().stream().filter(h -> h.session().equals(session)).toList();
        return new Chronicle(all.source(), all.from(), all.to(), those);
    }

    private ParameterException wrong(String message) {
        if (spec == null) {
            throw new IllegalStateException("not called by picocli");
        }
        return new ParameterException(spec.commandLine(), message);
    }

    /** The command line, which prints help to {@code terminal} and errors, one line each, to standard error. */
    static CommandLine commandLine(Terminal terminal) {
        return CommandLines.of(new JournalView(terminal), terminal);
    }

    /**
     * Runs the program.
     *
     * @param args see {@code --help}
     */
    public static void main(String[] args) {
        System.exit(commandLine(Terminal.standardOutput()).execute(args));
    }
}
