package io.perennial.samples.shop.stage;

import io.perennial.samples.terminal.CommandLines;
import io.perennial.samples.terminal.Interrupt;
import io.perennial.samples.terminal.Terminal;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.springframework.boot.web.server.PortInUseException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command line. */
@Command(
        name = "spring-boot",
        usageHelpWidth = Terminal.WIDTH,
        sortOptions = false,
        customSynopsis = "Usage: spring-boot [--server.port=N] [--instances=N] [--session-timeout=TIME]",
        synopsisHeading = "",
        description = {
            "",
            "A small Spring Boot service, in several instances, on an embedded ZooKeeper server. Each announces itself,"
                    + " watches its configuration and the others, and has a page that shows its session live; buttons"
                    + " on it cut the connection and have the server end the session. Ctrl-C ends it.",
            ""
        },
        optionListHeading = "Options:%n",
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {"1:it could not start", "2:an option is wrong", "130:ended by Ctrl-C"},
        footerHeading = "%nFrom the project's root:%n",
        footer = "  mvn -q -Prun -pl samples/spring-boot -am package -Dargs=\"--instances=3\"")
public final class SpringBootSample implements Callable<Integer> {
    private final Terminal terminal;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(
            names = "--server.port",
            paramLabel = "N",
            converter = Numbers.Port.class,
            defaultValue = "8080",
            description = "port of the first instance, the others have the next ones; 0 for free ones (default:"
                    + " ${DEFAULT-VALUE})")
    private int port;

    @Option(
            names = "--instances",
            paramLabel = "N",
            converter = Numbers.Instances.class,
            defaultValue = "3",
            description = "instances to start, 1 to 9 (default: ${DEFAULT-VALUE})")
    private int instances;

    @Option(
            names = "--session-timeout",
            paramLabel = "TIME",
            converter = Numbers.Timeout.class,
            defaultValue = "10s",
            description = "session timeout to ask for, 2s to 60s (default: ${DEFAULT-VALUE})")
    private Duration sessionTimeout = Duration.ZERO;

    SpringBootSample(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws Exception {
        int highest = Numbers.HIGHEST_PORT - instances + 1;
        if (port > highest) {
            throw new ParameterException(
                    spec.commandLine(),
                    "Invalid value for option '--server.port': '" + port + "' leaves no room for " + instances
                            + " instances; right would be up to " + highest);
        }
        try (Stage stage = Stage.start(new Options(instances, port, sessionTimeout))) {
            terminal.line("");
            for (Instance instance : stage.instances()) {
                terminal.line(instance.session().name() + " has its page at " + instance.address());
            }
            terminal.line("Ctrl-C ends it.");
            new CountDownLatch(1).await();
        } catch (InterruptedException ended) {
            return CommandLines.INTERRUPTED;
        }
        return CommandLine.ExitCode.OK;
    }

    /** The command line, which prints help to {@code terminal} and errors, one line each, to standard error. */
    static CommandLine commandLine(Terminal terminal) {
        return CommandLines.of(new SpringBootSample(terminal), terminal, SpringBootSample::reason);
    }

    /** Boot has logged the details. */
    private static String reason(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof PortInUseException taken) {
                return "port " + taken.getPort() + " is in use; right would be another --server.port, or 0 for any";
            }
        }
        return CommandLines.message(failure);
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
