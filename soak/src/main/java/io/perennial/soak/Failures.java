package io.perennial.soak;

import io.perennial.soak.check.Finding;
import io.perennial.soak.history.RunDirectory;
import io.perennial.soak.work.Worker;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Keeps what a failed run needs for its analysis beyond the files that exist anyway. */
final class Failures {
    private static final int PATIENCE_SECONDS = 20;

    private Failures() {}

    /** Whether the clients record themselves. */
    static boolean isRecorded() {
        return Boolean.getBoolean("soak.flight");
    }

    /** The run itself did not get on. */
    static Finding finding(String who, Throwable failure) {
        StringWriter trace = new StringWriter();
        failure.printStackTrace(new PrintWriter(trace));
        return new Finding(who, trace.toString());
    }

    /** Where the clients' threads are, in {@code threads-<n>.txt}; and their recordings, if there are any. */
    static void keep(List<Worker> workers, RunDirectory directory) {
        for (Worker worker : workers) {
            Path threads = directory.path().resolve("threads-" + worker.index() + ".txt");
            ask(worker, threads, "Thread.print");
            if (isRecorded()) {
                Path answer = directory.path().resolve("flight-" + worker.index() + ".txt");
                ask(
                        worker,
                        answer,
                        "JFR.dump",
                        "filename=" + directory.flight(worker.index()).toAbsolutePath());
            }
        }
    }

    private static void ask(Worker worker, Path answer, String... question) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "jcmd").toString());
        command.add(Long.toString(worker.pid()));
        command.addAll(List.of(question));
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(answer.toFile())
                    .start();
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (IOException e) {
            // A runtime without tools: it goes without.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
