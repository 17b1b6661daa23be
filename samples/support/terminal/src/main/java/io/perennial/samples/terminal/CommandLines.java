package io.perennial.samples.terminal;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.Properties;
import java.util.function.Function;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * How the samples talk to the user: {@code --help} and {@code --version} go to the terminal, an error as one line to
 * standard error.
 */
public final class CommandLines {
    /** The exit status after Ctrl-C, as shells have it. */
    public static final int INTERRUPTED = 130;

    private CommandLines() {}

    /** A failure is reported by its {@link #message}. */
    public static CommandLine of(Object command, Terminal terminal) {
        return of(command, terminal, CommandLines::message);
    }

    /** A failure is reported as {@code reason} says. */
    public static CommandLine of(Object command, Terminal terminal, Function<Throwable, String> reason) {
        var commandLine = new CommandLine(command);
        CommandSpec spec = commandLine.getCommandSpec();
        spec.addOption(help()).addOption(versionOption());
        spec.version(spec.name() + " of Perennial " + version() + ", on Java " + Runtime.version());
        return commandLine
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setOut(terminal.writer())
                .setColorScheme(CommandLine.Help.defaultColorScheme(terminal.hasColour() ? Ansi.ON : Ansi.OFF))
                .setParameterExceptionHandler((e, args) -> {
                    say(e.getCommandLine(), e.getMessage() + " (see --help)");
                    return CommandLine.ExitCode.USAGE;
                })
                .setExecutionExceptionHandler((e, failed, parsed) -> {
                    boolean interrupted = wasInterrupted(e);
                    say(failed, interrupted ? "interrupted" : reason.apply(e));
                    return interrupted ? INTERRUPTED : CommandLine.ExitCode.SOFTWARE;
                });
    }

    private static OptionSpec help() {
        return OptionSpec.builder("-h", "--help")
                .usageHelp(true)
                .description("show this and end")
                .build();
    }

    private static OptionSpec versionOption() {
        return OptionSpec.builder("-V", "--version")
                .versionHelp(true)
                .description("show the version and end")
                .build();
    }

    /** The build writes it into a resource. */
    private static String version() {
        var properties = new Properties();
        try (InputStream in = CommandLines.class.getResourceAsStream("version.properties")) {
            if (in == null) {
                throw new IllegalStateException("version.properties is missing next to " + CommandLines.class);
            }
            properties.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return properties.getProperty("version");
    }

    /** A failure's message, or its class if it has none. */
    public static String message(Throwable failure) {
        return Objects.requireNonNullElseGet(failure.getMessage(), failure::toString);
    }

    private static void say(CommandLine command, String text) {
        command.getErr().println(command.getCommandName() + ": " + text.lines().collect(Collectors.joining(" ")));
    }

    private static boolean wasInterrupted(Throwable thrown) {
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            if (cause instanceof InterruptedException) {
                return true;
            }
        }
        return Thread.currentThread().isInterrupted();
    }
}
