package io.perennial.samples.incident;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.samples.terminal.Terminal;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs the program as a user does, in a JVM of its own, and reads what it prints and writes. */
class IncidentIT {
    @TempDir
    private Path directory;

    private record Run(int status, List<String> output, List<String> errors) {}

    @Test
    void showsTheOrphanAndThatThreeNetsHold() throws Exception {
        Run run = run(
                "--observe",
                "8s",
                "--restart-after",
                "6s",
                "--page",
                "page.html",
                "--svg",
                "chart.svg",
                "--log",
                "tomcat.log");

        assertThat(run.errors).isEmpty();
        assertThat(run.output).allMatch(line -> line.length() <= Terminal.WIDTH || line.startsWith("Written: "));
        assertThat(run.output)
                .filteredOn(line -> line.startsWith("✓  "))
                .satisfiesExactly(
                        a -> assertThat(a).contains("ZooKeeper's client", " 2 ", "still there", "kept"),
                        b -> assertThat(b).contains(" 0 ", " s ", "collected"),
                        c -> assertThat(c).contains(" 0 ", " s ", "collected"),
                        d -> assertThat(d).contains(" 0 ", " s ", "collected"));
        assertThat(run.output).contains("As expected: a is sick, the others are clean.");
        assertThat(run.status).isZero();
        assertThat(Files.readString(directory.resolve("page.html"))).contains("<svg", "never clean");
        assertThat(Files.readString(directory.resolve("chart.svg")))
                .startsWith("<?xml")
                .contains("never clean");
        // The disease itself, with the cause of the incident.
        assertThat(Files.readString(directory.resolve("tomcat.log")))
                .contains("java.lang.NoClassDefFoundError: org/apache/zookeeper/proto/SetWatches");
    }

    private Run run(String... arguments) throws Exception {
        Path output = directory.resolve("output");
        Path errors = directory.resolve("errors");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Dstdout.encoding=UTF-8",
                "-Djava.net.preferIPv4Stack=true",
                "-Dincident.libraries=" + System.getProperty("incident.libraries"),
                "-cp",
                mainClassPath(),
                Incident.class.getName()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectOutput(output.toFile())
                .redirectError(errors.toFile())
                .start();
        try {
            assertThat(process.waitFor(2, TimeUnit.MINUTES)).as("it ends").isTrue();
        } finally {
            process.destroyForcibly();
        }
        return new Run(process.exitValue(), Files.readAllLines(output, UTF_8), Files.readAllLines(errors, UTF_8));
    }

    private static String mainClassPath() {
        return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> !entry.endsWith("test-classes") && !entry.endsWith("test-classes" + File.separator))
                .collect(Collectors.joining(File.pathSeparator));
    }
}
