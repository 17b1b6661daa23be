package io.perennial.samples.quickstart;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.perennial.samples.terminal.Screen;
import io.perennial.samples.terminal.Terminal;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.curator.test.TestingServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Runs the program as a user does, in a JVM of its own, and reads what it prints. Two at a time: they mostly wait. */
@Execution(ExecutionMode.CONCURRENT)
class QuickstartIT {
    @TempDir
    private Path directory;

    private record Run(int status, List<String> output, List<String> errors) {
        List<String> linesWith(String mark) {
            return output.stream().filter(line -> line.startsWith(mark)).toList();
        }
    }

    @Test
    void showsEachFaultAndThatItHolds_onAnEmbeddedServer() throws Exception {
        Run run = run("--nodes", "4", "--watches", "5");

        assertThat(run.errors).isEmpty();
        assertThat(run.output)
                .allMatch(line -> line.length() <= Terminal.WIDTH)
                .noneMatch(line -> line.contains("\u001b"));
        assertThat(run.linesWith("✓  "))
                .satisfiesExactly(
                        line -> assertThat(line).contains("Dropped connection", "same", "untouched", "agree", "6 of 6"),
                        line -> assertThat(line).contains("Short restart", "same", "untouched", "agree", "6 of 6"),
                        line -> assertThat(line).contains("Long outage", "same", "untouched", "agree", "6 of 6"),
                        line -> assertThat(line).contains("Expiry", "new", "recreated", "agree", "6 of 6"));
        assertThat(run.output).last().isEqualTo("All 4 hold.");
        assertThat(String.join("\n", run.output))
                .containsSubsequence(
                        "SUSPENDED",
                        "CONNECTED",
                        "SUSPENDED",
                        "CONNECTED",
                        "LOST",
                        "session resumed",
                        "CONNECTED",
                        "LOST",
                        "session created",
                        "CONNECTED",
                        "CLOSED");
        assertThat(run.status).isZero();
    }

    @Test
    void writesItsTimeline() throws Exception {
        Path page = directory.resolve("run.html");
        Run run = run("--nodes", "4", "--watches", "5", "--session-timeout", "5s", "--timeline", page.toString());

        assertThat(run.errors).isEmpty();
        assertThat(run.output).last().isEqualTo("Timeline: " + page);
        assertThat(run.linesWith("✓  ")).hasSize(4);
        assertThat(run.status).isZero();
        String html = Files.readString(page, UTF_8);
        assertThat(html)
                .contains("<h2>quickstart</h2>", " NO_SERVER", "generation 2")
                .containsSubsequence(
                        "Start, ",
                        "Away for ",
                        "RECONNECTED, generation 1, 4 nodes, 5 watches",
                        "the server stops",
                        "lost: NO_SERVER",
                        "RESUMED, generation 1, 4 nodes, 5 watches",
                        "the server has ended the session: its nodes are gone",
                        "NEW_SESSION, generation 2, 4 nodes, 5 watches",
                        "<summary>All ");
        assertThat(html.split("<section class=\"episode\"", -1)).hasSize(1 + 5);
    }

    @Test
    void leavesNothingBehind_onSomebodysEnsemble() throws Exception {
        try (var server = new TestingServer();
                var witness = new Witness(server.getConnectString(), "")) {
            Run run = run("--connect", server.getConnectString(), "--nodes", "4", "--watches", "5");

            assertThat(run.errors).isEmpty();
            assertThat(run.linesWith("✓  ")).hasSize(3);
            assertThat(run.output).last().isEqualTo("All 3 hold.");
            assertThat(run.status).isZero();
            assertThat(witness.children("/")).containsExactly("zookeeper");
        }
    }

    @Test
    void failsTheVerdict_whenTheServerDoesWhatItMustNot() throws Exception {
        var screen = new Screen();
        Duration timeout = Duration.ofSeconds(2);
        var layout = new Layout(2, 3);
        try (var faults = new ExpiryInDisguise(new EmbeddedFaults(timeout))) {
            List<Verdict> verdicts = new Rehearsal(faults, layout, timeout, screen.terminal()).run();
            new VerdictTable(screen.terminal()).print(layout, verdicts);

            assertThat(Verdict.exitCode(verdicts)).isEqualTo(1);
            assertThat(screen.lines()).anyMatch(line -> line.startsWith("✗  Expiry"));
            assertThat(screen.lines()).last().isEqualTo("1 of 1 does not hold.");
            assertThat(verdicts.get(0).problems())
                    .hasSize(3)
                    .anyMatch(problem -> problem.contains("should be the same"))
                    .anyMatch(problem -> problem.contains("generation should be 1 and is 2"))
                    .anyMatch(problem -> problem.contains("nodes made anew or written to: 2"));
        }
    }

    @Test
    void answersABadOption_inOneLineAndStatus2() throws Exception {
        Run run = run("--session-timeout", "soon");

        assertThat(run.status).isEqualTo(2);
        assertThat(run.output).isEmpty();
        assertThat(run.errors).singleElement().asString().contains("--session-timeout", "soon", "10s");
    }

    private Run run(String... arguments) throws Exception {
        Path output = directory.resolve("output");
        Path errors = directory.resolve("errors");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Dstdout.encoding=UTF-8",
                "-cp",
                mainClassPath(),
                Quickstart.class.getName()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .redirectOutput(output.toFile())
                .redirectError(errors.toFile())
                .start();
        try {
            assertThat(process.waitFor(2, TimeUnit.MINUTES)).as("it ends").isTrue();
        } finally {
            process.destroyForcibly();
        }
        var run = new Run(process.exitValue(), Files.readAllLines(output, UTF_8), Files.readAllLines(errors, UTF_8));
        run.output.forEach(System.out::println);
        return run;
    }

    /** Without the tests' logging configuration. */
    private static String mainClassPath() {
        return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> !entry.endsWith("test-classes") && !entry.endsWith("test-classes" + File.separator))
                .collect(Collectors.joining(File.pathSeparator));
    }

    /** The embedded server's expiry alone, announced as a fault in which the session lives on. */
    private record ExpiryInDisguise(Faults real) implements Faults {
        @Override
        public void start() throws Exception {
            real.start();
        }

        @Override
        public String where() {
            return real.where();
        }

        @Override
        public String connectString() {
            return real.connectString();
        }

        @Override
        public String directConnectString() {
            return real.directConnectString();
        }

        @Override
        public boolean isShared() {
            return real.isShared();
        }

        @Override
        public List<Fault> faults(Scene scene) {
            return real.faults(scene).stream()
                    .filter(Fault::newSession)
                    .map(f -> new Fault(f.name(), f.story(), f.consequence(), false, f.begin(), f.end()))
                    .toList();
        }

        @Override
        public void close() {
            real.close();
        }
    }
}
