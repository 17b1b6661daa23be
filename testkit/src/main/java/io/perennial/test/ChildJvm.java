package io.perennial.test;

import static org.awaitility.Awaitility.await;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * A JVM of the harness, running a main class of this JVM's class path: killed by SIGKILL, stopped by SIGTERM, paused
 * and resumed by SIGSTOP and SIGCONT. It ends with this JVM at the latest.
 */
final class ChildJvm {
    static final String OWN_CLASS_PATH = System.getProperty("java.class.path");

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Set<Process> ALIVE = ConcurrentHashMap.newKeySet();

    static {
        Runtime.getRuntime()
                .addShutdownHook(new Thread(() -> ALIVE.forEach(Process::destroyForcibly), "test-child-reaper"));
    }

    private final Process process;

    private ChildJvm(Process process) {
        this.process = process;
        ALIVE.add(process);
        var unused = process.onExit().thenAccept(ALIVE::remove);
    }

    /**
     * Starts a JVM whose output, including errors, can be read from {@link #process()}; its class path must hold this
     * class too.
     */
    static ChildJvm start(String classPath, List<String> jvmOptions, String mainClass, List<String> arguments) {
        return start(classPath, jvmOptions, mainClass, arguments, ProcessBuilder.Redirect.PIPE);
    }

    /** Starts a JVM whose output, including errors, is appended to a file. */
    static ChildJvm start(List<String> jvmOptions, String mainClass, List<String> arguments, Path output) {
        return start(OWN_CLASS_PATH, jvmOptions, mainClass, arguments, output);
    }

    /** The same with another class path, which must hold this class too. */
    static ChildJvm start(
            String classPath, List<String> jvmOptions, String mainClass, List<String> arguments, Path output) {
        return start(classPath, jvmOptions, mainClass, arguments, ProcessBuilder.Redirect.appendTo(output.toFile()));
    }

    private static ChildJvm start(
            String classPath,
            List<String> jvmOptions,
            String mainClass,
            List<String> arguments,
            ProcessBuilder.Redirect output) {
        List<String> command = new ArrayList<>();
        command.add(System.getProperty("java.home") + File.separator + "bin" + File.separator + "java");
        command.addAll(List.of("-Xmx128m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
        command.addAll(jvmOptions);
        command.addAll(List.of("-cp", classPath));
        command.addAll(List.of(ChildMain.class.getName(), mainClass));
        command.addAll(arguments);
        try {
            return new ChildJvm(new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(output)
                    .start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Process process() {
        return process;
    }

    boolean isAlive() {
        return process.isAlive();
    }

    void pause() {
        signal("STOP");
        await("SIGSTOP of process " + process.pid())
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(10))
                .until(this::isStoppedOrUnknown);
    }

    void resume() {
        signal("CONT");
    }

    void kill() {
        process.destroyForcibly();
        awaitExit();
    }

    void stop() {
        if (process.isAlive()) {
            signal("CONT"); // a paused process would keep its SIGTERM for later
            // destroy() would also close the child's input, which ends the child: no shutdown hook would run.
            signal("TERM");
        }
        awaitExit();
    }

    private void awaitExit() {
        try {
            if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IllegalStateException("process " + process.pid() + " did not end within " + PATIENCE);
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    private void signal(String name) {
        try {
            Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                    .redirectErrorStream(true)
                    .start();
            String output = new String(kill.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (kill.waitFor() != 0) {
                throw new IllegalStateException("SIG" + name + " to process " + process.pid() + ": " + output);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean isStoppedOrUnknown() throws IOException {
        Path status = Path.of("/proc", Long.toString(process.pid()), "status");
        return !Files.exists(status)
                || Files.readAllLines(status).stream()
                        .anyMatch(line -> line.startsWith("State:") && line.contains("T (stopped)"));
    }
}
